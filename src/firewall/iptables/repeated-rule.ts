import { isSame, type IntervalSet } from '../../net/interval-set.ts';
import type { AddressMatch } from '../match.ts';
import type { Rule } from '../ruleset.ts';
import { plainIpv4Network } from './values.ts';

/** The rule read last and where the file has it; the next lines may say it again. */
export interface LatestRule {
  from: number;
  to: number;
  readonly rule: Rule;
  /** Its one address, null where there is none; not known before a line that looks like it. */
  address: OnlyAddress | null | undefined;
}

interface OnlyAddress {
  /** Which of the rule's matches it is. */
  readonly at: number;
  readonly match: AddressMatch;
}

/**
 * The rule between two offsets of the file, where it differs from the latest only in its address: blocklists say one rule a
 * hundred thousand times. `undefined` for any other, which is to be read word by word.
 */
export function repeatedRule(
  latest: LatestRule,
  file: string,
  from: number,
  to: number,
  line: number,
): Rule | undefined {
  const length = differingWord(latest, file, from, to);
  const option = addressOption(file, from + length);
  if (option === undefined) return undefined;
  const end = endOfWord(file, from + length, to);
  const latestEnd = endOfWord(file, latest.from + length, latest.to);
  if (!areEqual(file, end, to, latestEnd, latest.to)) return undefined;
  const network = plainIpv4Network(file, from + length, end);
  if (network === undefined) return undefined;
  if (latest.address === undefined)
    latest.address = onlyAddress(
      latest.rule,
      option,
      plainIpv4Network(file, latest.from + length, latestEnd),
    );
  if (latest.address === null) return undefined;
  latest.from = from;
  latest.to = to;
  const { match, at } = latest.address;
  const other: AddressMatch = { kind: 'address', field: match.field, family: match.family, in: network };
  const { matches, effects } = latest.rule;
  return {
    line,
    text: file.slice(from, to),
    matches: matches.length === 1 ? [other] : matches.with(at, other),
    effects,
  };
}

/** The match the option stands for, where nothing else in the rule could be meant. */
function onlyAddress(
  { text, matches }: Rule,
  option: AddressOption,
  network: IntervalSet | undefined,
): OnlyAddress | null {
  if (text.includes('"') || text.indexOf(option) !== text.lastIndexOf(option)) return null;
  const field = option === ' -s ' ? 'source' : 'destination';
  const at = matches.findIndex((match) => match.kind === 'address' && match.field === field);
  const match = matches[at];
  if (match?.kind !== 'address' || network === undefined || !isSame(match.in, network)) return null;
  return { at, match };
}

type AddressOption = ' -s ' | ' -d ';

/** The option whose value begins there. */
function addressOption(file: string, at: number): AddressOption | undefined {
  const isOption =
    at >= 4 &&
    file.charCodeAt(at - 4) === SPACE &&
    file.charCodeAt(at - 3) === DASH &&
    file.charCodeAt(at - 1) === SPACE;
  const letter = isOption ? file.charCodeAt(at - 2) : NaN;
  return letter === LETTER_S ? ' -s ' : letter === LETTER_D ? ' -d ' : undefined;
}

/** How far into the line the first word begins that the two rules do not share. */
function differingWord(latest: LatestRule, file: string, from: number, to: number): number {
  const most = Math.min(to - from, latest.to - latest.from);
  let length = 0;
  while (length < most && file.charCodeAt(from + length) === file.charCodeAt(latest.from + length)) length++;
  while (length > 0 && file.charCodeAt(from + length - 1) !== SPACE) length--;
  return length;
}

function endOfWord(file: string, start: number, to: number): number {
  let end = start;
  while (end < to && file.charCodeAt(end) !== SPACE) end++;
  return end;
}

function areEqual(file: string, from: number, to: number, otherFrom: number, otherTo: number): boolean {
  if (to - from !== otherTo - otherFrom) return false;
  for (let i = from, j = otherFrom; i < to; i++, j++)
    if (file.charCodeAt(i) !== file.charCodeAt(j)) return false;
  return true;
}

const SPACE = 32;
const DASH = 45;
const LETTER_D = 100;
const LETTER_S = 115;
