import { rulesOf, type ChainDraft, type TableDraft } from '../../syntax/table-builder.ts';
import { baseChainFlaw } from '../../checks/base-chain.ts';
import { priorityNumber } from '../../syntax/priority.ts';
import { HOOKS, type BaseChain, type Hook } from '../../../../model/ruleset.ts';
import type { Expression, RuleDraft } from '../../syntax/syntax.ts';
import type { Lexer } from '../scan/lexer.ts';
import { readVariable, type ParserState } from '../scan/parser-state.ts';
import { ruleAt } from '../rule.ts';
import { ruleEnd } from '../rule-end.ts';
import { readCommon } from '../define-include.ts';
import { readNumber, readValues } from '../values.ts';

/** What is between the braces of a chain: its hook and policy, and its rules. */
export function readChainBlock(state: ParserState, table: TableDraft, chain: ChainDraft): void {
  const { lexer } = state;
  const { scope } = state;
  lexer.expect('{');
  for (lexer.skipSeparators(); !lexer.is('}'); lexer.skipSeparators()) {
    if (lexer.kind === 'end') throw lexer.fail(`chain ${chain.name} does not end`, 'give the whole file');
    if (readCommon(state)) continue;
    if (lexer.is('type')) {
      const { start } = lexer;
      const again = hookedAgain(chain.base, readHook(state, table));
      if (again === null)
        throw lexer.fail(
          `chain ${chain.name} has another type, hook or priority already`,
          'give it one, or another name',
          start,
        );
      chain.base = again;
      endLine(lexer);
    } else if (lexer.is('policy')) {
      readPolicy(state, chain);
      endLine(lexer);
    } else if (lexer.skip('flags')) lexer.expect('offload');
    else if (lexer.skip('comment')) {
      lexer.string('a comment');
      endLine(lexer);
    } else readRule(state, chain);
  }
  lexer.expect('}');
  state.scope = scope;
}

/** What follows on the line would be taken for a rule. */
export function endLine(lexer: Lexer): void {
  if (lexer.kind !== 'separator' && lexer.kind !== 'end' && !lexer.is('}'))
    throw lexer.fail('expected the end of the line', 'write a semicolon before it');
}

/** A chain may be written in several places: it keeps its policy and gets more devices, but stays where it was; null where it would not. */
function hookedAgain(before: BaseChain | null, base: BaseChain): BaseChain | null {
  if (before === null) return base;
  const isSame = before.hook === base.hook && before.type === base.type && before.priority === base.priority;
  if (!isSame) return null;
  return { ...before, devices: [...new Set([...before.devices, ...base.devices])] };
}

/** Notes where the rule is; it is read when the whole file is known. */
export function readRule(state: ParserState, { rules, inserted }: ChainDraft, isFirst = false): void {
  (isFirst ? inserted : rules).push(notedRule(state));
}

/** As the nth rule of the chain, from 0. */
export function readRuleAt(state: ParserState, chain: ChainDraft, nth: number): void {
  const { rules, inserted } = chain;
  if (inserted.length > 0) {
    const inOrder = rulesOf(chain);
    rules.length = 0;
    inserted.length = 0;
    for (const rule of inOrder) rules.push(rule);
  }
  rules.splice(nth, 0, notedRule(state));
}

function notedRule(state: ParserState): RuleDraft {
  const { lexer } = state;
  const { start, line } = lexer;
  const { end, line: lastLine } = ruleEnd(lexer);
  const rule = ruleAt(state, lexer, { start, end, line });
  lexer.jumpTo(end, lastLine);
  return rule;
}

/** Goes past a line that decides nothing. */
export function skipLine(lexer: Lexer): void {
  const { end, line } = ruleEnd(lexer);
  lexer.jumpTo(end, line);
}

/** `type filter hook input [device eth0|devices = { … }] priority filter + 10; policy drop;` */
function readHook(state: ParserState, table: TableDraft): BaseChain {
  const { lexer } = state;
  const { start } = lexer;
  lexer.next();
  const type = lexer.name('filter, nat or route');
  if (type !== 'filter' && type !== 'nat' && type !== 'route')
    throw lexer.fail(`not a type of chain: ${type}`, 'use filter, nat or route');
  lexer.expect('hook');
  const name = lexer.name('a hook');
  const hook = HOOKS.find((known): known is Hook => known === name);
  if (hook === undefined) throw lexer.fail(`not a hook: ${name}`, `use ${HOOKS.join(', ')}`);
  const devices: string[] = [];
  if (lexer.skip('device'))
    devices.push(...(lexer.is('$') ? wordsOf(readVariable(state)) : [lexer.string('an interface')]));
  else if (lexer.skip('devices')) {
    lexer.skip('=');
    devices.push(...wordsOf(readValues(state)));
  }
  lexer.expect('priority');
  const base: BaseChain = {
    hook,
    type,
    priority: readPriority(state, table, hook),
    policy: 'accept',
    devices,
  };
  const flaw = baseChainFlaw(base, table.family);
  if (flaw !== null) throw lexer.fail(flaw, 'use another type, hook or family', start);
  const isOfDevice = hook === 'ingress' || hook === 'egress';
  if (isOfDevice !== devices.length > 0)
    throw lexer.fail(
      isOfDevice ? `hook ${hook} without a device` : `a device on hook ${hook}`,
      isOfDevice ? 'write for example device eth0 after it' : 'leave the device out',
      start,
    );
  return base;
}

/** `filter`, `-150`, `filter + 10`, `filter - 5`, `$variable` */
function readPriority(state: ParserState, { family }: TableDraft, hook: Hook): number {
  const { lexer } = state;
  const at = lexer.start;
  let priority = 0;
  let isName = true;
  if (lexer.is('$')) priority = priorityNumber(wordsOf(readVariable(state)).join(), family, hook);
  else if (!lexer.is('-')) {
    isName = !/^\d/.test(lexer.text);
    priority = priorityNumber(lexer.name('a priority'), family, hook);
  }
  if (isName && (lexer.is('-') || lexer.is('+'))) {
    const sign = lexer.is('-') ? -1 : 1;
    lexer.next();
    priority += sign * readNumber(state, 'a number');
  }
  if (!Number.isSafeInteger(priority))
    throw lexer.fail('not a priority', 'give a number or a name such as filter', at);
  return priority;
}

function readPolicy(state: ParserState, chain: ChainDraft): void {
  const { lexer } = state;
  lexer.next();
  const at = lexer.start;
  const policy = lexer.is('$') ? wordsOf(readVariable(state))[0] : lexer.name('accept or drop');
  if (policy !== 'accept' && policy !== 'drop') throw lexer.fail('not a policy', 'use accept or drop', at);
  if (chain.base === null)
    throw lexer.fail(`chain ${chain.name} has no hook for a policy`, 'write its type first', at);
  chain.base = { ...chain.base, policy };
}

function wordsOf(value: Expression): readonly string[] {
  if (value.kind === 'word') return [value.text];
  return value.kind === 'set' ? value.elements.flatMap(({ key }) => wordsOf(key)) : [];
}
