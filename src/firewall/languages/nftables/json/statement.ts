import { extensionStatement } from '../quirks/xt.ts';
import type { Origin } from '../syntax/origin.ts';
import type { Operator, RuleDraft, Statement } from '../syntax/syntax.ts';
import { readRuleText } from '../text/rule.ts';
import { ACTIONS } from './actions.ts';
import { readCollection } from './elements.ts';
import { readExpression } from './expression.ts';
import { stringOrigin } from './json-origin.ts';
import { CUT_TEXT } from '../quirks/json-losses.ts';
import { isObject, showJson, tagged, textOf, type JsonObject } from './shape.ts';
import { readVerdict } from './verdict.ts';

const OPERATORS: Readonly<Record<string, Operator>> = {
  '==': '==',
  '!=': '!=',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  in: 'implicit',
  '!': '!',
};

/** A statement of libnftables-json(5). What nft has no JSON for (chains in place) it writes as text. */
export function readStatements(
  value: unknown,
  rule: Pick<RuleDraft, 'line' | 'at'>,
  origin: Origin,
): readonly Statement[] {
  if (typeof value === 'string' && value.length >= CUT_TEXT)
    return [{ kind: 'unknown', text: showJson(value), reason: { code: 'cut-statement' } }];
  if (typeof value === 'string') return readRuleText(value, stringOrigin(value, rule.at, origin), rule.line);
  const verdict = readVerdict(value);
  if (verdict !== undefined) return [{ kind: 'verdict', verdict }];
  const { tag, content } = tagged(value) ?? { tag: '', content: null };
  const read = Object.hasOwn(ACTIONS, tag)
    ? ACTIONS[tag]?.(content)
    : isObject(content)
      ? readTest(tag, content)
      : undefined;
  return [read ?? unreadable(value, tag)];
}

function readTest(tag: string, content: JsonObject): Statement | undefined {
  switch (tag) {
    case 'match': {
      const { op, left, right } = content;
      const operator = typeof op === 'string' && Object.hasOwn(OPERATORS, op) ? OPERATORS[op] : undefined;
      return operator === undefined
        ? undefined
        : { kind: 'match', left: readExpression(left), operator, right: readExpression(right) };
    }
    case 'vmap': {
      const data = readCollection(content.data, 0);
      return data === undefined || content.key === undefined
        ? undefined
        : { kind: 'vmap', key: readExpression(content.key), data };
    }
    case 'mangle': {
      const target = readExpression(content.key);
      // What is not known may be a mark.
      return target.kind === 'opaque' && target.reason.code === 'unsupported'
        ? undefined
        : { kind: 'assign', target, value: readExpression(content.value) };
    }
    default:
      return undefined;
  }
}

/** It may be a test or an action: anything can follow. Of an iptables extension it is told which. */
function unreadable(value: unknown, tag: string): Statement {
  const { xt } = isObject(value) ? value : {};
  const text = showJson(value);
  if (isObject(xt)) return extensionStatement(textOf(xt.type) ?? '', textOf(xt.name) ?? '', text);
  return {
    kind: 'unknown',
    text,
    reason: tag === 'xt' ? { code: 'opaque-extension' } : { code: 'unsupported' },
  };
}
