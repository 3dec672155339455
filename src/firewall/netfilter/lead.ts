import type { DnatEffect, RedirectEffect } from '../model/action.ts';
import type { Case } from './scenario.ts';
import type { Firewall } from './machine/firewall.ts';
import { ownerOf, reachOfAddress } from './machine/owner.ts';
import { newNotes } from './matching/match-packet.ts';
import type { Lead } from './trace/trace-entry.ts';

/** What it means for the answer that destination NAT leads a request to another place. */
export function leadOf(firewall: Firewall, asked: Case, effect: DnatEffect | RedirectEffect): Lead {
  if (effect.kind === 'redirect') return asked.servedBy === 'destination' ? TO_ITSELF : null;
  const { to, family } = effect;
  if (to === null || (family !== null && family !== asked.family)) return null;
  if (asked.servedBy === 'destination') {
    const reach = reachOfAddress(asked, to);
    return reach === 'reached' ? null : reach === 'away' ? AWAY : PERHAPS_AWAY;
  }
  return ownerOf(firewall, asked, to, newNotes()) === 'unknown' ? PERHAPS_ITSELF : null;
}

const TO_ITSELF: Lead = {
  effect: 'drop',
  why: 'goes to the machine that runs the rules, not to the destination',
};
const AWAY: Lead = { effect: 'drop', why: 'goes to another machine, not to the destination' };
const PERHAPS_AWAY: Lead = { effect: 'undecided', why: 'not known whether that is the same host' };
const PERHAPS_ITSELF: Lead = {
  effect: 'undecided',
  why: 'not known whether that is an address of this machine (--self-address)',
};
