import type { DialectId } from '../../../src/firewall/languages/dialect.ts';
import { BOUNDARIES, HOSTILE, tokensOf, type Dictionaries, type Token } from './dictionary.ts';
import type { Random } from './random.ts';

/** What mutations draw from. */
export interface Stock {
  readonly random: Random;
  readonly words: Dictionaries;
  readonly dialects: readonly DialectId[];
  /** Some other text of the corpus. */
  readonly other: () => string;
}

type Mutation = (text: string, dialect: DialectId, stock: Stock) => string;

const splice = (text: string, at: number, removed: number, added: string): string =>
  text.slice(0, at) + added + text.slice(at + removed);

function tokenOf(text: string, random: Random): Token | undefined {
  // Of a long text only a window is cut into tokens.
  const from = text.length > WINDOW ? random.below(text.length - WINDOW) : 0;
  const tokens = tokensOf(text.slice(from, from + WINDOW));
  if (tokens.length === 0) return undefined;
  const { text: word, start } = random.pick(tokens);
  return { text: word, start: start + from };
}

const WINDOW = 20_000;

function wordFor(dialect: DialectId, { random, words, dialects }: Stock): string {
  const kind = random.below(10);
  if (kind < 6) return random.pick(words.get(dialect) ?? ['x']);
  if (kind < 8) return random.pick(BOUNDARIES);
  if (kind < 9) return random.pick(words.get(random.pick(dialects)) ?? ['x']);
  return random.pick(HOSTILE);
}

const swap: Mutation = (text, _, { random }) => {
  const [a, b] = [tokenOf(text, random), tokenOf(text, random)];
  if (a === undefined || b === undefined) return text;
  const [first, second] = a.start < b.start ? [a, b] : [b, a];
  if (first.start + first.text.length > second.start) return text;
  const swapped = splice(text, second.start, second.text.length, first.text);
  return splice(swapped, first.start, first.text.length, second.text);
};

const remove: Mutation = (text, _, { random }) => {
  const token = tokenOf(text, random);
  return token === undefined ? text : splice(text, token.start, token.text.length, '');
};

const duplicate: Mutation = (text, _, { random }) => {
  const token = tokenOf(text, random);
  return token === undefined ? text : splice(text, token.start, 0, `${token.text} `);
};

const replace: Mutation = (text, dialect, stock) => {
  const token = tokenOf(text, stock.random);
  return token === undefined ? text : splice(text, token.start, token.text.length, wordFor(dialect, stock));
};

const insert: Mutation = (text, dialect, stock) => {
  const token = tokenOf(text, stock.random);
  return splice(text, token?.start ?? 0, 0, `${wordFor(dialect, stock)}${stock.random.pick([' ', ' ', ''])}`);
};

const edge: Mutation = (text, _, { random }) => {
  const numbers = Array.from(text.slice(0, WINDOW).matchAll(/\b[\da-f][\da-fx.:]*\b/gi));
  if (numbers.length === 0) return text;
  const found = random.pick(numbers);
  return splice(text, found.index, found[0].length, random.pick(BOUNDARIES));
};

const flip: Mutation = (text, _, { random }) => {
  if (text === '') return text;
  const at = random.below(text.length);
  return splice(text, at, 1, String.fromCharCode(text.charCodeAt(at) ^ (1 << random.below(8))));
};

const truncate: Mutation = (text, _, { random }) => text.slice(0, random.below(text.length + 1));
const behead: Mutation = (text, _, { random }) => text.slice(random.below(text.length + 1));

const moveLine: Mutation = (text, _, { random }) => {
  const lines = text.split('\n');
  const [line = ''] = lines.splice(random.below(lines.length), 1);
  if (random.chance(0.5)) lines.splice(random.below(lines.length + 1), 0, line);
  return lines.join('\n');
};

const crossOver: Mutation = (text, _, { random, other }) => {
  const [mine, theirs] = [text.split('\n'), other().split('\n')];
  const from = random.below(theirs.length);
  mine.splice(
    random.below(mine.length + 1),
    random.below(3),
    ...theirs.slice(from, from + 1 + random.below(4)),
  );
  return mine.join('\n');
};

const lineEnds: Mutation = (text, _, { random }) =>
  text.replaceAll('\n', random.pick(['\r\n', '\r', '\n\n', ';', ' ', '\\\n', '\r\r\n']));

/** Byte order marks, bytes that are no UTF-8, UTF-16 read as UTF-8. */
const encoding: Mutation = (text, _, { random }) => {
  const short = text.slice(0, WINDOW);
  const bytes = Buffer.from(short, random.pick(['utf8', 'utf16le', 'latin1'] as const));
  for (let count = random.below(4); count > 0 && bytes.length > 0; count--)
    bytes[random.below(bytes.length)] = random.below(256);
  return (
    random.pick(['', '\ufeff', '\ufeff\ufeff']) + new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  );
};

/** Something large: a long word, a long line, many levels. */
const giant: Mutation = (text, dialect, stock) => {
  const { random } = stock;
  const token = tokenOf(text, random);
  const size = random.pick([300, 5000, 100_000, 1_000_000]);
  const unit = random.pick([wordFor(dialect, stock), `${wordFor(dialect, stock)} `, ...NESTING]);
  const added = unit.repeat(Math.min(200_000, Math.ceil(size / Math.max(1, unit.length))));
  return splice(text, token?.start ?? 0, random.chance(0.5) ? (token?.text.length ?? 0) : 0, added);
};

const NESTING = [
  '{',
  '(',
  '[',
  '{ ',
  '( ',
  '[[',
  '{"a":',
  '"',
  '\\',
  '! ',
  'jump { ',
  '-1',
  '1,',
  '1 . ',
  ':',
  '& ',
];

/** Any one of these once, the first ones more often. */
const MUTATIONS: readonly Mutation[] = [
  ...[replace, replace, replace, insert, insert, remove, remove, duplicate, swap, edge, edge, crossOver],
  ...[replace, insert, edge, moveLine, flip, truncate, behead, lineEnds, encoding],
];

/** A few changes to a text; now and then a large one. */
export function mutate(text: string, dialect: DialectId, stock: Stock): string {
  const { random } = stock;
  if (random.chance(0.003)) return giant(text, dialect, stock);
  let changed = text;
  for (let count = 1 + random.below(random.chance(0.5) ? 2 : 6); count > 0; count--)
    changed = random.pick(MUTATIONS)(changed, dialect, stock);
  return changed;
}
