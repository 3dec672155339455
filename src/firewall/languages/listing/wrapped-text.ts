import type { InputError } from '../../../input-error.ts';
import { badRuleset } from '../../model/source-location.ts';

/**
 * Refuses text whose long lines were cut in two on its way (mail, terminal, `fold`): the second half of a rule would be read as
 * a rule of its own.
 * @throws InputError with the line that holds the rest of the one before
 */
export function refuseWrapped(text: string, file: string, dialect: string): void {
  if (dialect === 'nft-json') return;
  const find = dialect === 'nft' ? wrappedInListing : dialect === 'ipset' ? wrappedSet : wrappedInSave;
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const at = find(lines);
  if (at !== null) throw wrapped(lines[at] ?? '', file, at + 1);
}

function wrapped(line: string, file: string, number: number): InputError {
  return badRuleset(
    { file, line: number, column: 1 },
    'the rest of the line before it: the text was wrapped',
    line,
    'give the file as the tool wrote it, not a copy from mail or a terminal',
  );
}

/** Lines that are shorter are not cut by anybody. */
const LEAST = 40;

/** In a chain, a line that begins where the chain does or before, after a long one that ends without a verdict. */
function wrappedInListing(lines: readonly string[]): number | null {
  let chain: number | null = null;
  let before = '';
  let depth = 0;
  for (const [at, line] of lines.entries()) {
    const bare = line.replaceAll(/"[^"]*"|#.*$/g, '').trimEnd();
    if (bare.trim() === '') continue;
    if (depth === 0 && CHAIN.test(bare)) {
      chain = indentOf(bare);
      before = '';
      continue;
    }
    if (chain === null) continue;
    if (depth === 0 && bare.trimStart().startsWith('}')) {
      chain = null;
      continue;
    }
    const isLower = indentOf(line) <= chain && indentOf(before) > chain;
    if (depth === 0 && isLower && before.trimEnd().length >= LEAST && !FINISHED.test(before)) return at;
    depth = Math.max(0, depth + count(bare, '{') - count(bare, '}'));
    before = line;
  }
  return null;
}

const CHAIN = /^[ \t]*chain \S+ \{$/;

/** Where a rule of a listing is whole. */
export const FINISHED =
  /(?:[;{},\\]|\b(?:accept|drop|return|continue|notrack|masquerade|redirect|reject|queue)|\b(?:jump|goto) [\w./-]+|\b(?:reject|queue|masquerade|redirect|[sd]nat|tproxy)\b[^"]*)(?:\s+comment "[^"]*")?\s*(?:#.*)?$/;

function indentOf(line: string): number {
  const blanks = /^[ \t]*/.exec(line)?.[0] ?? '';
  return blanks.replaceAll('\t', '        ').length;
}

function count(text: string, brace: string): number {
  return text.split(brace).length - 1;
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
