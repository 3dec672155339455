/** The offset of the quote that closes the text begun at `at`, on its own line; undefined where none does. */
export function quotedEnd(source: string, at: number, to = source.length): number | undefined {
  const close = source.indexOf('"', at + 1);
  if (close < 0 || close >= to || source.slice(at, close).includes('\n')) return undefined;
  return source.startsWith(PREFIX, at - PREFIX.length) ? prefixEnd(source, close, to) : close;
}

const PREFIX = 'prefix ';

/**
 * nft lists the quotes within a log prefix as they are. The one that closes it is followed by a space or the end of the rule, and
 * those after it make pairs.
 */
function prefixEnd(source: string, first: number, to: number): number {
  const [line = ''] = source.slice(first, Math.min(to, first + LONGEST_REST)).split('\n', 1);
  const isCut = line.length === LONGEST_REST;
  const quotes = Array.from(line.matchAll(/"/g), ({ index }) => index);
  const closing = quotes.find(
    (at, index) =>
      (isCut || (quotes.length - index) % 2 === 1) &&
      (at + 1 === line.length || AFTER.test(line.charAt(at + 1))),
  );
  return first + (closing ?? 0);
}

/** How far the line is searched: longer lines are not rules, and each of their quotes would search the rest. */
const LONGEST_REST = 4096;

const AFTER = /[\s;}\\]/;
