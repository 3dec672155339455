import { addressSet } from '../../net/address-set.ts';
import { FAMILIES } from '../../net/address.ts';
import { subtract, type IntervalSet } from '../../net/interval-set.ts';
import { parsePrefix } from '../../net/prefix.ts';
import type { ComparedFlow, Regression, Side } from '../reports/compare-report.ts';
import type { Change } from '../shapes/change.ts';
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
  const { change, why } = changeOf(before, after);
  const regression = change === 'worse' && after.side.accepted === undefined ? why : null;
  return {
    ...entryOf(after, change, regression ?? (hasNewFinding ? 'finding' : null)),
    before: before.side,
    after: after.side,
  };
}

type Changed =
  | { readonly change: 'worse'; readonly why: Regression }
  | { readonly change: Exclude<Change, 'worse'>; readonly why?: never };

function changeOf(before: ComparableFlow, after: ComparableFlow): Changed {
  const [was, is] = [before.side, after.side];
  const step = RANK[is.verdict] - RANK[was.verdict];
  if (step > 0) return { change: after.isObserved ? 'better' : 'changed' };
  const more = step === 0 && is.verdict !== 'pass' ? moreWrong(before, after) : null;
  if (more !== null) return { change: 'worse', why: more };
  // An exception that no longer counts leaves a failure that is no longer excused.
  const isUnexcused = is.verdict !== 'pass' && was.accepted !== undefined && is.accepted === undefined;
  if (step < 0 || isUnexcused) return { change: 'worse', why: 'verdict' };
  return { change: before.facts === after.facts ? 'unchanged' : 'changed' };
}

/**
 * For whom a flow of the same verdict fares worse: it fails for addresses it did not fail for, or from any port where it was one;
 * or less is proven, as more addresses are undecided. Null where neither is so.
 */
function moreWrong(before: ComparableFlow, after: ComparableFlow): Regression | null {
  const isFailure = isFailing(after.side);
  const grew = isFailure ? 'more-addresses' : 'more-undecided';
  const [was, is] = [before.fates, after.fates];
  if (was === null || is === null)
    return before.sourcePort !== null && after.sourcePort === null
      ? grew
      : moreByCount(before.counts, after.counts);
  if (isForMore(was.wrong, is.wrong)) return 'more-addresses';
  const [open, openNow] = [was, is].map(({ wrong, undecided }) => [...wrong, ...undecided]);
  if (isForMore(open ?? [], openNow ?? [])) return 'more-undecided';
  return isForMore(was.wrong, is.wrong, was.inPart, is.inPart) ? grew : null;
}

/** `without…`: whom not to count of each list. */
function isForMore(
  before: readonly string[],
  after: readonly string[],
  withoutBefore: readonly string[] = [],
  withoutAfter: readonly string[] = [],
): boolean {
  return FAMILIES.some((family) => {
    const setOf = (list: readonly string[]): IntervalSet =>
      addressSet(
        list.map((text) => parsePrefix(text, 'a saved report')),
        family,
      );
    const was = subtract(setOf(before), setOf(withoutBefore));
    return subtract(subtract(setOf(after), setOf(withoutAfter)), was).length > 0;
  });
}

/** Of the same sources fewer are proven where nobody fails who did not: more are undecided. */
function moreByCount(before: ComparableFlow['counts'], after: ComparableFlow['counts']): Regression | null {
  if (before === null || after === null) return null;
  if (isMore(before.wrong, after.wrong)) return 'more-addresses';
  return before.sources === after.sources && isMore(after.right, before.right) ? 'more-undecided' : null;
}

function isMore(before: Count, after: Count): boolean {
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
