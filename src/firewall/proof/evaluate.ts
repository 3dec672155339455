import { intersect, isSame, subtract, union, type IntervalSet } from '../../net/interval-set.ts';
import { scenariosOf, type ScenarioOfSources } from './scenarios.ts';
import type { Firewall } from '../netfilter/machine/firewall.ts';
import { proof, type AddressSets, type Proof } from './proof.ts';
import type { FlowQuestion } from '../model/question.ts';
import type { Rule } from '../model/ruleset.ts';
import type { Knock, Scenario } from '../netfilter/scenario.ts';
import type { Step } from '../netfilter/evaluation.ts';
import type { Outcome } from '../netfilter/outcome.ts';
import { rememberCases } from './cases/remember-cases.ts';
import { sourcePortOf } from './cases/split-case.ts';
import { casesOf, fateOf, reliedOn, telling, type CaseFate } from './cases/cases.ts';
import { solve, walk } from './solve.ts';
import { isSpent, workOf } from '../netfilter/work.ts';
import { caseCondition, type CaseCondition } from './cases/case-condition.ts';
import { notMatched } from './unordered/not-matched.ts';
import { hasUnorderedLists, passedOver, type PassedOver } from './unordered/passed-over.ts';
import { minimalUndecidedRules } from './minimal-undecided-rules.ts';
import { leadOf } from '../netfilter/lead.ts';
import { traceEntry, type Leads, type TraceEntry } from '../netfilter/trace/trace-entry.ts';
import type { Reason } from '../model/reason.ts';

/** Decides for every source of the flow whether it surely gets through, surely does not, or which rule leaves it open. */
export function evaluate(firewall: Firewall, question: FlowQuestion): Proof {
  const assumptions = new Set<string>();
  workOf(firewall).questions++;
  const solved = scenariosOf(question).map((part) => ({
    part,
    outcome: outcomeOf(firewall, part, assumptions),
  }));
  const gathered = (kind: keyof Outcome): AddressSets => ({
    4: union(...solved.filter(({ part }) => part.case.family === 4).map(({ outcome }) => outcome[kind])),
    6: union(...solved.filter(({ part }) => part.case.family === 6).map(({ outcome }) => outcome[kind])),
  });
  const [blocked, unresolved] = [gathered('blocked'), gathered('unresolved')];
  return proof({
    allowed: gathered('allowed'),
    blocked: { 4: union(blocked[4], unresolved[4]), 6: union(blocked[6], unresolved[6]) },
    unresolved,
    undecided: gathered('undecided'),
    depends: gathered('depends'),
    inPart: gathered('inPart'),
    findTrace: () => witnessTrace(firewall, solved),
    assumptions: [...assumptions].sort(),
  });
}

/**
 * The rules this one question meets, in order; for all its sources at once, so ask with one to see one path. Of the rules that
 * only may match those stay undecided that leave the answer so.
 */
export function traceRules(firewall: Firewall, question: FlowQuestion): readonly TraceEntry[] {
  return scenariosOf(question).flatMap((part) => traceOf(firewall, part));
}

/** One case of an answer, as the report shows it. */
export interface AnswerCase {
  readonly conditions: readonly CaseCondition[];
  readonly fate: CaseFate;
  /** Packets have to come from it to fare so, where a sender chooses his; null where any of a usual client will do. */
  readonly sourcePort: number | null;
  /** The rules that are met in it. */
  readonly trace: readonly TraceEntry[];
  /** Those that fit besides the one that decides, where the list has no order. */
  readonly passedOver: () => readonly PassedOver[];
  /** The stronger rules of such a list, and why they do not match. */
  readonly notMatched: () => ReturnType<typeof notMatched>;
}

/** The cases that the answer for one source depends on. */
export function answerCases(firewall: Firewall, question: FlowQuestion): readonly AnswerCase[] {
  const isUnordered = hasUnorderedLists(firewall);
  return scenariosOf(question).flatMap(({ case: asked, peers }) =>
    firewall.families.includes(asked.family) && areCasesOfBothOrders(firewall, { case: asked, peers })
      ? casesOf(firewall, asked, peers).map((one) => ({
          conditions: one.conditions.map(caseCondition),
          fate: one.fate,
          sourcePort: isChosenBy(asked.sender, one.fate) ? sourcePortOf(one.case) : null,
          trace: traceOf(firewall, { case: one.case, peers }),
          passedOver: () => (isUnordered ? passedOver(firewall, { case: one.case, peers }) : []),
          notMatched: () => (isUnordered ? notMatched(firewall, { case: one.case, peers }) : []),
        }))
      : [],
  );
}

