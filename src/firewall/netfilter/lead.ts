import { isSame, isWithin, type IntervalSet } from '../../net/interval-set.ts';
import { LOOPBACK } from '../../net/special-addresses.ts';
import type { DnatEffect, RedirectEffect } from '../model/action.ts';
import type { Scenario } from './scenario.ts';
import type { Firewall } from './machine/firewall.ts';
import { mayLeadNowhere, ownerOf, reachOfAddress } from './owner.ts';
import { newNotes } from './matching/notes.ts';
import { numberValue } from './packet.ts';
import { isAdmitted } from './machine/admitted.ts';
import { forwards, isServedOn } from './served.ts';
import type { Lead } from './trace/trace-entry.ts';

/** What it means for the answer that destination NAT leads a request to another place. */
export function leadOf(
  firewall: Firewall,
  asked: Scenario,
  effect: DnatEffect | RedirectEffect,
  peers: IntervalSet,
): Lead {
  if (effect.kind === 'dnat' && effect.family !== null && effect.family !== asked.family) return null;
  const lead = leadOfAddress(firewall, asked, effect) ?? leadOfPort(asked, effect);
  return lead === null && isAdmitted(asked, effect, peers) ? ADMITTED : lead;
}

function leadOfAddress(firewall: Firewall, asked: Scenario, effect: DnatEffect | RedirectEffect): Lead {
  if (effect.kind === 'redirect') return asked.servedBy === 'destination' ? TO_ITSELF : null;
  const { to } = effect;
  if (to === null) return null;
  if (mayLeadNowhere(to, asked.family) && !isLocalLoopback(asked, to)) return PERHAPS_NOWHERE;
  if (asked.servedBy === 'destination') {
    const reach = reachOfAddress(asked, to);
    return reach === 'reached' ? null : reach === 'away' ? AWAY : PERHAPS_AWAY;
  }
  const owner = ownerOf(firewall, asked, to, newNotes());
  if (owner === 'unknown') return PERHAPS_ITSELF;
  const isForwarded = asked.hook === 'input' && owner !== 'self';
  if (!isForwarded || (asked.isForwarding === null && asked.servedOn === 'any-port')) return null;
  const isKnown = forwards(asked);
  return isKnown === null ? PERHAPS_NOT_FORWARDED : isKnown ? null : NOT_FORWARDED;
}

/** What begins on the machine itself gets to its loopback addresses. */
function isLocalLoopback({ hook, family }: Scenario, to: IntervalSet): boolean {
  return (hook === 'output' || hook === 'loopback') && isWithin(to, LOOPBACK[family]);
}

function leadOfPort(asked: Scenario, { ports }: DnatEffect | RedirectEffect): Lead {
  const { servedOn, port } = asked;
  if (servedOn === 'any-port' || ports === null || isSame(ports, [port, port + 1])) return null;
  const to = numberValue(ports);
  const isKnown = typeof to === 'number' ? isServedOn(asked, to) : null;
  return isKnown === null ? PERHAPS_OTHER_PORT : isKnown ? null : NOT_SERVED;
}

const PERHAPS_NOWHERE: Lead = { effect: 'undecided', reason: 'perhaps-nowhere' };
const TO_ITSELF: Lead = { effect: 'drop', reason: 'to-this-machine' };
const AWAY: Lead = { effect: 'drop', reason: 'to-another-machine' };
const PERHAPS_AWAY: Lead = { effect: 'undecided', reason: 'perhaps-same-host' };
const PERHAPS_ITSELF: Lead = { effect: 'undecided', reason: 'perhaps-this-machine' };
const PERHAPS_NOT_FORWARDED: Lead = { effect: 'undecided', reason: 'perhaps-not-forwarded' };
const NOT_FORWARDED: Lead = { effect: 'drop', reason: 'not-forwarded' };
const PERHAPS_OTHER_PORT: Lead = { effect: 'undecided', reason: 'perhaps-other-port' };
const ADMITTED: Lead = { effect: 'drop', reason: 'to-open-port' };
const NOT_SERVED: Lead = { effect: 'drop', reason: 'not-served' };
