import { isWithin, type IntervalSet } from '../../net/interval-set.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import { applyEffects, type Exits } from './apply-actions.ts';
import { among, isExact, isNone, without } from './matching/must-may.ts';
import type { HookedChain } from './machine/firewall.ts';
import type { Packet } from './packet.ts';
import { nextCandidate, prefilterOf, type Prefilter } from './matching/prefilter.ts';
import {
  bounded,
  collectedSet,
  drop,
  gather,
  join,
  joinAll,
  toBranches,
  type Branch,
  type Gathered,
  type Run,
} from './evaluation.ts';
import { testAll } from './matching/match-packet.ts';
import { writtenRules } from './trace/expand-merged-rule.ts';

/**
 * Sends the branches through a base chain and returns those that may be accepted; drops go to the run. A rule that
 * only may match sends its peers both ways. Calls are kept on a stack of their own, so chains may nest without limit.
 */
export function runBaseChain(run: Run, hooked: HookedChain, entering: readonly Branch[]): Branch[] {
  const { table, chain, base } = hooked;
  const accepted: Gathered[] = [];
  const stack: Frame[] = [];
  const enter = (
    called: Chain,
    branches: readonly Branch[],
    caller: Frame | null,
    endsCaller: boolean,
  ): Frame => {
    const frame = newFrame(
      run,
      hooked,
      called,
      branches,
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
    for (const { packet, peers } of frame.branches) gather(frame.returned, packet, peers);
    const { caller, returned, endsCaller } = frame;
    if (caller === null) break;
    if (endsCaller)
      for (const { packet, peers } of returned) gather(caller.returned, packet, collectedSet(peers));
    else joinAll(caller.branches, toBranches(returned));
  }
  for (const { packet, peers } of bottom.returned) {
    run.visit?.({ table, chain, from: hooked, rule: null, packet, peers: collectedSet(peers), isSure: true });
    if (base.policy === 'accept') gather(accepted, packet, collectedSet(peers));
    else drop(run, collectedSet(peers));
  }
  return toBranches(accepted);
}

/** A chain being run. */
interface Frame {
  readonly from: HookedChain;
  readonly chain: Chain;
  readonly prefilter: Prefilter | null;
  /** Peers before the next rule. */
  branches: Branch[];
  next: number;
  /** Peers that left by `return`, or from a chain this one went to with goto. */
  readonly returned: Gathered[];
  readonly caller: Frame | null;
  /** Called by goto: the caller ends where this chain does. */
  readonly endsCaller: boolean;
  readonly exits: Exits;
  /** Peers the rule being run lets go on to the next: who joined another branch at once might meet the rule again there. */
  readonly passed: Passed[];
}

interface Passed {
  readonly packet: Packet;
  readonly peers: IntervalSet;
}

function newFrame(
  run: Run,
  from: HookedChain,
  chain: Chain,
  entering: readonly Branch[],
  caller: Frame | null,
  endsCaller: boolean,
  accepted: Gathered[],
  call: Exits['call'],
): Frame {
  const returned: Gathered[] = [];
  const passed: Passed[] = [];
  const family = entering[0]?.packet.family;
  const frame: Frame = {
    from,
    chain,
    prefilter: family === undefined ? null : prefilterOf(chain.rules, family),
    branches: [...entering],
    next: 0,
    returned,
    caller,
    endsCaller,
    passed,
    exits: {
      accept: (packet, peers) => {
        gather(accepted, packet, peers);
      },
      drop: (peers) => {
        drop(run, peers);
      },
      leave: (packet, peers) => {
        gather(returned, packet, peers);
      },
      endRule: (packet, peers) => {
        passed.push({ packet, peers });
      },
      call,
    },
  };
  return frame;
}

/** Runs rules until one calls a chain (true: its frame is on the stack now) or the chain is done (false). */
function runToCall(run: Run, frame: Frame, stack: readonly Frame[]): boolean {
  const { rules } = frame.chain;
  const depth = stack.length;
  while (frame.next < rules.length) {
    if (frame.branches.length === 0) return false;
    if (frame.prefilter !== null) frame.next = nextCandidate(frame.prefilter, frame.next, frame.branches);
    const rule = rules[frame.next++];
    if (rule === undefined) return false;
    if (rule.joined !== undefined && isPathWanted(run))
      for (const each of writtenRules(rule, rule.joined, frame.branches)) runRule(run, frame, each);
    else runRule(run, frame, rule);
    if (run.budget <= 0 || stack.length > depth) return true;
  }
  return false;
}

/** Which line of the file it is matters. */
function isPathWanted({ visit, skipped }: Run): boolean {
  return visit !== null || skipped !== null;
}

function runRule(run: Run, frame: Frame, rule: Rule): void {
  if (run.skipped?.has(rule) === true || --run.budget <= 0) return;
  const { from, chain, exits, passed } = frame;
  run.notes.steps += frame.branches.length;
  const staying: Branch[] = [];
  for (const branch of frame.branches) {
    const { packet, peers } = branch;
    const extent = testAll(rule.matches, packet, run.notes);
    const matching =
      isNone(extent) || (run.visit === null && changesNothing(rule)) ? [] : among(peers, extent.may);
    if (matching.length === 0) {
      staying.push(branch);
      continue;
    }
    const isSure = isExact(extent) || extent.must === 'all' || isWithin(matching, extent.must);
    const rest = without(peers, extent.must);
    if (rest.length > 0) staying.push({ packet, peers: rest });
    run.visit?.({ table: from.table, chain, from, rule, packet, peers: matching, isSure });
    for (const left of applyEffects(rule.effects, { packet, peers: matching }, exits, run.notes))
      exits.endRule(left.packet, left.peers);
  }
  for (const { packet, peers } of passed) join(staying, packet, peers);
  passed.length = 0;
  frame.branches = bounded(staying);
}

function changesNothing({ effects }: Rule): boolean {
  return effects.every(({ kind }) => kind === 'continue');
}
