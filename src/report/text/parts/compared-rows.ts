import { groupBy } from '../../../group-by.ts';
import { portsText, purposeText } from '../../../verdict/reports/label.ts';
import type { ComparedFlow, Comparison, Regression, Side } from '../../../verdict/reports/compare-report.ts';
import { CHANGES } from '../../../verdict/shapes/change.ts';
import { shownVerdict, SYMBOL } from './verdict-symbol.ts';

/** Flows of one host that changed alike. */
export interface ComparedRow {
  readonly flows: readonly ComparedFlow[];
  readonly first: ComparedFlow;
  /** `102, 10101/tcp` */
  readonly ports: string;
  /** `server 4 clients`; of several what they are for. */
  readonly name: string;
  /** The vantage point of a merged report, else the role. */
  readonly from: string;
  readonly before: string;
  readonly after: string;
  /** The rules that decide now, where nothing else differs. */
  readonly rules: readonly string[];
}

/** The rows of what changed, regressions first; flows that did not change are only counted. */
export function comparedRows({ flows }: Pick<Comparison, 'flows'>): readonly ComparedRow[] {
  const changed = flows.filter(({ change, regression }) => change !== 'unchanged' || regression !== null);
  const sorted = [...changed.filter(isRegression), ...changed.filter((flow) => !isRegression(flow))];
  return groupBy(sorted, ({ change, regression, host, address, vantage, role, transport, before, after }) =>
    JSON.stringify([
      change,
      regression,
      host,
      address,
      vantage,
      role,
      transport,
      textOf(before),
      textOf(after),
    ]),
  ).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { after, before, regression } = first;
    const isSameVerdict = after?.verdict === before?.verdict && regression !== 'finding';
    // Findings name the rules of what is worse; here they tell what is otherwise alike.
    const rules = isSameVerdict && textOf(after) === textOf(before) ? (after?.rules ?? []) : [];
    const texts = { before: textOf(before), after: textOf(after), rules };
    const from = first.vantage ?? first.role;
    return { flows: group, first, ports: portsText(group), name: purposeText(group), from, ...texts };
  });
}

/** What is now, with the rules, on one line. */
export function afterWithRules({ after, rules }: ComparedRow): string {
  return [after, ...rules].join('  ');
}

function isRegression({ regression }: ComparedFlow): boolean {
  return regression !== null;
}

/** `✗ filtered (no-response)`; nothing where a report has no such flow. */
function textOf(side: Side | null): string {
  if (side === null) return '-';
  const excuse = side.accepted === undefined ? '' : ', accepted';
  return `${SYMBOL[shownVerdict(side)]} ${side.seen}${excuse}`;
}

/** What makes a flow a regression, in words. */
export const REGRESSION: Readonly<Record<Regression, string>> = {
  verdict: 'the verdict is worse',
  'more-addresses': 'it fails for more addresses or source ports',
  'more-undecided': 'more addresses or source ports are undecided',
  finding: 'it has a new finding',
  'new-failure': 'it is new and fails',
  'required-gone': 'it must be reachable and is no longer in the report',
};

/** A sentence for each vantage point that was elsewhere before. */
export function movedLines({ moved = [] }: Pick<Comparison, 'moved'>): readonly string[] {
  return moved.map(
    ({ vantage, before, after }) =>
      `${vantage}: probed from ${after.join(', ')}, before from ${before.join(', ')}. What differs may be the way from there, not the host.`,
  );
}

/** `2 regressions · 1 worse · 1 new · 3 better · 12 unchanged of 17` */
export function changeCounts({ summary, regressions }: Pick<Comparison, 'summary' | 'regressions'>): string {
  const total = CHANGES.reduce((sum, change) => sum + summary[change], 0);
  const counts = CHANGES.flatMap((change) =>
    summary[change] > 0 || change === 'unchanged' ? `${summary[change]} ${change}` : [],
  );
  const head = `${regressions} ${regressions === 1 ? 'regression' : 'regressions'}`;
  return `${[head, ...counts].join(' · ')} of ${total}`;
}
