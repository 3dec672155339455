import { badRuleset } from '../../model/source-location.ts';
import { FINISHED } from './wrapped-text.ts';

/**
 * Refuses text whose lines were cut at a column (`cut -c1-100`, a terminal): what stood after it is gone, and the rule matches
 * more or does less. Such lines are the longest, and end within a rule.
 * @throws InputError with the line that lacks its end
 */
export function refuseCut(text: string, file: string, dialect: string): void {
  if (dialect === 'nft-json' || dialect === 'ipset') return;
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (dialect === 'nft') refuseTableCut(lines, file);
  const most = lines.reduce((length, line) => Math.max(length, line.length), 0);
  if (most < LEAST) return;
  const longest = lines.flatMap((line, at) => (line.length === most ? [{ line, at }] : []));
  const declared = new Set(lines.flatMap((line) => /^:(\S+)/.exec(line)?.[1] ?? []));
  const lacksEnd = dialect === 'nft' ? isCutRule : (line: string) => isCutSave(line, declared);
  const cut = longest.find(({ line }) => lacksEnd(line));
  if (cut === undefined) return;
  // Rules that only count have no target either: those of one chain look alike, and end with a whole option.
  const endsWithin = longest.filter(
    ({ line }) => OPEN_END.test(line) && lacksEnd(line) && !isPadded(lines, line),
  );
  const chains = new Set(longest.map(({ line }) => /^\s*(?:-[AI] )?\S+/.exec(line)?.[0]));
  const isTold = dialect === 'nft' || endsWithin.length > 0 || (WIDTHS.has(most) && chains.size > 1);
  const isLikely = longest.length > 1 && isTold;
  const isPlain = WIDTHS.has(most) && endsWithin.some(({ at }) => at === cut.at);
  if (!isLikely && !isPlain) return;
  throw badRuleset(
    { file, line: cut.at + 1, column: most },
    `lines are truncated at column ${most}; this line is incomplete`,
    cut.line.slice(-40),
    'give the file as the tool wrote it, not truncated output',
  );
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
const LEAST = 40;

/** Of terminals and printers, and round ones. */
const WIDTHS: ReadonlySet<number> = new Set([
  40, 50, 60, 64, 70, 72, 76, 78, 79, 80, 90, 100, 110, 120, 128, 130, 132, 140, 150, 160, 180, 200, 240, 250,
  256,
]);

/** What needs more after it: an option, a list, a range. */
const OPEN_END =
  /(?:[ ,:.]| --?[a-z-]*| -[jg] [A-Z]{0,9}| (?:-[sd]|--mask|--to-\S+) \d{1,3}(?:\.\d{1,3}){0,2}| (?:-[sd]|--mask) [\da-f]{1,4}(?::[\da-f]{1,4}){1,6})$/;

/** Old versions of the tool end every rule with a blank. */
function isPadded(lines: readonly string[], line: string): boolean {
  return line.endsWith(' ') && lines.every((each) => !each.startsWith('-A ') || each.endsWith(' '));
}

/** A rule without a target, which few have, or with the beginning of one. */
function isCutSave(line: string, chains: ReadonlySet<string>): boolean {
  if (!/^(?:\[\d+:\d+\] )?-[AI] /.test(line)) return false;
  const target = / (?:-[jg]|--(?:jump|goto)) (\S*)/.exec(line)?.[1];
  if (target === undefined) return true;
  if (chains.has(target)) return false;
  return line.endsWith(target) && TARGETS.some((name) => name !== target && name.startsWith(target));
}

const TARGETS = ['ACCEPT', 'DROP', 'REJECT', 'RETURN', 'DNAT', 'MASQUERADE', 'NOTRACK'] as const;

/** Tests alone: neither a verdict nor a statement at the end. */
function isCutRule(line: string): boolean {
  return (
    /^\s+(?:ip6?|i?if\w*|oif\w*|tcp|udp|th|ct|meta|fib|icmp\w*) /.test(line) &&
    !FINISHED.test(line) &&
    !/\b(?:counter|log|limit|quota|set|add|update|comment|packets|bytes|last)\b/.test(line)
  );
}
