import { isSame, type Bound } from '../../../../net/interval-set.ts';
import { endsTheWay, joinedRule, LEAST_JOINED } from '../../../model/merge-rules.ts';
import type { AddressMatch } from '../../../model/match.ts';
import type { Rule } from '../../../model/ruleset.ts';
import { plainNetwork } from '../rule/values.ts';

/** The rule read last and where the file has it; the next lines may say it again. */
export interface LatestRule {
  readonly from: number;
  readonly to: number;
  readonly rule: Rule;
  /** Its one address, null where there is none; not known before a line that looks like it. */
  address: OnlyAddress | null | undefined;
  repeats: Repeats | null;
}

interface OnlyAddress {
  /** Which of the rule's matches it is. */
  readonly at: number;
  readonly match: AddressMatch;
  /** How long the text before it and behind it is. */
  readonly before: number;
  readonly behind: number;
}

/** The lines that said the rule again, in columns. */
interface Repeats {
  /** Which line of the file each is. */
  readonly line: number[];
  /** Where the file has it. */
  readonly from: number[];
  readonly to: number[];
  /** From and to which address it reaches, in pairs. */
  readonly bounds: Bound[];
}

/**
 * Tells whether the text between two offsets of the file differs from the latest rule only in its address, and keeps it if so:
 * blocklists say one rule a hundred thousand times. Any other is to be read word by word.
 */
export function isRepeat(latest: LatestRule, file: string, from: number, to: number, line: number): boolean {
  if (latest.address === undefined) latest.address = differingAddress(latest, file, from, to);
  const { address } = latest;
  if (address === undefined || address === null) return false;
  const start = from + address.before;
  const end = to - address.behind;
  if (start >= end || !areEqual(file, from, latest.from, address.before)) return false;
  if (!areEqual(file, end, latest.to - address.behind, address.behind)) return false;
  const network = plainNetwork(file, address.match.family, start, end);
  if (network === undefined) return false;
  const repeats = (latest.repeats ??= { line: [], from: [], to: [], bounds: [] });
  repeats.line.push(line);
  repeats.from.push(from);
  repeats.to.push(to);
  for (const bound of network) repeats.bounds.push(bound);
  return true;
}

/** The latest rule and its repeats: one rule for all of them where they are many, else one each. */
export function withRepeats({ rule, address, repeats }: LatestRule, file: string): readonly Rule[] {
  if (address === undefined || address === null || repeats === null) return [rule];
  const { at, match } = address;
  const toRule = (nth: number): Rule => {
    const set = repeats.bounds.slice(2 * nth, 2 * nth + 2);
    return {
      line: repeats.line[nth] ?? rule.line,
      text: file.slice(repeats.from[nth], repeats.to[nth]),
      matches: rule.matches.with(at, { kind: 'address', field: match.field, family: match.family, in: set }),
      effects: rule.effects,
    };
  };
  if (1 + repeats.line.length < LEAST_JOINED || !endsTheWay(rule.effects))
    return [rule, ...repeats.line.map((_, nth) => toRule(nth))];
  const bounds = match.in.concat(repeats.bounds);
  const made: (Rule | undefined)[] = [rule];
  return [joinedRule(rule, bounds, { at, bounds, written: (nth) => (made[nth] ??= toRule(nth - 1)) })];
}

/** The address in which the two rules differ, where it is the only difference; undefined where they differ in more. */
function differingAddress(
  latest: LatestRule,
  file: string,
  from: number,
  to: number,
): OnlyAddress | null | undefined {
  const before = differingWord(latest, file, from, to);
  const option = addressOption(file, from + before);
  if (option === undefined) return undefined;
  const end = endOfWord(file, latest.from + before, latest.to);
  const behind = latest.to - end;
  if (endOfWord(file, from + before, to) !== to - behind || !areEqual(file, to - behind, end, behind))
    return undefined;
  const found = onlyAddress(latest.rule, option);
  if (found === null) return null;
  const { at, match } = found;
  const network = plainNetwork(file, match.family, latest.from + before, end);
  return network === undefined || !isSame(match.in, network) ? null : { at, match, before, behind };
}

/** The match the option stands for, where nothing else in the rule could be meant. */
function onlyAddress(
  { text, matches }: Rule,
  option: AddressOption,
): Pick<OnlyAddress, 'at' | 'match'> | null {
  if (text.includes('"') || text.indexOf(option) !== text.lastIndexOf(option)) return null;
  const field = option === ' -s ' ? 'source' : 'destination';
  const at = matches.findIndex((match) => match.kind === 'address' && match.field === field);
  const match = matches[at];
  return match?.kind === 'address' ? { at, match } : null;
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

function areEqual(file: string, from: number, other: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (file.charCodeAt(from + i) !== file.charCodeAt(other + i)) return false;
  return true;
}

const SPACE = 32;
const DASH = 45;
const LETTER_D = 100;
const LETTER_S = 115;
