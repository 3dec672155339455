import type { InputError } from '../../../input-error.ts';
import { badRuleset } from '../../model/source-location.ts';
import type { LineForm } from './line-form.ts';

/**
 * Refuses text whose long lines were cut in two on its way (mail, terminal, `fold`): the second half of a rule would be read as
 * a rule of its own.
 * @throws InputError with the line that holds the rest of the one before
 */
export function refuseWrapped(lines: readonly string[], file: string, form: LineForm): void {
  const at = FIND[form](lines);
  if (at !== null) throw wrapped(lines[at] ?? '', file, at + 1);
}

const FIND: Readonly<Record<LineForm, (lines: readonly string[]) => number | null>> = {
  save: wrappedInSave,
  listing: wrappedInListing,
  set: wrappedSet,
};

function wrapped(line: string, file: string, number: number): InputError {
  return badRuleset(
    { file, line: number, column: 1 },
    'the rest of the previous line: the text was wrapped',
    line,
    'give the file as the tool wrote it, not a copy from mail or a terminal',
  );
}

/** Lines that are shorter are not cut by anybody. */
const LEAST = 40;

/** In a chain, a line that begins where the chain does or before, after a long one that ends without a verdict. */
function wrappedInListing(lines: readonly string[]): number | null {
  const most = lines.reduce((width, line) => Math.max(width, widthOf(line.trimEnd())), 0);
  let chain: number | null = null;
  let before = '';
  // Of a rule on several lines, where its first begins.
  let start = 0;
  let depth = 0;
  for (const [at, line] of lines.entries()) {
    const bare = (/["#]/.test(line) ? line.replaceAll(/"[^"]*"|#.*$/g, '') : line).trimEnd();
    if (bare === '') continue;
    if (depth === 0 && CHAIN.test(bare)) {
      chain = indentOf(bare);
      before = '';
      start = 0;
      continue;
    }
    if (chain === null) continue;
    if (depth === 0 && bare.trimStart().startsWith('}')) {
      chain = null;
      continue;
    }
    const isLower = indentOf(line) <= chain && start > chain;
    const isFlat = start <= chain && END_OF_RULE.test(bare) && hasNoRoom(line, before, most);
    if (depth === 0 && (isLower || isFlat) && widthOf(before.trimEnd()) >= LEAST && !isWhole(before))
      return at;
    if (depth === 0) start = indentOf(line);
    depth = Math.max(0, depth + count(bare, '{') - count(bare, '}'));
    before = line;
  }
  return null;
}

/** Where blanks before lines are lost, what no rule of a listing begins with, or few do. */
const END_OF_RULE =
  /^\s*(?:accept|drop|reject|return|jump|goto|continue|counter|packets|bytes|log|prefix|level|with|comment)\b/;

const CHAIN = /^[ \t]*chain \S+ \{$/;

/** Where a rule of a listing is whole. */
export const FINISHED =
  /(?:[;{},\\]|\b(?:accept|drop|return|continue|notrack|masquerade|redirect|reject|queue)|\b(?:jump|goto) [\w./-]+|\b(?:reject|queue|masquerade|redirect|[sd]nat|tproxy)\b[^"]*)(?:\s+comment "[^"]*")?\s*(?:#.*)?$/;

/** A set at the end is that of a test or of a statement that fills it: a verdict may follow, as it can't after a map. */
export function isWhole(line: string): boolean {
  const endsWithSet = /\{[^{}]*\}\s*$/.test(line) && !/\bv?map \{[^{}]*\}\s*$/.test(line);
  return FINISHED.test(line) && !endsWithSet;
}

function indentOf(line: string): number {
  return widthOf(/^[ \t]*/.exec(line)?.[0] ?? '');
}

function widthOf(line: string): number {
  return line.includes('\t') ? line.replaceAll('\t', '        ').length : line.length;
}

/** Lines of a terminal are shorter. */
const WIDE = 240;

/** Whether this line, or the next, begins with a word that had no room on the one before it in a text of this width. */
export function mayBeWrappedAt(text: string, line: number): boolean {
  const lines = text.split('\n').map((each) => each.trimEnd());
  const most = lines.reduce((width, each) => Math.max(width, widthOf(each)), 0);
  if (most > WIDE) return false;
  return [line, line + 1].some((number) => {
    const [before, after] = [lines[number - 2] ?? '', lines[number - 1] ?? ''];
    return widthOf(before) >= LEAST && hasNoRoom(after, before, most);
  });
}

/** The first word of the line is too long to stand on the one before it. */
function hasNoRoom(line: string, before: string, most: number): boolean {
  const first = /\S+/.exec(line)?.[0] ?? '';
  return first !== '' && widthOf(before.trimEnd()) + 1 + first.length > most;
}

function count(text: string, brace: string): number {
  return text.includes(brace) ? text.split(brace).length - 1 : 0;
}

/** Lines of a save begin with a command, `*`, `:`, `[`, `#` or COMMIT. */
function wrappedInSave(lines: readonly string[]): number | null {
  return wrappedAfter(lines, /^(?:-[AI] |\[|# (?:Generated|Completed))/, (line) => !LINE_OF_SAVE.test(line));
}

const LINE_OF_SAVE =
  /^\s*(?:$|[*:[#]|COMMIT|-(?:[A-Z46]\b|-(?:append|insert|new|policy|flush|delete|zero|ipv|replace|check|rename))|\$)/;

function wrappedSet(lines: readonly string[]): number | null {
  return wrappedAfter(lines, /^(?:create|add) /, (line) => !/^\s*(?:$|#|create |add )/.test(line));
}

function wrappedAfter(
  lines: readonly string[],
  whole: RegExp,
  isRest: (line: string) => boolean,
): number | null {
  const found = lines.findIndex((line, at) => {
    const before = lines[at - 1] ?? '';
    return before.length >= LEAST && !before.endsWith('\\') && whole.test(before) && isRest(line);
  });
  return found < 0 ? null : found;
}
