import type { TracedPacket, TracedPath, TraceReport } from '../../verdict/reports/trace-report.ts';
import { ruleRef } from '../../verdict/trace/deciding-rule.ts';
import { addressesText } from '../../verdict/trace/text/count-text.ts';
import { rulePlace, ruleText } from '../../verdict/trace/rule-label.ts';
import { conditionsText } from '../../verdict/trace/text/condition-text.ts';
import { shortList } from './parts/skipped-lines.ts';
import { paragraph } from './parts/paragraph.ts';
import type { Style, Tone } from '../style.ts';

/** Each packet, what happens to it, and under it the rules it meets in order. */
export function traceText({ packets, assumptions, unstated }: TraceReport, style: Style): string {
  const withFile = new Set(packets.flatMap(partsOf).flatMap(filesOf)).size > 1;
  const blocks = packets.map((packet) => packetLines(packet, withFile, style).join('\n'));
  const assumed = assumptions.map((assumption) =>
    paragraph(unstated.includes(assumption) ? '- unproven unless ' : '- assumed ', assumption, style),
  );
  return ['', ...blocks, ...(assumed.length > 0 ? ['', ...assumed] : []), ''].join('\n');
}

type Part = Partial<Pick<TracedPacket, 'trace' | 'notMatched'>>;

/** Everything that shows rules of one packet. */
function partsOf({ to, ...packet }: TracedPacket): readonly Part[] {
  return [packet, ...to].flatMap((part): readonly Part[] => [part, ...part.paths, ...part.cases]);
}

function filesOf({ trace = [], notMatched }: Part): readonly string[] {
  return [...trace, ...(notMatched?.rules ?? []).map(({ rule }) => rule)].map(({ file }) => file);
}

const SIGN = {
  allowed: { symbol: '✓', tone: 'pass' },
  blocked: { symbol: '✗', tone: 'fail' },
  partly: { symbol: '✗', tone: 'fail' },
  depends: { symbol: '?', tone: 'unproven' },
  undecided: { symbol: '?', tone: 'unproven' },
} as const satisfies Record<TracedPacket['result'], { symbol: string; tone: Tone }>;

function packetLines(packet: TracedPacket, withFile: boolean, style: Style): readonly string[] {
  return [
    `${style.paint.strong(packet.packet)}  ${fate(packet.result, style)}`,
    ...(packet.why === null ? [] : [paragraph(INDENT, packet.why, style)]),
    ...(packet.to.length === 0
      ? partLines(packet, INDENT, withFile, style)
      : packet.to.flatMap((part) => [
          `${INDENT}to ${shortList(part.destinations)}  ${fate(part.result, style)}`,
          ...partLines(part, INDENT.repeat(2), withFile, style),
        ])),
  ];
}

const INDENT = '    ';

function fate(result: TracedPacket['result'], style: Style): string {
  const { symbol, tone } = SIGN[result];
  return style.paint[tone](`${symbol} ${result}`);
}

/** The path, or where not all sources fare alike, who fares how and the path of each. */
function partLines(
  {
    paths,
    cases,
    casesOf,
    trace,
    decidedBy,
    notMatched,
  }: Pick<TracedPacket, 'paths' | 'cases' | 'casesOf' | 'trace' | 'decidedBy' | 'notMatched'>,
  indent: string,
  withFile: boolean,
  style: Style,
): readonly string[] {
  if (paths.length === 0 && cases.length > 0)
    return [
      ...(casesOf === undefined
        ? []
        : [paragraph(indent, `for ${casesOf}, others may fare otherwise:`, style)]),
      ...cases.flatMap(({ conditions, result, trace: path, notMatched: others }) => [
        colouredFirst(
          paragraph(
            `${indent}${SIGN[result].symbol} `,
            `${conditionsText(conditions, withFile)}: ${result}`,
            style,
          ),
          result,
          style,
        ),
        ...pathLines(`${indent}${INDENT}`, path, withFile, style),
        ...notMatchedLines(`${indent}${INDENT}`, others, withFile, style),
      ]),
    ];
  if (paths.length === 0)
    return [
      ...pathLines(indent, trace, withFile, style),
      ...notMatchedLines(indent, notMatched, withFile, style),
    ];
  const shown = paths.flatMap(({ result, from, addresses, witness, trace: path }) => [
    colouredFirst(
      paragraph(`${indent}${SIGN[result].symbol} `, whoFares(result, from, addresses, witness), style),
      result,
      style,
    ),
    ...pathLines(`${indent}${INDENT}`, path, withFile, style),
  ]);
  return [...shown, ...restLines(paths, decidedBy, indent)];
}

