import { Liquid, LiquidError } from 'liquidjs';
import { InputError, type InputProblem } from '../input-error.ts';
import { isBareWord, RuleText, type Syntax } from './policy/rule-text.ts';

/** A template as read from its file. */
export interface Template {
  /** For messages. */
  readonly file: string;
  readonly text: string;
}

/** Fills in the values. */
export type Render = (view: Readonly<Record<string, unknown>>) => string;

/**
 * Reads a template. Nothing reaches the text unproved: a value is written as it is only where it is a number or a bare
 * word (address, port, keyword); everything else has to pass one of the format's filters `comment`, `list`, `quote`.
 * No file access, no prototypes, no unknown names or filters.
 * @throws InputError with file and line when the template is at fault, now or when it is filled in.
 */
export function compile({ file, text }: Template, syntax: Syntax): Render {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    templates: {},
    outputEscape: written,
    ...LIMITS,
    // Not that of the machine: the same input gives the same rules everywhere.
    locale: 'en-US',
  });
  engine.registerFilter('comment', (value: unknown) => new RuleText(syntax.comment(asText(value))));
  engine.registerFilter('list', (value: unknown) => new RuleText(syntax.list(asWords(value))));
  engine.registerFilter('quote', (value: unknown) => new RuleText(syntax.quote(asText(value))));
  // The engine's own `raw` filter would switch the check off.
  engine.registerFilter('raw', (value: unknown) => value);
  const template = blaming(file, () => engine.parse(text));
  return (view) => {
    const rendered = blaming(file, () => engine.renderSync(template, view) as string);
    const place = { file, line: 1, column: 1 };
    if (rendered.trim() === '') throw badTemplate(place, 'the template makes an empty file');
    if (CONTROL.test(rendered)) throw badTemplate(place, 'the template writes control characters');
    return rendered;
  };
}

/** No rule has any; tabs and line ends are none. */
const CONTROL = /(?![\t\r\n])\p{Cc}/u;

/** Templates are read once and render in a few milliseconds; one that goes on without end is stopped. */
const LIMITS = { parseLimit: 1_000_000, memoryLimit: 5_000_000, renderLimit: 4000 } as const;

const LIMIT_EXCEEDED = 'limit exceeded';

function blaming<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (LiquidError.is(error)) throw templateProblem(error, file);
    // Too deep or too long for the engine, which tells of the length of a template by an error of another kind.
    if (error instanceof RangeError || (error instanceof Error && error.message.endsWith(LIMIT_EXCEEDED)))
      throw badTemplate({ file, line: 1, column: 1 }, `the template exceeds a limit: ${error.message}`);
    throw error;
  }
}

function written(value: unknown): string {
  if (value instanceof RuleText) return value.text;
  if (Number.isSafeInteger(value)) return `${value as number}`;
  if (isBareWord(value)) return value;
  throw new TypeError(`${describe(value)} is not a plain word: use a filter (comment, list or quote)`);
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`${describe(value)} is not text`);
}

function asWords(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const words = items.filter(isBareWord);
  if (words.length > 0 && words.length === items.length) return words;
  throw new TypeError(`${describe(value)} is not a list of plain words`);
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : Array.isArray(value) ? 'a list' : typeof value;
}

function templateProblem(error: LiquidError, file: string): InputError {
  const [line = 1, column = 1] = error.token.getPosition();
  const message = error.message.replace(/, (?:file|line):.*$/s, '');
  const isLimit = message.includes(LIMIT_EXCEEDED);
  return badTemplate({ file, line, column }, isLimit ? `the template exceeds a limit: ${message}` : message);
}

function badTemplate(place: Pick<InputProblem, 'file' | 'line' | 'column'>, message: string): InputError {
  return new InputError({
    code: 'bad-template',
    message,
    fix: 'correct the template, or leave out --template',
    ...place,
  });
}
