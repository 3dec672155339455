import type { Reason } from '../../../../model/reason.ts';
import { SETS_NOT_FULL } from '../../../../model/assumptions.ts';
import { unknown, type KnownOfTest, type Match } from '../../../../model/match.ts';
import { readExpression as readJsonExpression } from '../../json/expression.ts';
import { isObject, listOf, numberIn, showJson, textOf, type JsonObject } from '../../json/shape.ts';
import type { TableContext } from '../../lower/context.ts';
import { tests, type Lowered } from '../../lower/lowered.ts';
import { isOfLaterVersion, readKey, type Key } from '../../lower/sets/lookup-key.ts';
import { neededToRead } from '../../lower/needed-to-read.ts';
import { counterOf, isOfSource, listOf as listNameOf, lookUpListed } from '../../lower/sets/set-lookup.ts';
import { stripped } from '../../../vocabulary/stripped-options.ts';
import { formatExpression } from '../../syntax/format.ts';
import type { Condition, Expression, SetUpdate } from '../../syntax/syntax.ts';
import { parseNumber } from '../../syntax/number.ts';
import { readExpression, readSource, startsExpression } from '../../text/expression.ts';
import { nested, type ParserState } from '../../text/scan/parser-state.ts';
import { readElementOptions, readNumber } from '../../text/values.ts';
import { readVerdict } from '../../text/verdict.ts';
import type { JsonSource, NftStatement } from '../statement.ts';

/** `add @set { ip saddr timeout 1m }`, `meter m { ip saddr limit rate 5/second }` */
export const SET_UPDATE: NftStatement<SetUpdate> = {
  kind: 'set-update',
  text: { add: readUpdate, update: readUpdate, delete: readUpdate, meter: readUpdate, set: readUpdate },
  json: {
    set: (content, source) => readJson('set', content, source),
    map: (content, source) => readJson('map', content, source),
    meter: readJsonMeter,
  },
  lower,
  format: ({ text }) => text,
};

/**
 * Changes a set as packets pass: `add @set { key timeout 1m limit rate 5/second }`, `meter name size 100 { … }`
 * and the older `set add key @set`.
 */
function readUpdate(state: ParserState): SetUpdate {
  const { lexer } = state;
  const { start, text: lead } = lexer;
  const operation = lead === 'delete' ? 'delete' : 'add';
  lexer.next();
  if (lead === 'set') return readOldForm(state, start);
  if (lead !== 'meter') lexer.expect('@');
  const set = lexer.identifier('the name of a set');
  const size = lexer.skip('size') ? readNumber(state, 'a number of elements') : null;
  let key: Expression | undefined;
  let condition: Condition | null = null;
  nested(state, () => {
    lexer.expect('{');
    lexer.skipNewlines();
    key = startsKey(state) ? readExpression(state) : readConstant(state);
    ({ condition } = readElementOptions(state));
    if (lexer.skip(':')) {
      const at = lexer.start;
      if (readVerdict(state) === undefined && INTERVALS.has(readSource(state).kind))
        throw lexer.fail('several values for one set element', 'give one value', at);
      condition = readElementOptions(state).condition ?? condition;
    }
    lexer.expect('}');
  });
  return update(state, start, { operation, set, size }, key, condition);
}

/** Some keys that iptables or nft 1.0.6 made are listed as `(null)`. */
function startsKey(state: ParserState): boolean {
  const { lexer } = state;
  return startsExpression(state) && !(lexer.is('(') && lexer.peek().text === 'null');
}

/** One element whatever the packet: nft lists its value as a number and puts `[invalid type]` after it. */
function readConstant(state: ParserState): Expression {
  const { lexer } = state;
  const { start } = lexer;
  while (!lexer.is('}') && !lexer.is(':') && lexer.kind !== 'end' && lexer.kind !== 'separator') lexer.next();
  if (lexer.start === start) throw lexer.fail('expected the key of the set', 'give a part of the packet');
  return { kind: 'opaque', text: lexer.textFrom(start), reason: { code: 'unsupported' } };
}

const INTERVALS: ReadonlySet<string> = new Set(['range', 'prefix']);

function readOldForm(state: ParserState, start: number): SetUpdate {
  const { lexer } = state;
  const operation = lexer.name('add or update') === 'delete' ? 'delete' : 'add';
  const key = readExpression(state);
  const { condition } = readElementOptions(state);
  lexer.expect('@');
  const set = lexer.identifier('the name of a set');
  return update(state, start, { operation, set, size: null }, key, condition);
}

function update(
  { lexer }: ParserState,
  start: number,
  what: Pick<SetUpdate, 'operation' | 'set' | 'size'>,
  key: Expression | undefined,
  condition: Condition | null,
): SetUpdate {
  if (key === undefined) throw lexer.fail('expected the key of the set', 'give a part of the packet');
  return {
    kind: 'set-update',
    text: lexer.textFrom(start),
    ...what,
    key,
    reason: condition?.reason ?? null,
    ...knownOf(condition),
  };
}

function knownOf(condition: Condition | null): Pick<SetUpdate, 'known'> {
  return condition?.known === undefined ? {} : { known: condition.known };
}

