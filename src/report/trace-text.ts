import { printable } from '../printable.ts';
import type { TracedPacket, TraceReport } from '../verdict/audit-report.ts';
import { rulePlace, ruleText } from '../verdict/deciding-rule.ts';
import { shortList } from './skipped-lines.ts';
import { paragraph } from './paragraph.ts';
import type { Style, Tone } from './style.ts';

/** Each packet, what happens to it, and under it the rules it meets in order. */
export function traceText({ packets, assumptions }: TraceReport, style: Style): string {
  const withFile = new Set(packets.flatMap(({ trace }) => trace.map(({ file }) => file))).size > 1;
  const blocks = packets.map((packet) => packetLines(packet, withFile, style).join('\n'));
  const assumed = assumptions.map((assumption) => paragraph('- assumed ', printable(assumption), style));
  return ['', ...blocks, ...(assumed.length > 0 ? ['', ...assumed] : []), ''].join('\n');
}

const SIGN = {
  allowed: { symbol: '✓', tone: 'pass' },
  blocked: { symbol: '✗', tone: 'fail' },
  partly: { symbol: '✗', tone: 'fail' },
  undecided: { symbol: '?', tone: 'unproven' },
} as const satisfies Record<TracedPacket['result'], { symbol: string; tone: Tone }>;

function packetLines(packet: TracedPacket, withFile: boolean, style: Style): readonly string[] {
  return [
    `${style.paint.strong(printable(packet.packet))}  ${fate(packet, style)}`,
    ...(packet.why === null ? [] : [paragraph('    ', packet.why, style)]),
    ...(packet.to.length === 0
      ? pathLines('    ', packet.trace, withFile, style)
      : packet.to.flatMap((part) => [
          `    to ${shortList(part.destinations)}  ${fate(part, style)}`,
          ...pathLines('        ', part.trace, withFile, style),
        ])),
  ];
}

function fate(part: Fate, style: Style): string {
  const { symbol, tone } = SIGN[part.result];
  return `${style.paint[tone](`${symbol} ${part.result}`)}${partsOf(part)}`;
}

type Fate = Pick<TracedPacket, 'result' | 'allowedFrom' | 'blockedFrom' | 'undecidedFrom'>;

function pathLines(
  indent: string,
  trace: TracedPacket['trace'],
  withFile: boolean,
  style: Style,
): readonly string[] {
  return trace.map((entry) => paragraph(indent, printable(entryText(entry, withFile)), style));
}

/** Which sources fare how, where they do not all fare alike. */
function partsOf({ allowedFrom, blockedFrom, undecidedFrom }: Fate): string {
  const parts = [
    { word: 'allowed', from: allowedFrom },
    { word: 'blocked', from: blockedFrom },
    { word: 'undecided', from: undecidedFrom },
  ].filter(({ from }) => from.length > 0);
  if (parts.length < 2) return '';
  return ` (${parts.map(({ word, from }) => `${word}: ${shortList(from)}`).join('; ')})`;
}

function entryText(entry: TracedPacket['trace'][number], withFile: boolean): string {
  const { table, chain, direction, effect, why } = entry;
  // Of a listing in JSON the place says table and chain.
  const place = `${entry.handle === null ? `${table} ${chain}  ` : ''}${rulePlace(entry, { withFile })}`;
  const way = { request: '', reply: 'answer: ', later: 'once connected: ' }[direction];
  return `${way}${place}  ${ruleText(entry)}  → ${effect}${why === '' ? '' : ` (${why})`}`;
}
