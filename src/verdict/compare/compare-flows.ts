import { addressSet } from '../../net/address-set.ts';
import { FAMILIES } from '../../net/address.ts';
import { subtract } from '../../net/interval-set.ts';
import { parsePrefix } from '../../net/prefix.ts';
import type { Change, ComparedFlow, Regression, Side } from '../reports/compare-report.ts';
import type { Verdict } from '../reports/report.ts';
import type { ComparableFlow, Count } from './comparable-flow.ts';

/** `pass > unproven > fail`: what is unproven is never better than what is proven. */
const RANK: Readonly<Record<Verdict, number>> = { pass: 2, unproven: 1, fail: 0 };

/**
 * Every flow of either report, in the order of the later one, then those that are gone.
 * @param newlyFailing keys of flows with a failing finding they did not have
 */
export function compareFlows(
  before: readonly ComparableFlow[],
  after: readonly ComparableFlow[],
  newlyFailing: ReadonlySet<string>,
): readonly ComparedFlow[] {
  const old = new Map(before.map((one) => [one.key, one]));
  const now = new Set(after.map(({ key }) => key));
  return [
    ...after.map((one) => {
      const was = old.get(one.key);
      const hasNewFinding = newlyFailing.has(one.key);
      return was === undefined ? added(one, hasNewFinding) : compared(was, one, hasNewFinding);
    }),
    ...before.filter(({ key }) => !now.has(key)).map(gone),
  ];
}

function compared(before: ComparableFlow, after: ComparableFlow, hasNewFinding: boolean): ComparedFlow {
  const [was, is] = [before.side, after.side];
  const change = changeOf(before, after);
  const isWorse = change === 'worse' && is.accepted === undefined;
  const regression = isWorse
    ? isMoreWrong(before, after)
      ? 'more-addresses'
      : 'verdict'
    : hasNewFinding
      ? 'finding'
      : null;
  return { ...entryOf(after, change, regression), before: was, after: is };
}

function changeOf(before: ComparableFlow, after: ComparableFlow): Change {
  const [was, is] = [before.side, after.side];
  const step = RANK[is.verdict] - RANK[was.verdict];
  if (step > 0 && !after.isObserved) return 'changed';
  if (step !== 0) return step < 0 ? 'worse' : 'better';
  // An exception that no longer counts leaves a failure that is no longer excused.
  if (is.verdict !== 'pass' && was.accepted !== undefined && is.accepted === undefined) return 'worse';
  if (isMoreWrong(before, after)) return 'worse';
  return before.facts === after.facts ? 'unchanged' : 'changed';
}

/** It failed before, and now fails for addresses it did not fail for, or from any port where it was one. */
function isMoreWrong(before: ComparableFlow, after: ComparableFlow): boolean {
  if (!isFailing(before.side) || !isFailing(after.side)) return false;
  if (before.sourcePort !== null && after.sourcePort === null) return true;
  if (before.failsFor === null || after.failsFor === null)
    return isForMore(before.failsForCount, after.failsForCount);
  const [was, is] = [before.failsFor, after.failsFor].map((list) =>
    list.map((text) => parsePrefix(text, 'a saved report')),
  );
  return FAMILIES.some(
    (family) => subtract(addressSet(is ?? [], family), addressSet(was ?? [], family)).length > 0,
  );
}

function isForMore(before: Count | null, after: Count | null): boolean {
  if (before === null || after === null) return false;
  return (['ipv4', 'ipv6'] as const).some((family) => BigInt(after[family]) > BigInt(before[family]));
}

function isFailing({ verdict }: Side): boolean {
  return verdict === 'fail';
}

function added(one: ComparableFlow, hasNewFinding: boolean): ComparedFlow {
  const { side } = one;
  const isFailure = isFailing(side) && side.accepted === undefined;
  const regression = isFailure ? 'new-failure' : hasNewFinding ? 'finding' : null;
  return { ...entryOf(one, 'new', regression), before: null, after: side };
}

function gone(one: ComparableFlow): ComparedFlow {
  const isRequired = one.side.expected === 'reachable';
  return { ...entryOf(one, 'gone', isRequired ? 'required-gone' : null), before: one.side, after: null };
}

function entryOf(
  { flow, vantage }: ComparableFlow,
  change: Change,
  regression: Regression | null,
): Omit<ComparedFlow, 'before' | 'after'> {
  const { id, from, endpoint, host, transport, port } = flow;
  const address = 'address' in flow ? flow.address : null;
  return {
    ...{ id, vantage, role: from.role, endpoint, host, address, transport, port },
    change,
    regression,
  };
}
