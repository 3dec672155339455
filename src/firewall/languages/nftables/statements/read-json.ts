import { showJson, tagged } from '../json/shape.ts';
import { stringOrigin } from '../json/json-origin.ts';
import { CUT_TEXT } from '../quirks/json-losses.ts';
import type { Origin } from '../syntax/origin.ts';
import type { RuleDraft, Statement } from '../syntax/syntax.ts';
import { readRuleText } from '../text/rule.ts';
import { STATEMENTS } from './index.ts';
import { TEXT_STATEMENTS } from './read-text.ts';
import type { AnyStatement, JsonReader, JsonSource } from './statement.ts';

const READERS = readersOf(STATEMENTS);
const STATEFUL_READERS = readersOf(STATEMENTS.filter(({ isStateful }) => isStateful));

function readersOf(statements: readonly AnyStatement[]): ReadonlyMap<string, JsonReader> {
  return new Map(statements.flatMap(({ json = {} }) => Object.entries(json)));
}

/** The rule that a statement of JSON is in. */
interface JsonRule extends Pick<RuleDraft, 'line' | 'at'> {
  readonly origin: Origin;
  readonly isLossy: boolean;
}

/** A statement of libnftables-json(5). What nft has no JSON for (chains in place) it writes as text. */
export function readJsonStatement(value: unknown, rule: JsonRule): readonly Statement[] {
  const { line, at, origin, isLossy } = rule;
  if (typeof value === 'string')
    return value.length >= CUT_TEXT
      ? [{ kind: 'unknown', text: showJson(value), reason: { code: 'cut-statement' } }]
      : readRuleText(value, stringOrigin(value, at, origin), line, TEXT_STATEMENTS);
  return [readTagged(value, READERS, isLossy ? LOSSY : COMPLETE) ?? unsupported(value)];
}

const COMPLETE = jsonSource(false);
const LOSSY = jsonSource(true);

function jsonSource(isLossy: boolean): JsonSource {
  const source: JsonSource = {
    isLossy,
    readStateful: (value) => readTagged(value, STATEFUL_READERS, source),
  };
  return source;
}

function readTagged(
  value: unknown,
  readers: ReadonlyMap<string, JsonReader>,
  source: JsonSource,
): Statement | undefined {
  const object = tagged(value);
  return object === undefined ? undefined : readers.get(object.tag)?.(object.content, source);
}

/** It may be a test or an action: anything can follow. */
function unsupported(value: unknown): Statement {
  return { kind: 'unknown', text: showJson(value), reason: { code: 'unsupported' } };
}
