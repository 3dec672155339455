import { subtract, type IntervalSet } from '../../net/interval-set.ts';
import type { Effect } from '../model/action.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import { applyActions, type Outcomes } from './apply-actions.ts';
import { intersectSources, isExact, isNone, subtractSources } from './matching/must-may.ts';
import type { HookedChain } from './machine/firewall.ts';
import type { Packet } from './packet.ts';
import { nextCandidate, prefilterOf, type Prefilter } from './matching/prefilter.ts';
import {
  limitStates,
  collectedSet,
  drop,
  collectState,
  mergedStates,
  spend,
  toStates,
  type PacketState,
  type CollectedStates,
  type Evaluation,
} from './evaluation.ts';
import { casesNear } from './matching/case-index.ts';
import { matchAll } from './matching/match-packet.ts';
import { noteOpenFor, type Notes } from './matching/notes.ts';
import type { Match } from '../model/match.ts';
import { expandMergedRule } from './trace/expand-merged-rule.ts';

/**
 * Sends the states through a base chain and returns those that may be accepted; drops go to the run. A rule that
 * only may match sends its peers both ways. Calls are kept on a stack of their own, so chains may nest without limit.
 */
export function runBaseChain(
  run: Evaluation,
  hooked: HookedChain,
  entering: readonly PacketState[],
): PacketState[] {
  const { table, chain, base } = hooked;
  const { extra } = run.notes;
  const accepted: CollectedStates = new Map();
  const stack: Frame[] = [];
  const enter = (
    called: Chain,
    states: readonly PacketState[],
    caller: Frame | null,
    endsCaller: boolean,
  ): Frame => {
    const frame = newFrame(
      run,
      hooked,
      called,
      states,
      caller,
      endsCaller,
      accepted,
      (name, packet, peers, ends) => {
        const next = table.chains.get(name);
        if (next === undefined) throw new Error(`chain ${name} is missing from table ${table.name}`);
        enter(next, [{ packet, peers }], frame, ends);
      },
    );
    stack.push(frame);
    return frame;
  };
  const bottom = enter(chain, entering, null, false);
  for (let frame = stack.at(-1); frame !== undefined && run.budget > 0; frame = stack.at(-1)) {
    if (runToCall(run, frame, stack)) continue;
    stack.pop();
    for (const { packet, peers } of frame.states) collectState(frame.returned, packet, peers);
    const { caller, returned, endsCaller } = frame;
    if (caller === null) break;
    if (endsCaller)
      for (const { packet, peers } of returned.values())
        collectState(caller.returned, packet, collectedSet(peers));
    else caller.states = mergedStates(caller.states, toStates(returned));
  }
  run.work.steps += run.notes.extra - extra;
  for (const { packet, peers } of bottom.returned.values()) {
    if (base.isPolicyImplied !== true)
      run.visit?.({
        table,
        chain,
        from: hooked,
        rule: null,
        packet,
        peers: collectedSet(peers),
        isSure: true,
      });
    if (base.policy === 'accept') collectState(accepted, packet, collectedSet(peers));
    else drop(run, collectedSet(peers));
  }
  return toStates(accepted);
}

/** A chain being run. */
interface Frame {
  readonly from: HookedChain;
  readonly chain: Chain;
  readonly prefilter: Prefilter | null;
  /** Peers before the next rule. */
  states: PacketState[];
  next: number;
  /** Peers that left by `return`, or from a chain this one went to with goto. */
  readonly returned: CollectedStates;
  readonly caller: Frame | null;
  /** Called by goto: the caller ends where this chain does. */
  readonly endsCaller: boolean;
  readonly outcomes: Outcomes;
  /** Peers the rule being run lets go on to the next: who joined another state at once might meet the rule again there. */
  readonly passed: Passed[];
}

interface Passed {
  readonly packet: Packet;
  readonly peers: IntervalSet;
}

function newFrame(
  run: Evaluation,
  from: HookedChain,
  chain: Chain,
  entering: readonly PacketState[],
  caller: Frame | null,
  endsCaller: boolean,
  accepted: CollectedStates,
  call: Outcomes['call'],
): Frame {
  const returned: CollectedStates = new Map();
  const passed: Passed[] = [];
  const family = entering[0]?.packet.family;
  const frame: Frame = {
    from,
    chain,
    prefilter: family === undefined ? null : prefilterOf(chain.rules, family),
    states: [...entering],
    next: 0,
    returned,
    caller,
    endsCaller,
    passed,
    outcomes: {
      accept: (packet, peers) => {
        collectState(accepted, packet, peers);
      },
      drop: (peers) => {
        drop(run, peers);
      },
      return: (packet, peers) => {
        collectState(returned, packet, peers);
      },
      next: (packet, peers) => {
        passed.push({ packet, peers });
      },
      call,
    },
  };
  return frame;
}

