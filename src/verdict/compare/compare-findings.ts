import { groupBy, groupsBy } from '../../group-by.ts';
import type { ComparedFinding } from '../reports/compare-report.ts';
import { reducedFinding } from '../reports/reduced-finding.ts';
import { causeTexts } from '../trace/text/cause-texts.ts';
import type { Severity } from '../shapes/severity.ts';
import type { ComparableFlow } from './comparable-flow.ts';

/** A finding of any kind of report. */
export type AnyFinding = Omit<ComparedFinding, 'change' | 'isRegression'>;

/** A finding as far as it is about one flow; about no flow: `flow` null. */
interface Part {
  readonly finding: AnyFinding;
  readonly flow: ComparableFlow | null;
  /** Code and flow. */
  readonly place: string;
  /** The texts of the rules that decide, never their lines. */
  readonly rules: readonly string[];
  /** The version that wrote it named no rules: those of the path stand for them. */
  readonly isOld: boolean;
}

export interface ComparedFindings {
  readonly findings: readonly ComparedFinding[];
  /** Keys of flows with a failing finding they did not have. */
  readonly newlyFailing: ReadonlySet<string>;
  /** How many new failing findings are about no flow. */
  readonly flowless: number;
}

/** Fails every run until somebody reviews the exception, whatever failed before. */
const EXPIRED = 'acceptance-expired';

/** @param failing the severities that fail a run */
export function compareFindings(
  before: { readonly findings: readonly AnyFinding[]; readonly flows: readonly ComparableFlow[] },
  after: { readonly findings: readonly AnyFinding[]; readonly flows: readonly ComparableFlow[] },
  failing: readonly Severity[],
): ComparedFindings {
  const isFailing = ({ finding: { severity, accepted } }: Part): boolean =>
    failing.includes(severity) && accepted === undefined;
  const [old, now] = [partsOf(before), partsOf(after)];
  const [oldByPlace, nowByPlace] = [old, now].map((parts) => groupsBy(parts, ({ place }) => place));
  const changed = now.map((part) => {
    const was = oldByPlace?.get(part.place) ?? [];
    const change = isStillSo(was, part) ? ('unchanged' as const) : ('new' as const);
    const isKnown = isStillSo(was.filter(isFailing), part) && part.finding.code !== EXPIRED;
    return { part, change, isRegression: isFailing(part) && !isKnown };
  });
  const gone = old
    .filter((part) => {
      const was = oldByPlace?.get(part.place) ?? [];
      return !(nowByPlace?.get(part.place) ?? []).some((one) => isRelated(part, one) && isStillSo(was, one));
    })
    .map((part) => ({ part, change: 'gone' as const, isRegression: false }));
  const all = [...changed, ...gone];
  return {
    findings: rejoined(all),
    newlyFailing: new Set(
      all.flatMap(({ part, isRegression }) => (isRegression && part.flow !== null ? part.flow.key : [])),
    ),
    flowless: all.filter(({ part, isRegression }) => isRegression && part.flow === null).length,
  };
}

function partsOf({
  findings,
  flows,
}: {
  readonly findings: readonly AnyFinding[];
  readonly flows: readonly ComparableFlow[];
}): readonly Part[] {
  const byId = groupsBy(flows, ({ flow }) => flow.id);
  return findings.flatMap((finding): readonly Part[] => {
    const { code, vantages, args } = finding;
    const about = finding.flows
      .flatMap((id) => byId.get(id) ?? [])
      .filter(({ vantage }) => vantage === null || (vantages?.includes(vantage) ?? true));
    if (about.length === 0) {
      const place = JSON.stringify([code, args.host ?? null]);
      return [{ finding, flow: null, place, rules: textsOf(finding), isOld: false }];
    }
    return about.map((flow) => {
      const texts = causeTexts(finding, flow.side.expected);
      const isOld = texts === null && isAboutRules(finding);
      const rules = texts ?? (isOld ? [...textsOf(finding), ...flow.side.rules] : []);
      return { finding, flow, place: JSON.stringify([code, flow.key]), rules, isOld };
    });
  });
}

/** Whether a rule is the cause, in any version: it has rules, or its message names one. The rules of the path are no part of another finding. */
function isAboutRules({ rules, args }: AnyFinding): boolean {
  return rules !== undefined || 'rule' in args;
}

function textsOf({ rules = [] }: AnyFinding): readonly string[] {
  return rules.map(({ text }) => text);
}

/**
 * Whether earlier findings explain the later one of the same code and flow: each rule that decides now did so before, in one of them, so
 * that a failure of which one cause is mended is the same; where an older version did not say the rules, one in common is enough.
 */
function isStillSo(before: readonly Part[], after: Part): boolean {
  const related = before.filter((one) => isRelated(one, after));
  if (after.isOld || after.rules.length === 0 || related.some(({ isOld }) => isOld))
    return related.length > 0;
  const known = new Set(related.flatMap(({ rules }) => rules));
  return after.rules.every((text) => known.has(text));
}

/** Whether the causes of two findings have a rule in common, or neither has one; an older version may not have said. */
function isRelated(before: Pick<Part, 'rules' | 'isOld'>, after: Part): boolean {
  const [was, is] = [before.rules, after.rules];
  if (was.length === 0 || is.length === 0)
    return before.isOld || after.isOld || (was.length === 0 && is.length === 0);
  return was.some((text) => is.includes(text));
}

interface ChangedPart extends Pick<ComparedFinding, 'change' | 'isRegression'> {
  readonly part: Part;
}

/** The parts of one finding that changed alike as one finding again, regressions first. */
function rejoined(parts: readonly ChangedPart[]): readonly ComparedFinding[] {
  const numbers = new Map<AnyFinding, number>();
  const numberOf = (finding: AnyFinding): number => {
    const number = numbers.get(finding) ?? numbers.size;
    numbers.set(finding, number);
    return number;
  };
  const groups = groupBy(parts, ({ part, change, isRegression }) =>
    JSON.stringify([numberOf(part.finding), change, isRegression]),
  );
  const order = ['new', 'gone', 'unchanged'] as const;
  return groups
    .flatMap((group) => {
      const [one] = group;
      if (one === undefined) return [];
      const { finding } = one.part;
      const flows = group.flatMap(({ part }) => part.flow?.flow ?? []);
      const kept = new Set(flows.map(({ id }) => id));
      const settled = new Set(finding.flows.filter((id) => !kept.has(id)));
      const reduced = flows.length === 0 ? [finding] : reducedFinding(finding, settled, flows);
      return reduced.map((each) => ({ ...each, change: one.change, isRegression: one.isRegression }));
    })
    .sort(
      (a, b) =>
        Number(b.isRegression) - Number(a.isRegression) || order.indexOf(a.change) - order.indexOf(b.change),
    );
}
