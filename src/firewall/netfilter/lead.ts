import { isSame } from '../../net/interval-set.ts';
import type { DnatEffect, RedirectEffect } from '../model/action.ts';
import type { Scenario } from './scenario.ts';
import type { Firewall } from './machine/firewall.ts';
import { ownerOf, reachOfAddress } from './owner.ts';
import { newNotes } from './matching/match-packet.ts';
import type { Lead } from './trace/trace-entry.ts';

/** What it means for the answer that destination NAT leads a request to another place. */
export function leadOf(firewall: Firewall, asked: Scenario, effect: DnatEffect | RedirectEffect): Lead {
  if (effect.kind === 'dnat' && effect.family !== null && effect.family !== asked.family) return null;
  return leadOfAddress(firewall, asked, effect) ?? leadOfPort(asked, effect);
}

function leadOfAddress(firewall: Firewall, asked: Scenario, effect: DnatEffect | RedirectEffect): Lead {
  if (effect.kind === 'redirect') return asked.servedBy === 'destination' ? TO_ITSELF : null;
  const { to } = effect;
  if (to === null) return null;
  if (asked.servedBy === 'destination') {
    const reach = reachOfAddress(asked, to);
    return reach === 'reached' ? null : reach === 'away' ? AWAY : PERHAPS_AWAY;
  }
  const owner = ownerOf(firewall, asked, to, newNotes());
  if (owner === 'unknown') return PERHAPS_ITSELF;
  const isForwarded = asked.hook === 'input' && owner !== 'self';
  return isForwarded && !asked.isForwarding && asked.servedOn === 'same-port' ? PERHAPS_NOT_FORWARDED : null;
}

function leadOfPort({ servedOn, port }: Scenario, { ports }: DnatEffect | RedirectEffect): Lead {
  if (servedOn === 'any-port' || ports === null || isSame(ports, [port, port + 1])) return null;
  return OTHER_PORT;
}

const TO_ITSELF: Lead = { effect: 'drop', reason: 'to-this-machine' };
const AWAY: Lead = { effect: 'drop', reason: 'to-another-machine' };
const PERHAPS_AWAY: Lead = { effect: 'undecided', reason: 'perhaps-same-host' };
const PERHAPS_ITSELF: Lead = { effect: 'undecided', reason: 'perhaps-this-machine' };
const PERHAPS_NOT_FORWARDED: Lead = { effect: 'undecided', reason: 'perhaps-not-forwarded' };
const OTHER_PORT: Lead = { effect: 'undecided', reason: 'perhaps-other-port' };
