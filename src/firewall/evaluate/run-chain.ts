import { isWithin } from '../../net/interval-set.ts';
import type { Chain, Rule } from '../ruleset.ts';
import { applyEffects, type Exits } from './apply-effects.ts';
import { isExact, isNone } from './extent.ts';
import type { FirewallTable, HookedChain } from './firewall.ts';
import { nextCandidate, prefilterOf, type Prefilter } from './prefilter.ts';
import { drop, join, joinAll, type Branch, type Run } from './run.ts';
import { among, isUsedUp, remaining, take } from './remaining.ts';
import { testAll } from './test-match.ts';

/**
 * Sends the branches through a base chain and returns those that may be accepted; drops go to the run. A rule that
 * only may match sends its peers both ways. Calls are kept on a stack of their own, so chains may nest without limit.
 */
export function runBaseChain(
  run: Run,
  { table, chain, base }: HookedChain,
  entering: readonly Branch[],
): Branch[] {
  const accepted: Branch[] = [];
  const bottom = newFrame(table, chain, entering, null, false);
  const stack = [bottom];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    if (run.budget <= 0) break;
    if (runToCall(run, frame, stack, accepted)) continue;
    stack.pop();
    joinAll(frame.returned, frame.branches);
    if (frame.caller !== null)
      joinAll(frame.endsCaller ? frame.caller.returned : frame.caller.branches, frame.returned);
  }
  for (const { packet, peers } of bottom.returned) {
    run.visit?.({ table, chain, rule: null, packet, isSure: true });
    if (base.policy === 'accept') join(accepted, packet, among(peers, 'all'));
    else drop(run, among(peers, 'all'));
  }
  return accepted;
}

/** A chain being run. */
interface Frame {
  readonly table: FirewallTable;
  readonly chain: Chain;
  readonly prefilter: Prefilter | null;
  /** Peers before the next rule. */
  branches: Branch[];
  next: number;
  /** Peers that left by `return`, or from a chain this one went to with goto. */
  readonly returned: Branch[];
  readonly caller: Frame | null;
  /** Called by goto: the caller ends where this chain does. */
  readonly endsCaller: boolean;
}

function newFrame(
  table: FirewallTable,
  chain: Chain,
  entering: readonly Branch[],
  caller: Frame | null,
  endsCaller: boolean,
): Frame {
  return {
    table,
    chain,
    prefilter: prefilterOf(chain),
    branches: [...entering],
    next: 0,
    returned: [],
    caller,
    endsCaller,
  };
}

/** Runs rules until one calls a chain (true: its frame is on the stack now) or the chain is done (false). */
function runToCall(run: Run, frame: Frame, stack: Frame[], accepted: Branch[]): boolean {
  const { rules } = frame.chain;
  const depth = stack.length;
  while (frame.next < rules.length) {
    if (frame.branches.length === 0) return false;
    if (frame.prefilter !== null) frame.next = nextCandidate(frame.prefilter, frame.next, frame.branches);
    const rule = rules[frame.next++];
    if (rule === undefined) return false;
    if (--run.budget <= 0) return true;
    runRule(run, frame, rule, stack, accepted);
    if (stack.length > depth) return true;
  }
  return false;
}

function runRule(run: Run, frame: Frame, rule: Rule, stack: Frame[], accepted: Branch[]): void {
  const { table, chain } = frame;
  const exits: Exits = {
    accept: (packet, peers) => join(accepted, packet, peers),
    drop: (peers) => drop(run, peers),
    leave: (packet, peers) => join(frame.returned, packet, peers),
    endRule: (packet, peers) => join(frame.branches, packet, peers),
    call: (name, packet, peers, endsCaller) => {
      const called = table.chains.get(name);
      if (called === undefined) throw new Error(`chain ${name} is missing from table ${table.name}`);
      stack.push(newFrame(table, called, [{ packet, peers: remaining(peers) }], frame, endsCaller));
    },
  };
  for (const { packet, peers } of frame.branches.length === 1 ? frame.branches : [...frame.branches]) {
    const extent = testAll(rule.matches, packet, run.notes);
    if (isNone(extent) || (run.visit === null && changesNothing(rule))) continue;
    const matching = isExact(extent) ? take(peers, extent.may) : among(peers, extent.may);
    if (matching.length === 0) continue;
    const isSure = isExact(extent) || extent.must === 'all' || isWithin(matching, extent.must);
    if (!isExact(extent)) take(peers, extent.must);
    run.visit?.({ table, chain, rule, packet, isSure });
    for (const left of applyEffects(rule.effects, { packet, peers: matching }, exits, run.notes))
      exits.endRule(left.packet, left.peers);
  }
  if (frame.branches.some(({ peers }) => isUsedUp(peers)))
    frame.branches = frame.branches.filter(({ peers }) => !isUsedUp(peers));
}

function changesNothing({ effects }: Rule): boolean {
  return effects.every(({ kind }) => kind === 'continue');
}
