import { lookUp } from '../../vocabulary/own-property.ts';
import { loadModule } from './load-module.ts';
import { cannotNegate, negatedTwice, parseExtensionOption } from './parse-option.ts';
import { failAt, lastIndex, take, takeIf, type ParserState, type TableGrammar } from './parser-state.ts';
import { isChainName } from './chain-name.ts';
import { PROTOCOL_FIX, protocolNumber } from './protocol-number.ts';
import type { Condition, RuleSource, RuleSyntax } from './syntax.ts';

/**
 * Parses the words of a rule from `position` on, after its command and chain; `null` for a rule of the other family (`-4`,
 * `-6`).
 * @throws InputError with the place of an unknown option or a missing value
 */
export function parseRule(
  source: RuleSource,
  words: readonly string[],
  position: number,
  table: TableGrammar,
): RuleSyntax | null {
  const state: ParserState = {
    table,
    source,
    words,
    position,
    splits: 0,
    conditions: [],
    modules: [],
    target: null,
    protocol: null,
  };
  while (state.position < state.words.length) {
    const isNegated = takeIf(state, '!');
    if (!parseOption(state, take(state, 'an option'), isNegated)) return null;
  }
  const { start, text } = source;
  const { conditions, modules, target } = state;
  return { start, text, conditions, modules, target };
}

/** One option of the tool itself or of an extension; whether the rule is for this family. */
function parseOption(state: ParserState, option: string, isNegated: boolean): boolean {
  if (isNegated && NEVER_NEGATED.has(option)) throw cannotNegate(state, option);
  switch (option) {
    case '-s':
    case '--source':
    case '--src':
      parseCondition(state, 'source', '-s', isNegated);
      return true;
    case '-d':
    case '--destination':
    case '--dst':
      parseCondition(state, 'destination', '-d', isNegated);
      return true;
    case '-p':
    case '--protocol':
      parseProtocolCondition(state, isNegated);
      return true;
    case '-i':
    case '--in-interface':
      parseCondition(state, 'in-interface', '-i', isNegated);
      return true;
    case '-o':
    case '--out-interface':
      parseCondition(state, 'out-interface', '-o', isNegated);
      return true;
    case '-f':
    case '--fragments':
      parseCondition(state, 'fragments', '-f', isNegated);
      return true;
    case '-m':
    case '--match':
      loadModule(state, take(state, 'a match module'));
      return true;
    case '-j':
    case '--jump':
      parseTarget(state, take(state, 'a target'), false);
      return true;
    case '-g':
    case '--goto':
      parseTarget(state, take(state, 'a target'), true);
      return true;
    case '-c':
    case '--set-counters':
      parseCounters(state);
      return true;
    case '-v':
    case '--verbose':
      return true;
    case '--':
      // Nothing may follow what ends the options.
      if (state.position === state.words.length) return true;
      throw failAt(state, 'unexpected token', state.words[state.position], 'remove it', 0);
    case '-4':
    case '--ipv4':
    case '-6':
    case '--ipv6':
      return option.endsWith(String(state.table.family));
    default:
      parseOther(state, option, isNegated);
      return true;
  }
}

const NEVER_NEGATED: ReadonlySet<string> = new Set([
  ...['-m', '--match', '-j', '--jump', '-g', '--goto', '-c', '--set-counters'],
]);

/** An option of a module or of the target, or one of the tool's own abbreviated. */
function parseOther(state: ParserState, option: string, isNegated: boolean): void {
  if (!option.startsWith('-'))
    throw failAt(state, 'unexpected token', option, 'remove it, or write the option before it');
  if (/^-[a-z46]./.test(option))
    throw failAt(state, `unknown option ${option}`, option, `put a space after ${option.slice(0, 2)}`);
  const core = parseExtensionOption(state, option, isNegated);
  if (core !== undefined) parseOption(state, core, isNegated);
}

/** `-c 5 300` or `-c 5,300` */
function parseCounters(state: ParserState): void {
  const packets = take(state, 'a packet count');
  const bytes = /^\d+,\d+$/.test(packets) ? '0' : take(state, 'a byte count');
  if (!/^[+-]?\d/.test(packets) || !/^[+-]?\d/.test(bytes))
    throw failAt(state, 'not a counter', `${packets} ${bytes}`, 'write -c PACKETS BYTES');
}

const VALUES: Readonly<Record<Exclude<Condition['kind'], 'fragments'>, string>> = {
  source: 'an address',
  destination: 'an address',
  protocol: 'a protocol',
  'in-interface': 'an interface',
  'out-interface': 'an interface',
};

/** An option that a rule has once; the `!` may also follow the option, as old versions wrote it. */
function parseCondition(
  state: ParserState,
  kind: Condition['kind'],
  option: string,
  isNegatedBefore: boolean,
): Condition {
  for (const other of state.conditions)
    if (other.kind === kind) throw failAt(state, `${option} is given twice`, undefined, 'write two rules');
  const first = lastIndex(state);
  const isNegatedAfter = kind !== 'fragments' && takeIf(state, '!');
  if (isNegatedBefore && isNegatedAfter) throw negatedTwice(state);
  const value = kind === 'fragments' ? '' : take(state, VALUES[kind]);
  const isNegated = isNegatedBefore || isNegatedAfter;
  const condition: Condition = { kind, isNegated, value, first, last: lastIndex(state) };
  state.conditions.push(condition);
  return condition;
}

/** A protocol brings the options of its module, unless it is negated. */
function parseProtocolCondition(state: ParserState, isNegatedBefore: boolean): void {
  const { value, isNegated } = parseCondition(state, 'protocol', '-p', isNegatedBefore);
  const protocol = protocolNumber(value);
  if (protocol === undefined) throw failAt(state, 'not a protocol', value, PROTOCOL_FIX);
  if (!isNegated) state.protocol = protocol;
}

function parseTarget(state: ParserState, name: string, isGoto: boolean): void {
  if (state.target !== null) throw failAt(state, 'more than one target', name, 'give one -j or -g per rule');
  if (!isChainName(name)) throw failAt(state, 'not a target', name, 'give a chain or a target after -j');
  const grammar = lookUp(state.table.grammar.targets, name)?.options ?? null;
  const last = lastIndex(state);
  state.target = { name, isGoto, grammar, options: [], first: last - 1, last };
}