/** Whoever must not get in takes what lets him in; one client that is kept out is enough. */
function isChosenBy(sender: Scenario['sender'], fate: CaseFate): boolean {
  return (sender === 'anybody' && fate === 'allowed') || (sender === 'every-client' && fate === 'blocked');
}

/** The cases of all these sources as texts to compare: conditions and fate, which is `undecided` where they do not fare alike. */
export function caseFates(firewall: Firewall, question: FlowQuestion): readonly string[] {
  return scenariosOf(question).flatMap(({ case: asked, peers }) =>
    firewall.families.includes(asked.family) ? fatesOf(firewall, asked, peers) : [],
  );
}

/** What the answer for one source takes for granted of a plain first connection: limits kept, dynamic lists without it. */
export function answerConditions(firewall: Firewall, question: FlowQuestion): readonly CaseCondition[] {
  return scenariosOf(question).flatMap(({ case: asked, peers }) =>
    firewall.families.includes(asked.family) ? reliedOn(firewall, asked, peers).map(caseCondition) : [],
  );
}

/** What a sender who may choose sends before, to be on a list that lets him in. Ask with one source. */
export function chosenKnocks(firewall: Firewall, question: FlowQuestion): readonly Knock[] {
  const [part] = scenariosOf(question);
  if (part?.case.sender !== 'anybody') return [];
  return telling(firewall, part.case, part.peers, 'allowed').knocks;
}

function outcomeOf(
  firewall: Firewall,
  { case: asked, peers }: ScenarioOfSources,
  assumptions: Set<string>,
  skipped: ReadonlySet<Rule> | null = null,
): Outcome {
  for (const assumption of firewall.assumptions[asked.family]) assumptions.add(assumption);
  if (!firewall.families.includes(asked.family))
    return { allowed: [], blocked: [], undecided: peers, unresolved: [], depends: [], inPart: [] };
  const outcome = solve(firewall, asked, peers, assumptions, skipped);
  const { otherOrder } = firewall;
  if (otherOrder === null) return outcome;
  const other = solve(otherOrder, asked, peers, assumptions, skipped);
  const allowed = intersect(outcome.allowed, other.allowed);
  const blocked = intersect(outcome.blocked, other.blocked);
  const shut = (one: Outcome): IntervalSet => union(one.blocked, one.unresolved);
  const unresolved = subtract(intersect(shut(outcome), shut(other)), blocked);
  const undecided = subtract(peers, union(allowed, blocked, unresolved));
  if (!isSame(undecided, outcome.undecided)) assumptions.add(EITHER_ORDER);
  const open = intersect(undecided, union(outcome.depends, other.depends));
  const depends = areCasesOfBothOrders(firewall, { case: asked, peers: open }) ? open : [];
  const inPart = intersect(union(allowed, blocked), union(outcome.inPart, other.inPart));
  return { allowed, blocked, undecided, unresolved, depends, inPart };
}

/** What is given by case holds in either order. */
function areCasesOfBothOrders(firewall: Firewall, { case: asked, peers }: ScenarioOfSources): boolean {
  if (firewall.otherOrder === null || peers.length === 0) return true;
  const [own, other] = [firewall, firewall.otherOrder].map((each) => fatesOf(each, asked, peers).join());
  return own === other;
}

function fatesOf(firewall: Firewall, asked: Scenario, peers: IntervalSet): readonly string[] {
  return casesOf(firewall, asked, peers).map(({ conditions, fate }) =>
    JSON.stringify([conditions.map(caseCondition), fate]),
  );
}

const EITHER_ORDER =
  'chains of the same hook and priority in different tables may run in either order, which no listing shows (give them different priorities)';

/** What one source meets, the most telling kind first. */
function witnessTrace(
  firewall: Firewall,
  solved: readonly { part: ScenarioOfSources; outcome: Outcome }[],
): readonly TraceEntry[] {
  for (const kind of ['undecided', 'blocked', 'unresolved', 'allowed'] as const) {
    for (const { part, outcome } of solved) {
      const witness = firstOf(outcome[kind]);
      if (witness.length > 0) return traceOf(firewall, { case: part.case, peers: witness });
    }
  }
  return [];
}

