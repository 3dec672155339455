import { groupBy } from '../../../group-by.ts';
import type { Finding } from '../../../verdict/findings/finding.ts';
import { findingLines } from './finding-lines.ts';
import { paragraph } from './paragraph.ts';
import { shareAdvice } from './share-advice.ts';
import { shortList } from './skipped-lines.ts';
import type { Style } from '../../style.ts';

/** What a list needs to know of a finding, whoever made it. */
export interface ListedFinding extends Omit<Finding<string>, 'flows' | 'rules'> {
  /** The vantage points that saw it, in words; absent where there is only one. */
  readonly seenFrom?: string;
}

/** More than this is a wall nobody reads. */
const SCREEN_LINES = 24;
const SCREEN_WIDTH = 80;

/** What makes two findings of one code different causes: everything but where, then everything but where and which ports. */
const LOOSENINGS: readonly (readonly string[])[] = [
  ['host', 'address'],
  ['host', 'address', 'ports', 'instances'],
];

/**
 * Findings as a person reads them. Where they would fill more than a screen, those with one cause are said once, with the
 * other hosts named under it; `--json` has them all.
 */
export function findingList(findings: readonly ListedFinding[], style: Style): readonly string[] {
  const groupings = [
    () => findings.map((one) => [one]),
    ...LOOSENINGS.map((ignored) => () => groupBy(findings, (one) => causeKey(one, ignored))),
  ];
  let lines: readonly string[] = [];
  for (const grouping of groupings) {
    lines = shareAdvice(grouping().flatMap(shown)).flatMap((one) => groupLines(one, style));
    if (screenLines(lines) <= SCREEN_LINES) return lines;
  }
  return lines;
}

/** As many as a terminal takes: what goes into a pipe or a file has no lines of a width, but somebody reads it. */
function screenLines(lines: readonly string[]): number {
  const all = lines.flatMap((line) => line.split('\n'));
  return all.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / SCREEN_WIDTH)), 0);
}

/** Of findings with other advice each keeps its own: what mends the one need not mend the other. */
function causeKey(
  { code, args, seenFrom, accepted, advice }: ListedFinding,
  ignored: readonly string[],
): string {
  const isPlaced = typeof args.host === 'string';
  const cause = Object.entries(args).filter(([key]) => !isPlaced || !ignored.includes(key));
  return JSON.stringify([code, seenFrom, accepted, cause, advice]);
}

/** The first of several findings with one cause, which is shown, and the others. */
interface Shown extends ListedFinding {
  readonly others: readonly ListedFinding[];
}

function shown([first, ...others]: readonly ListedFinding[]): readonly Shown[] {
  return first === undefined ? [] : [{ ...first, others }];
}

function groupLines({ others, ...first }: Shown, style: Style): readonly string[] {
  const [what = '', ...advice] = findingLines(first, style);
  const hasSamePorts = others.every(({ args }) => args.ports === first.args.ports);
  const places = others.map((one) => placeText(one, hasSamePorts));
  return [
    what,
    ...(others.length > 0 ? [paragraph(MORE, sameAt(places, hasSamePorts), style)] : []),
    ...(first.seenFrom === undefined ? [] : [paragraph(MORE, `seen from ${first.seenFrom}`, style)]),
    ...advice,
  ];
}

/** One or two places are named, more are counted as well. */
function sameAt(places: readonly string[], hasSamePorts: boolean): string {
  const named = [...new Set(places)];
  if (named.length > 2) return `the same ${places.length} more times: ${shortList(places)}`;
  return `the same${hasSamePorts ? ' on' : ':'} ${named.join(' and ')}`;
}

const MORE = '  ';

function placeText({ args: { host, address, ports } }: ListedFinding, isHostEnough: boolean): string {
  const name = String(host);
  const place = typeof address === 'string' && address !== name ? `${name} (${address})` : name;
  return isHostEnough || typeof ports !== 'string' ? place : `${ports} on ${place}`;
}
