import type { InputError } from '../../../../input-error.ts';
import { nearestWord } from '../../../../nearest-word.ts';
import { completed } from './abbreviation.ts';
import { CORE_OPTIONS } from './core-options.ts';
import type { OptionGrammar } from './grammar.ts';
import { loadModule } from './load-module.ts';
import {
  failAt,
  lastIndex,
  replaceWord,
  takeIf,
  takeMany,
  type ModuleDraft,
  type ParserState,
} from './parser-state.ts';

/**
 * An option of the target, of a loaded module (the latest first), or of the module the protocol brings. Returns the option of
 * the tool itself that it is an abbreviation of, if it is.
 */
export function parseExtensionOption(
  state: ParserState,
  option: string,
  isNegated: boolean,
): string | undefined {
  if (parseExactly(state, option, isNegated)) return undefined;
  const whole = completed(state, option);
  const core = whole === undefined ? undefined : CORE_OPTIONS[whole];
  if (typeof core === 'string') return core;
  if (whole !== undefined && parseExactly(state, whole, isNegated)) return undefined;
  const equals = option.startsWith('--') ? option.indexOf('=') : -1;
  if (equals > 0) return parseWithEquals(state, option, equals, isNegated);
  if (loadImplied(state)) return parseExtensionOption(state, option, isNegated);
  if (skipForeignOption(state, option)) return undefined;
  throw failAt(state, `unknown option ${option}`, option, advice(state, option));
}

/** Most often `-p` is missing before a port; else the nearest option. */
function advice({ modules, target }: ParserState, option: string): string {
  if (/^--(?:[sd]port|(?:source|destination)-port)$/.test(option)) return 'write -p tcp or -p udp before it';
  if (/^--(?:[sd]ports|ports)$/.test(option))
    return 'write -p tcp -m multiport or -p udp -m multiport before it';
  const near = nearestWord(option, [
    ...modules.flatMap(({ grammar }) => Object.keys(grammar ?? {})),
    ...Object.keys(target?.grammar ?? {}),
    ...Object.keys(CORE_OPTIONS),
  ]);
  return near === undefined ? 'check the spelling, or the -m before it' : `did you mean ${near}?`;
}

function parseExactly(state: ParserState, name: string, isNegated: boolean): boolean {
  const part = partWith(state, name);
  const option = part?.grammar?.[name];
  if (part === undefined || option === undefined) return false;
  refuseRepeated(state, part, name, option);
  const first = lastIndex(state);
  const isNegatedAfter = option.values > 0 && option.isNeverNegated !== true && takeIf(state, '!');
  if (isNegated && option.isNeverNegated === true) throw cannotNegate(state, name);
  if (isNegated && isNegatedAfter) throw negatedTwice(state);
  const values = takeMany(state, option.values);
  part.options.push({ name, isNegated: isNegated || isNegatedAfter, values, first, last: lastIndex(state) });
  return true;
}

/** Whose option it is: the target's, else that of the module loaded last. */
function partWith(
  { target, modules }: ParserState,
  name: string,
): Pick<ModuleDraft, 'grammar' | 'options'> | undefined {
  if (target?.grammar?.[name] !== undefined) return target;
  for (let i = modules.length - 1; i >= 0; i--)
    if (modules[i]?.grammar?.[name] !== undefined) return modules[i];
  return undefined;
}

function refuseRepeated(
  state: ParserState,
  { grammar, options }: Pick<ModuleDraft, 'grammar' | 'options'>,
  name: string,
  { mayRepeat, slot }: OptionGrammar,
): void {
  for (const { name: other } of options) {
    if (other === name ? mayRepeat === true : slot === undefined || grammar?.[other]?.slot !== slot) continue;
    const message = other === name ? `${name} is given twice` : `${name} beside ${other}`;
    throw failAt(state, message, undefined, 'write two rules');
  }
}

/** Loads the module of the rule's protocol, when it is not there yet. */
function loadImplied(state: ParserState): boolean {
  const { protocol, modules, table } = state;
  const implied = protocol === null ? undefined : table.grammar.protocolModules[protocol];
  if (implied === undefined || table.grammar.modules[implied] === undefined) return false;
  if (modules.some(({ name }) => name === implied)) return false;
  loadModule(state, implied);
  return true;
}

/** `--dport=80`; `-m=tcp` and `-g=CHAIN` are of the tool itself. */
function parseWithEquals(
  state: ParserState,
  option: string,
  equals: number,
  isNegated: boolean,
): string | undefined {
  const name = option.slice(0, equals);
  const core = CORE_OPTIONS[completed(state, name) ?? name];
  if (core === '-m' || core === '-g') {
    replaceWord(state, [name, option.slice(equals + 1)]);
    return core;
  }
  const hasValue = (): boolean => {
    const whole = completed(state, name) ?? name;
    return (partWith(state, whole)?.grammar?.[whole]?.values ?? 0) > 0;
  };
  if (!hasValue() && !(loadImplied(state) && hasValue()))
    throw failAt(state, `unknown option ${option}`, option, 'put a space before the value');
  replaceWord(state, [name, option.slice(equals + 1)]);
  return parseExtensionOption(state, name, isNegated);
}

/** A module or target this program does not know takes every word up to the next option; what it tests is unknown already. */
function skipForeignOption(state: ParserState, option: string): boolean {
  const { target, modules, table, words } = state;
  const isForeign =
    modules.some(({ grammar }) => grammar === null) ||
    (target !== null && target.grammar === null && !table.isChain(target.name));
  if (!isForeign || !option.startsWith('--')) return false;
  while (state.position < words.length && !/^(?:!$|-)/.test(words[state.position] ?? '')) state.position++;
  return true;
}

export function cannotNegate(state: ParserState, option: string): InputError {
  return failAt(state, `${option} cannot be negated`, '!', 'remove the !');
}

export function negatedTwice(state: ParserState): InputError {
  return failAt(state, 'two !', undefined, 'write one ! before the option');
}
