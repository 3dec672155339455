import { OWNERS } from '../model/dimension.ts';
import { unknown, type UnknownMatch } from '../model/match.ts';
import type { Notes } from './matching/notes.ts';
import { testKey } from './packet.ts';
import type { Scenario } from './scenario.ts';

/** Whether what NAT leads to another machine is forwarded: of the settings of the machine that runs the rules. */
const FORWARDS: UnknownMatch = unknown('the machine forwards packets', { code: 'forwarding' });

function listensOn(port: number): UnknownMatch {
  return unknown(`a server listens on port ${port}`, { code: 'listening-port', port });
}

/** Whether another machine answers through this one, not directly. */
const ANSWERS_PASS: UnknownMatch = unknown('answers pass this machine', { code: 'answers-pass' });

/** Settled for this case; null where it is open. */
export function answersPass({ settled }: Scenario): boolean | null {
  return settled.get(keyOf(ANSWERS_PASS)) ?? null;
}

/** Notes that the answer hangs on it, so that the question can be cut. */
export function noteAnswersPass(notes: Notes): void {
  note(ANSWERS_PASS, notes);
}

/** Known, or settled for this case; null where it is open. */
export function forwards({ isForwarding, settled }: Scenario): boolean | null {
  return isForwarding ?? settled.get(keyOf(FORWARDS)) ?? null;
}

/** Whether the server asked for may be reached at a port that NAT leads to; null where it is open. */
export function isServedOn({ port: asked, servedOn, settled }: Scenario, port: number): boolean | null {
  if (servedOn === 'any-port' || port === asked) return true;
  return settled.get(keyOf(listensOn(port))) ?? null;
}

/** Notes that the answer hangs on it, so that the question can be cut. */
export function noteForwarding(notes: Notes): void {
  note(FORWARDS, notes);
}

export function noteServedOn(port: number, notes: Notes): void {
  note(listensOn(port), notes);
}

function note(match: UnknownMatch, { openTests }: Notes): void {
  const open = { match, dimension: 'host', phase: 'first', place: null, isListed: false } as const;
  openTests.set(keyOf(match), open);
}

function keyOf({ text }: UnknownMatch): string {
  return testKey('first', text, OWNERS.host);
}
