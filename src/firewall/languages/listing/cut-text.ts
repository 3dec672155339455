import { isOpenOption } from '../iptables/option-end.ts';
import { badRuleset } from '../../model/source-location.ts';
import type { LineForm } from './line-form.ts';

/**
 * Refuses text whose lines were cut at a column (`cut -c1-100`, a terminal): what stood after it is gone, and the rule matches
 * more or does less. Such lines are the longest, and one of them ends where no rule ends. Where all of them end as a rule may,
 * they are left open (`perhaps-cut.ts`).
 * @throws InputError with the line that lacks its end
 */
export function refuseCut(lines: readonly string[], file: string, form: LineForm): void {
  if (form === 'set') return;
  if (form === 'listing') refuseTableCut(lines, file);
  const { most, longest } = longestOf(lines);
  if (most < LEAST_WIDTH) return;
  const isOpen = (line: string): boolean =>
    form === 'listing'
      ? OPEN_RULE.test(line) && !NAMED_END.test(line)
      : (OPEN_SAVE.test(line) && !isPadded(lines, line)) || endsInOption(line);
  const cut = longest.find(({ line }) => isOpen(line));
  if (cut === undefined || (longest.length === 1 && !WIDTHS.has(most))) return;
  throw badRuleset(
    { file, line: cut.at + 1, column: most },
    `lines are truncated at column ${most}; this line is incomplete`,
    cut.line.slice(-40),
    'give the file as the tool wrote it, not truncated output',
  );
}

interface Longest {
  readonly most: number;
  readonly longest: readonly { readonly line: string; readonly at: number }[];
}

/** The longest lines; those that lack one character may have lost a blank at their end. */
export function longestOf(lines: readonly string[]): Longest {
  const most = lines.reduce((length, line) => Math.max(length, line.length), 0);
  const longest: { readonly line: string; readonly at: number }[] = [];
  lines.forEach((line, at) => {
    if (line.length >= most - 1) longest.push({ line, at });
  });
  return { most, longest };
}

/** A file that ends with the name of a table, after whole ones, lacks what the table holds. */
function refuseTableCut(lines: readonly string[], file: string): void {
  const at = lines.findLastIndex((line) => line.trim() !== '');
  const last = lines[at] ?? '';
  if (!/^\s*table (?:\w+ )?[^\s{;]+$/.test(last) || !lines.some((line) => /^\s*chain .*\{/.test(line)))
    return;
  throw badRuleset(
    { file, line: at + 1, column: last.length },
    'the file ends after the name of a table: the contents of the table are missing',
    last.trim(),
    'give the file as the tool wrote it, not truncated output',
  );
}

/** Lines that are shorter are not cut by anybody. */
const LEAST_WIDTH = 40;

/** Of terminals and printers, and round ones. */
const WIDTHS: ReadonlySet<number> = new Set([
  40, 50, 60, 64, 70, 72, 76, 78, 79, 80, 90, 100, 110, 120, 128, 130, 132, 140, 150, 160, 180, 200, 240, 250,
  256,
]);

/** What needs more after it in a save: an option, a list, a range. */
const OPEN_SAVE =
  /^(?:\[\d+:\d+\] )?-[AI] .*(?:[ ,:.]| -[jg] (?:ACC|ACCE|ACCEP|DRO|REJ|REJE|REJEC|RET|RETU|RETUR)| (?:-[sd]|--mask|--to-(?:source|destination)) \d{1,3}(?:\.\d{1,3}){0,2}| (?:-[sd]|--mask) [\da-f]{1,4}(?::[\da-f]{1,4}){1,6})$/;

/** The same in a listing of nft. */
const OPEN_RULE =
  /^\s+(?:ip6?|i?if\w*|oif\w*|tcp|udp|th|ct|meta|fib|icmp\w*) .*(?:[,:.]| (?:ip6?|tcp|udp|th|ct|[sd]addr|[sd]port|state|mark|status|[!=<>]=|[!=<>]|packets|prefix|to|with|vmap|map|jump|goto|a|ac|acc|acce|accep|d|dr|dro|re|ret|retu|retur)| [sd]addr (?:!= )?\d{1,3}(?:\.\d{1,3}){0,2})\s?$/;

/** What is a name here, though elsewhere it would need more after it. */
const NAMED_END =
  / (?:jump|goto|set|meta|protocol|l4proto|nfproto|nexthdr|length|type|(?:set|and|or) ct) [\w-]+\s?$/;

function endsInOption(line: string): boolean {
  const [, word] = /^(?:\[\d+:\d+\] )?-[AI] .* (-[a-z-]*)$/.exec(line) ?? [];
  return word !== undefined && isOpenOption(word);
}

/** Old versions of the tool end every rule with a blank. */
function isPadded(lines: readonly string[], line: string): boolean {
  return line.endsWith(' ') && lines.every((each) => !each.startsWith('-A ') || each.endsWith(' '));
}
