import { groupBy } from '../../../group-by.ts';
import type { Comparison, Regression } from '../../../verdict/reports/compare-report.ts';
import type { Style } from '../../style.ts';
import { comparedRows, type ComparedRow } from './compared-rows.ts';
import { paragraph } from './paragraph.ts';
import { SYMBOL } from './verdict-symbol.ts';

/** The answer in a sentence: what got worse, or that nothing did. */
export function comparedHeadline(comparison: Comparison, style: Style): string {
  const { flows, regressions, newUnproven } = comparison;
  const tone = regressions > 0 ? 'fail' : newUnproven > 0 || flows.length === 0 ? 'unproven' : 'pass';
  const text = paragraph(`${SYMBOL[tone]} `, `${sentence(comparison)}.`, style);
  return style.paint[tone](text.slice(0, 1)) + text.slice(1);
}

function sentence(comparison: Comparison): string {
  const { flows, summary, regressions, known, newUnproven } = comparison;
  if (regressions > 0) return worseText(comparison);
  if (flows.length === 0) return 'There is no flow to compare';
  const more = [
    ...(summary.better > 0 ? [`${countOf(summary.better)} got better`] : []),
    ...(known > 0 ? [`${countOf(known)} ${known === 1 ? 'fails' : 'fail'} as before`] : []),
    ...(newUnproven > 0
      ? [`${newUnproven} new ${newUnproven === 1 ? 'flow is' : 'flows are'} unproven`]
      : []),
  ];
  // What is worse and no regression is accepted.
  return [`Nothing got worse${summary.worse > 0 ? ' except what is accepted' : ''}`, ...more].join('; ');
}

/** `2 flows got worse: outsider → 10301-10302/tcp; 1 new flow fails: client → 102/tcp` */
function worseText({ flows, regressions }: Comparison): string {
  const rows = comparedRows({ flows }).filter(({ first }) => first.regression !== null);
  const hosts = new Set(flows.map(({ host }) => host));
  const clauses = KINDS.flatMap(({ kinds, one, many }) => {
    const own = rows.filter(({ first: { regression } }) => regression !== null && kinds.includes(regression));
    const count = flowsOf(own);
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}: ${namesOf(own, hosts.size > 1)}`];
  });
  const flowless = regressions - flowsOf(rows);
  const found = `${flowless} new ${flowless === 1 ? 'finding is' : 'findings are'} about no flow`;
  return [...clauses, ...(flowless > 0 ? [found] : [])].join('; ');
}

const KINDS: readonly {
  readonly kinds: readonly Regression[];
  readonly one: string;
  readonly many: string;
}[] = [
  { kinds: ['verdict', 'more-addresses', 'more-undecided'], one: 'flow got worse', many: 'flows got worse' },
  { kinds: ['finding'], one: 'flow has a new finding', many: 'flows have a new finding' },
  { kinds: ['new-failure'], one: 'new flow fails', many: 'new flows fail' },
  {
    kinds: ['required-gone'],
    one: 'flow that must be reachable is gone',
    many: 'flows that must be reachable are gone',
  },
];

/** More of them nobody keeps in mind. */
const SHOWN = 3;

function namesOf(rows: readonly ComparedRow[], withHost: boolean): string {
  // The addresses of a host have a row each.
  const groups = groupBy(rows, (row) => nameOf(row, withHost));
  const shown = groups.slice(0, SHOWN).flatMap(([row]) => (row === undefined ? [] : nameOf(row, withHost)));
  const rest = flowsOf(groups.slice(SHOWN).flat());
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function nameOf({ from, ports, first }: ComparedRow, withHost: boolean): string {
  return `${from} → ${ports}${withHost ? ` on ${first.host}` : ''}`;
}

function flowsOf(rows: readonly ComparedRow[]): number {
  return rows.reduce((sum, { flows }) => sum + flows.length, 0);
}

function countOf(count: number): string {
  return `${count} ${count === 1 ? 'flow' : 'flows'}`;
}