/** `{"set": {"op": "add", "elem": …, "set": "@name", "stmt": [ … ]}}`, and the same for `map`. */
function readJson(kind: 'set' | 'map', content: unknown, source: JsonSource): SetUpdate | undefined {
  if (!isObject(content) || !hasOnly(content, UPDATE_KEYS)) return undefined;
  if (content.op !== 'add' && content.op !== 'update' && content.op !== 'delete') return undefined;
  const key = readJsonExpression(content.elem);
  const { texts, ...tested } = readInner(content, source);
  const operation = content.op === 'delete' ? 'delete' : 'add';
  const name = textOf(content[kind]);
  const isLost = source.isLossy && kind === 'set' && operation === 'add' && content.stmt === undefined;
  return {
    kind: 'set-update',
    text: [content.op, name ?? '', '{', formatExpression(key), ...texts, '}'].join(' '),
    set: name?.replace(/^@/, '') ?? null,
    size: null,
    operation,
    key,
    ...(isLost ? { reason: { code: 'lost-statements' } } : tested),
  };
}

/** `{"meter": {"name": …, "key": …, "stmt": …, "size": …}}` */
function readJsonMeter(content: unknown, source: JsonSource): SetUpdate | undefined {
  if (!isObject(content) || !hasOnly(content, METER_KEYS)) return undefined;
  const key = readJsonExpression(content.key);
  const { texts, ...tested } = readInner(content, source);
  const name = textOf(content.name);
  const size = content.size === undefined ? [] : ['size', textOf(content.size) ?? ''];
  return {
    kind: 'set-update',
    text: ['meter', name ?? '', ...size, '{', formatExpression(key), ...texts, '}'].join(' '),
    set: name ?? null,
    size: numberIn(content, 'size') ?? null,
    operation: 'add',
    key,
    ...tested,
  };
}

const UPDATE_KEYS = ['op', 'elem', 'data', 'set', 'map', 'stmt'];
const METER_KEYS = ['name', 'key', 'stmt', 'size'];

/** Anything else may be a test. */
function hasOnly(content: JsonObject, keys: readonly string[]): boolean {
  return Object.keys(content).every((key) => keys.includes(key));
}

/** The statements in the update, and what the last of them depends on that decides whether the rule goes on. */
function readInner(
  { stmt }: JsonObject,
  { readStateful }: JsonSource,
): { readonly texts: readonly string[] } & Pick<SetUpdate, 'reason' | 'known'> {
  const texts: string[] = [];
  let reason: Reason | null = null;
  let known: KnownOfTest | undefined;
  for (const value of listOf(stmt)) {
    const statement = readStateful(value);
    if (statement?.kind === 'note' || statement?.kind === 'condition') texts.push(statement.text);
    else texts.push(showJson(value));
    if (statement?.kind === 'condition') ({ reason, known } = statement);
    else if (statement?.kind !== 'note') reason = { code: 'unsupported' };
  }
  return { texts, reason, ...(known === undefined ? {} : { known }) };
}

/** Adding to a set ends the rule when the set is full or the statement in it says so; deleting never does. */
function lower(update: SetUpdate, context: TableContext): Lowered {
  const { text, operation, key, reason } = update;
  const read = withoutConstants(key);
  const lookupKey = readKey(read, context);
  // What is reset needs no option: without one the rule goes on.
  const dependencies = update.set === null ? lookupKey.dependencies : neededToRead(read, context);
  if (isOfLaterVersion(lookupKey)) return tests(...dependencies, unknown(text, { code: 'unsupported' }));
  if (update.set === null && operation === 'delete')
    return { matches: dependencies, effects: stripped(optionsOf(key), text) };
  if (operation === 'delete')
    return tests(...dependencies, ...(reason === null ? [] : [unknown(text, reason)]));
  const isWhole = read === key;
  const adds: Match = {
    ...{ kind: 'adds', list: listNameOf(update.set ?? '') },
    isOfSource: isWhole && isOfSource(lookupKey),
  };
  if (reason !== null)
    return tests(
      ...dependencies,
      adds,
      unknown(text, reason, update.known, counterOf(update.set ?? '', context)),
    );
  return tests(...dependencies, adds, hasRoom(update, isWhole ? lookupKey : null, context));
}

/** The option of TCP that is reset, by its number. */
function optionsOf(key: Expression): readonly number[] {
  const [, name = ''] = /^tcp option (\S+)/.exec(formatExpression(key)) ?? [];
  const number = OPTIONS.get(name) ?? parseNumber(name);
  return number === undefined ? [] : [number];
}

const OPTIONS: ReadonlyMap<string, number> = new Map([
  ['window', 3],
  ['timestamp', 8],
]);

/** `ip saddr . 234` puts the source on a list together with a port that is the same for every packet. */
function withoutConstants(key: Expression): Expression {
  if (key.kind !== 'concat') return key;
  const parts = key.parts.filter(({ kind }) => kind !== 'word');
  return parts.length === key.parts.length || parts.length === 0 ? key : { kind: 'concat', parts };
}

/**
 * An element that is there already is found again; for another one there must be room.
 * @param key null where it has constants
 */
function hasRoom(update: SetUpdate, key: Key | null, context: TableContext): Match {
  const set = update.set === null ? undefined : context.table.sets.get(update.set);
  const size = update.size ?? set?.size ?? USUAL_SIZE;
  if (size - (set?.elements.length ?? 0) >= AMPLE) return NOT_FULL;
  const perhaps = unknown(update.text, { code: 'full-set' }, undefined, counterOf(update.set ?? '', context));
  const isKnown =
    set !== undefined && !set.isReduced && (set.uncertainty?.code ?? 'changing-set') === 'changing-set';
  if (!isKnown || key === null) return perhaps;
  return { kind: 'any', of: [lookUpListed(key, set, () => update.text, context), perhaps] };
}

const NOT_FULL: Match = { kind: 'assumed', holds: true, assumption: SETS_NOT_FULL };

/** The kernel's size of a set that rules add to and whose head names none. */
const USUAL_SIZE = 65_535;

/** With room for fewer elements than this, others may have filled the set by the time of the packet. */
const AMPLE = 1024;