function whoFares(
  result: TracedPath['result'],
  from: TracedPath['from'],
  addresses: TracedPath['addresses'],
  witness: string,
): string {
  const count = addresses === null ? '' : ` (${addressesText(addresses)})`;
  return `${result} from ${shortList(from)}${count}${from[0] === witness ? '' : `, for example ${witness}`}`;
}

/** How many more ways there are whose paths are not shown. */
function restLines(
  paths: readonly TracedPath[],
  decided: TracedPacket['decidedBy'],
  indent: string,
): readonly string[] {
  return (['allowed', 'blocked'] as const).flatMap((result) => {
    const all = decided.filter((one) => one.result === result);
    const rest = all.slice(paths.filter((path) => path.result === result).length);
    const rules = rest.reduce((sum, { more }) => sum + Math.max(1, more), 0);
    return rules === 0 ? [] : [`${indent}${SIGN[result].symbol} ${result} by ${rules} other rules`];
  });
}

function colouredFirst(text: string, result: TracedPath['result'], style: Style): string {
  const { symbol, tone } = SIGN[result];
  return text.replace(symbol, style.paint[tone](symbol));
}

function pathLines(
  indent: string,
  trace: TracedPacket['trace'],
  withFile: boolean,
  style: Style,
): readonly string[] {
  return trace.map((entry) => paragraph(indent, entryText(entry, withFile), style));
}

/** The stronger rules that do not match, and what each asks for instead. */
function notMatchedLines(
  indent: string,
  notMatched: TracedPacket['notMatched'],
  withFile: boolean,
  style: Style,
): readonly string[] {
  if (notMatched === undefined) return [];
  const { rules, more } = notMatched;
  const lines = rules.map(({ rule, because }) => {
    const named = `${rulePlace(rule, { withFile })}  ${ruleText(rule, { isNamed: true })}`;
    return paragraph(`${indent}no match: `, `${named}  (${because.join('; ')})`, style);
  });
  return more === 0
    ? lines
    : [...lines, `${indent}no match: ${more} more stronger rules (--verbose names them)`];
}

const WAYS = {
  request: '',
  reply: 'reply: ',
  later: 'once established: ',
  'neighbour-solicitation': 'neighbour solicitation: ',
  'neighbour-advertisement': 'neighbour advertisement: ',
  'arp-request': 'ARP request: ',
  'arp-reply': 'ARP reply: ',
} as const satisfies Record<TracedPacket['trace'][number]['direction'], string>;

function entryText(entry: TracedPacket['trace'][number], withFile: boolean): string {
  const { kind, table, chain, direction, effect, why, rule } = entry;
  // Of a listing in JSON the place says table and chain.
  const place = `${entry.handle === null ? `${table} ${chain}  ` : ''}${rulePlace(entry, { withFile })}`;
  const way = WAYS[direction];
  // Nothing but the policy itself: the rule says all of it.
  if (kind === 'policy' && why === '') return `${way}${place}  default ${rule}`;
  return `${way}${place}  ${ruleText(ruleRef(entry), { isNamed: false, max: MAX_RULE })}  → ${effect}${why === '' ? '' : ` (${why})`}`;
}

/** Wrapped rather than cut: only lists of addresses are longer. */
const MAX_RULE = 1000;
