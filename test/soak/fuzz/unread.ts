import type { Ruleset } from '../../../src/firewall/model/ruleset.ts';
import { tokensOf, type Token } from './dictionary.ts';

/**
 * The line after a change, with what this program does not read as it was before. A word that is not read is told by trial:
 * what stands in its place makes no difference to what the ruleset means. Where no word was before, those beside it must
 * not be read either, else one that slipped in unseen would look the same. `meaning` is null for a line that is refused.
 */
export function withoutUnreadChanges(
  before: string,
  after: string,
  meaning: (line: string) => string | null,
): string {
  const [old, now] = [lineOf(before, meaning), lineOf(after, meaning)];
  const reverted = differences(old.tokens, now.tokens).reduceRight((line, { gone, came }) => {
    const isReplaced = old.tokens.slice(gone.from, gone.to).some((token) => !isSymbol(token));
    const place = isReplaced ? came : widened(now.tokens, came);
    if (!isUnread(old, gone) || !isUnread(now, place)) return line;
    const [start, end] = extent(now, came);
    const words = old.text.slice(...extent(old, gone));
    return `${line.slice(0, start)}${start === end ? ` ${words} ` : words}${line.slice(end)}`;
  }, after);
  return meaning(reverted) === now.meaning ? reverted : after;
}

/** Where the tokens begin and end in the text. */
function extent({ text, tokens }: Line, { from, to }: Span): readonly [number, number] {
  const start = tokens[from]?.start ?? text.length;
  const last = tokens[to - 1];
  return [start, last === undefined || to === from ? start : last.start + last.text.length];
}

interface Line {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly meaning: string | null;
  readonly meaningOf: (line: string) => string | null;
}

function lineOf(text: string, meaningOf: Line['meaningOf']): Line {
  return { text, tokens: tokensOf(text), meaning: meaningOf(text), meaningOf };
}

/** From one token up to another, exclusive. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** With the nearest word on either side; symbols and the ends of the line tell nothing. */
function widened(tokens: readonly Token[], { from, to }: Span): Span {
  let [first, last] = [from - 1, to];
  while (first > 0 && isSymbol(tokens[first])) first--;
  while (last < tokens.length - 1 && isSymbol(tokens[last])) last++;
  return { from: Math.max(0, first), to: Math.min(tokens.length, last + 1) };
}

function isSymbol(token: Token | undefined): boolean {
  return token === undefined || /^[^\w"-]$/.test(token.text);
}

const PROBES = ['x', '7', '"x"'];

function isUnread({ text, tokens, meaning, meaningOf }: Line, { from, to }: Span): boolean {
  return tokens.slice(from, to).every((token) => {
    if (isSymbol(token)) return true;
    // The colon before a value of JSON is no part of it.
    const lead = token.text.startsWith(':') && !token.text.includes(':', 1) ? ':' : '';
    // Beside a word a quote would part it.
    const isJoined =
      /\w$/.test(text.slice(0, token.start)) || /^[\w-]/.test(text.slice(token.start + token.text.length));
    const meanings = PROBES.filter((probe) => !isJoined || !probe.startsWith('"'))
      .map((probe) =>
        meaningOf(text.slice(0, token.start) + lead + probe + text.slice(token.start + token.text.length)),
      )
      .filter((probed) => probed !== null);
    return meanings.length > 0 && meanings.every((probed) => probed === meaning);
  });
}

interface Difference {
  readonly gone: Span;
  readonly came: Span;
}

/** What is gone and what came: of as many words one by one, else by the longest common subsequence. */
function differences(old: readonly Token[], now: readonly Token[]): readonly Difference[] {
  if (old.length === now.length)
    return old.flatMap(({ text }, at) => {
      const span = { from: at, to: at + 1 };
      return text === now[at]?.text ? [] : [{ gone: span, came: span }];
    });
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] =
        old[i]?.text === now[j]?.text ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const hunks: Difference[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length;) {
    const [fromOld, fromNow] = [i, j];
    while ((i < old.length || j < now.length) && old[i]?.text !== now[j]?.text)
      if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) i++;
      else j++;
    if (i > fromOld || j > fromNow)
      hunks.push({ gone: { from: fromOld, to: i }, came: { from: fromNow, to: j } });
    i++;
    j++;
  }
  return hunks;
}

/** What rulesets say, without how they were written and where. */
export function meaningOf(rulesets: readonly Ruleset[]): string {
  return JSON.stringify(rulesets, (key, value: unknown) =>
    key === 'text' || key === 'line'
      ? undefined
      : typeof value === 'bigint'
        ? `${value}n`
        : value instanceof Map
          ? [...(value as Map<unknown, unknown>)]
          : value,
  );
}