/** Runs rules until one calls a chain (true: its frame is on the stack now) or the chain is done (false). */
function runToCall(run: Evaluation, frame: Frame, stack: readonly Frame[]): boolean {
  const { rules } = frame.chain;
  const depth = stack.length;
  while (frame.next < rules.length) {
    if (frame.states.length === 0) return false;
    if (frame.prefilter !== null)
      frame.next = nextCandidate(frame.prefilter, frame.next, frame.states, run.notes);
    const rule = rules[frame.next++];
    if (rule === undefined) return false;
    if (rule.joined !== undefined && isPathWanted(run))
      for (const each of expandMergedRule(rule, rule.joined, frame.states)) runRule(run, frame, each);
    else runRule(run, frame, rule);
    if (run.budget <= 0 || stack.length > depth) return true;
  }
  return false;
}

/** Which line of the file it is matters. */
function isPathWanted({ visit, skipped, areJoinedKept }: Evaluation): boolean {
  return (visit !== null && !areJoinedKept) || skipped !== null;
}

function runRule(run: Evaluation, frame: Frame, rule: Rule): void {
  if (run.skipped?.has(rule) === true || --run.budget <= 0) return;
  const { from, chain, outcomes, passed } = frame;
  spend(run, frame.states.length);
  if (run.notes.steps + casesToTry(rule, frame.states) > run.lastStep) run.budget = 0;
  if (run.budget <= 0) return;
  const staying: PacketState[] = [];
  if (run.visit === null && changesNothing(rule)) return;
  run.notes.at = { from, chain, rule };
  for (const { packet: before, peers } of frame.states) {
    run.notes.peers = peers;
    const bounds = matchAll(rule.matches, before, run.notes);
    const packet = withListed(before, run.notes);
    const matching = isNone(bounds) ? [] : intersectSources(peers, bounds.may);
    if (matching.length === 0) {
      run.notes.openHere.length = 0;
      staying.push({ packet, peers });
      continue;
    }
    if (run.notes.openHere.length > 0) noteOpenFor(run.notes, subtractSources(matching, bounds.must));
    if (!isExact(bounds) && rule.effects.some(isNat)) run.notes.extra += STEPS_A_BRANCH;
    const rest = subtractSources(peers, bounds.must);
    if (rest.length > 0) staying.push({ packet, peers: rest });
    if (rule.isImplied !== true && run.visit !== null) {
      const step = { table: from.table, chain, from, rule, packet };
      const sure = isExact(bounds) ? matching : intersectSources(matching, bounds.must);
      const unsure = subtract(matching, sure);
      if (sure.length > 0) run.visit({ ...step, peers: sure, isSure: true });
      if (unsure.length > 0) run.visit({ ...step, peers: unsure, isSure: false });
    }
    for (const left of applyActions(rule.effects, { packet, peers: matching }, outcomes, run.notes))
      outcomes.next(left.packet, left.peers);
    if (run.notes.openHere.length > 0) noteOpenFor(run.notes, matching);
    // What would decide without it is reported as well.
    if (run.visit !== null && isVerdict(rule)) outcomes.next(packet, matching);
  }
  frame.states = limitStates(passed.length === 0 ? staying : mergedStates(staying, passed));
  passed.length = 0;
}

function isNat({ kind }: Effect): boolean {
  return kind === 'dnat' || kind === 'snat' || kind === 'redirect';
}

/** A rule that only may translate makes another packet for the same peers, which takes as long as so many rules. */
const STEPS_A_BRANCH = 10;

/** The cases of maps that the rule looks up, where there are many. */
function casesToTry({ effects }: Rule, states: readonly PacketState[]): number {
  let count = 0;
  for (const effect of effects)
    if (effect.kind === 'choose' && effect.cases.length > MANY_CASES)
      for (const { packet, peers } of states) count += casesNear(effect.cases, packet, peers).length;
  return count;
}

const MANY_CASES = 1000;

function isVerdict({ effects: [effect] }: Rule): boolean {
  return effect?.kind === 'unknown' && effect.isVerdict === true;
}

function changesNothing({ matches, effects }: Rule): boolean {
  return effects.every(({ kind }) => kind === 'continue') && !matches.some(mayAdd);
}

function mayAdd(match: Match): boolean {
  return match.kind === 'adds' || ((match.kind === 'all' || match.kind === 'any') && match.of.some(mayAdd));
}

const LISTS_A_STEP = 4;

/** The packet after a rule that put its source on a list; whether later tests of the rule hold matters little for that. */
function withListed(packet: Packet, notes: Notes): Packet {
  const { adds } = notes;
  if (adds.length === 0) return packet;
  notes.extra += packet.listed.length / LISTS_A_STEP;
  for (const list of adds) notes.added.add(list);
  const fresh = adds.filter((list) => !packet.listed.includes(list));
  adds.length = 0;
  if (fresh.length === 0) return packet;
  const listed = [...new Set([...packet.listed, ...fresh])].sort();
  return { ...packet, listed };
}