function traceOf(firewall: Firewall, { case: asked, peers }: ScenarioOfSources): readonly TraceEntry[] {
  return remembered(firewall, asked, peers, () => traceAnew(firewall, { case: asked, peers }));
}

/** A path may be long; the cases of an answer come after the path of its witness, which is one of them. */
const remembered = rememberCases<readonly TraceEntry[]>(64);

function traceAnew(firewall: Firewall, { case: asked, peers }: ScenarioOfSources): readonly TraceEntry[] {
  const isFree = asked.sender !== 'client' && firewall.families.includes(asked.family);
  const part = { case: isFree ? tellingCase(firewall, asked, peers) : asked, peers };
  const { traced, omitted, isWhole } = stepsOf(firewall, part);
  if (!isWhole) return [];
  const open = traced.flatMap(({ step: { rule }, entry }) =>
    rule !== null && entry.effect === 'undecided' ? [rule] : [],
  );
  const isOpenWithout = (skipped: ReadonlySet<Rule>): boolean =>
    outcomeOf(firewall, part, new Set(), skipped.size === 0 ? null : skipped).undecided.length > 0;
  const telling = isSpent(firewall) ? new Set(open) : minimalUndecidedRules(open, isOpenWithout);
  const entries = traced.map(({ step, entry }): TraceEntry => {
    const { rule } = step;
    if (rule === null || entry.effect !== 'undecided' || telling.has(rule)) return entry;
    const plain = traceEntry(step);
    if (plain.effect !== 'undecided') return plain;
    return { ...entry, effect: 'continue', reasons: [{ code: 'makes-no-difference' }] };
  });
  return withOmitted(entries, omitted);
}

function tellingCase(firewall: Firewall, asked: Scenario, peers: IntervalSet): Scenario {
  return telling(firewall, asked, peers, fateOf(solve(firewall, asked, peers, new Set()), peers));
}

interface Steps {
  readonly traced: readonly { readonly step: Step; readonly entry: TraceEntry }[];
  /** How many more there were that let the packet go on. */
  readonly omitted: number;
  /** Every rule that may be met was visited. */
  readonly isWhole: boolean;
}

function stepsOf(firewall: Firewall, { case: asked, peers }: ScenarioOfSources): Steps {
  if (!firewall.families.includes(asked.family)) return { traced: [], omitted: 0, isWhole: true };
  const visited: Step[] = [];
  let count = 0;
  let previous: Step | undefined;
  const leads: Leads = (...led) => leadOf(firewall, asked, ...led);
  const isWhole = walk(firewall, asked, peers, (step) => {
    if (previous !== undefined && isToldAlike(previous, step, leads)) return;
    previous = step;
    count++;
    const most = mayDecide(step) ? 2 * MAX_ENTRIES : MAX_ENTRIES;
    if (visited.length < most) visited.push(step);
  });
  if (!isWhole) return { traced: [], omitted: 0, isWhole };
  const traced = visited
    .map((step) => ({ step, entry: traceEntry(step, leads) }))
    .filter(({ entry }, index) => index < MAX_ENTRIES || entry.effect !== 'continue');
  return { traced, omitted: count - traced.length, isWhole };
}

/** A packet whose mark, say, is one of several meets a rule once with each of them. */
function isToldAlike(a: Step, b: Step, leads: Leads): boolean {
  const told = (step: Step): string => JSON.stringify(traceEntry(step, leads));
  return a.rule === b.rule && a.chain === b.chain && told(a) === told(b);
}

function mayDecide({ rule, isSure }: Step): boolean {
  return (
    rule === null || !isSure || rule.effects.some(({ kind }) => kind !== 'continue' && kind !== 'assign')
  );
}

/** No person reads on beyond these; what decides is shown nevertheless. */
const MAX_ENTRIES = 1000;

/** The last entry before the gap says how wide it is. */
function withOmitted(entries: readonly TraceEntry[], omitted: number): readonly TraceEntry[] {
  const last = entries[MAX_ENTRIES - 1];
  if (omitted === 0 || last === undefined) return entries;
  const reasons: readonly Reason[] = [...last.reasons, { code: 'entries-left-out', count: omitted }];
  return entries.with(MAX_ENTRIES - 1, { ...last, reasons });
}

function firstOf(set: IntervalSet): IntervalSet {
  const [first] = set;
  if (first === undefined) return [];
  return typeof first === 'number' ? [first, first + 1] : [first, first + 1n];
}
