import { negate } from '../../../model/match.ts';
import { nearestWord } from '../../../../nearest-word.ts';
import { CORE_OPTIONS } from '../rule/core-options.ts';
import { loadModule } from '../rule/load-module.ts';
import type { MatchOption } from './module.ts';
import { MATCH_MODULES, PROTOCOL_MODULES } from './modules.ts';
import {
  failAt,
  replaceWord,
  takeIf,
  takeMany,
  type GivenTarget,
  type LoadedModule,
  type RuleReader,
} from '../rule/rule-parser.ts';

/**
 * An option of the target, of a loaded module (the latest first), or of the module the protocol brings. Tells the option of
 * the tool itself that it is short for, if it is.
 */
export function readModuleOption(reader: RuleReader, option: string, isNegated: boolean): string | undefined {
  if (readExactly(reader, option, isNegated)) return undefined;
  const whole = completed(reader, option);
  const core = whole === undefined ? undefined : CORE_OPTIONS[whole];
  if (typeof core === 'string') return core;
  if (whole !== undefined && readExactly(reader, whole, isNegated)) return undefined;
  const equals = option.startsWith('--') ? option.indexOf('=') : -1;
  if (equals > 0) return readWithEquals(reader, option, equals, isNegated);
  if (loadImplied(reader)) return readModuleOption(reader, option, isNegated);
  if (readForeignOption(reader, option)) return undefined;
  throw failAt(reader, `unknown option ${option}`, option, advice(reader, option), -1);
}

/** Most often the protocol is not there whose ports a rule is about; else the nearest option. */
function advice({ loaded, target }: RuleReader, option: string): string {
  if (/^--(?:[sd]port|(?:source|destination)-port)$/.test(option)) return 'write -p tcp or -p udp before it';
  if (/^--(?:[sd]ports|ports)$/.test(option))
    return 'write -p tcp -m multiport or -p udp -m multiport before it';
  const near = nearestWord(option, [
    ...loaded.flatMap(({ module }) => Object.keys(module.options)),
    ...Object.keys(target?.definition?.options ?? {}),
    ...Object.keys(CORE_OPTIONS),
  ]);
  return near === undefined ? 'check the spelling, or the -m before it' : `did you mean ${near}?`;
}

function readExactly(reader: RuleReader, option: string, isNegated: boolean): boolean {
  const { target, loaded } = reader;
  const targetValues = target?.definition?.options[option];
  if (target !== null && targetValues !== undefined) {
    readTargetOption(reader, target, option, targetValues, isNegated);
    return true;
  }
  for (let i = loaded.length - 1; i >= 0; i--) {
    const owner = loaded[i];
    const definition = owner?.module.options[option];
    if (owner === undefined || definition === undefined) continue;
    readMatchOption(reader, owner, option, definition, isNegated);
    return true;
  }
  return false;
}

function readTargetOption(
  reader: RuleReader,
  { given, name: target }: GivenTarget,
  name: string,
  values: number,
  isNegated: boolean,
): void {
  // SET reads its options with the code of the match.
  if (isNegated && target !== 'SET')
    throw failAt(reader, `! before ${name}`, undefined, 'write ! before what it turns over');
  if (given.some((other) => other.name === name))
    throw failAt(reader, `${name} a second time`, undefined, 'write two rules');
  given.push({ name, values: takeMany(reader, values) });
}

function readMatchOption(
  reader: RuleReader,
  owner: LoadedModule,
  option: string,
  definition: MatchOption,
  isNegated: boolean,
): void {
  const { given, said, module } = owner;
  for (const name of given) {
    const slot = module.options[name]?.slot;
    if (name === option ? definition.mayRepeat !== true : slot !== undefined && slot === definition.slot)
      throw failAt(
        reader,
        name === option ? `${option} a second time` : `${option} beside ${name}`,
        undefined,
        'write two rules',
      );
  }
  given.push(option);
  const isNegatedBehind = definition.values > 0 && takeIf(reader, '!');
  const negated = isNegated || isNegatedBehind;
  if (negated && (definition.isNeverNegated === true || isNegated === isNegatedBehind))
    throw failAt(reader, `! before ${option}`, undefined, 'write ! before what it turns over');
  const values = takeMany(reader, definition.values);
  if (module.implies !== undefined) said.push(...(negated ? ['!'] : []), option, ...values);
  const match = definition.match?.(values, reader.context);
  if (match !== undefined) reader.matches.push(negated ? negate(match) : match);
}

/** The module of the rule's protocol, when it is not there yet. */
function loadImplied(reader: RuleReader): boolean {
  const implied = reader.protocol === null ? undefined : PROTOCOL_MODULES[reader.protocol];
  if (implied === undefined || MATCH_MODULES[implied] === undefined) return false;
  if (reader.loaded.some(({ name }) => name === implied)) return false;
  loadModule(reader, implied);
  return true;
}

/** Long options may be cut short as long as all that begin so are one option; files of old versions do it (`--mac`). */
function completed({ loaded, target }: RuleReader, option: string): string | undefined {
  if (!/^--\w/.test(option)) return undefined;
  const candidates = new Map<unknown, string>();
  const add = (name: string, meaning: unknown): void => {
    if (name.startsWith(option)) candidates.set(meaning, name);
  };
  for (const [name, short] of Object.entries(CORE_OPTIONS)) add(name, short ?? name);
  for (const { module } of loaded)
    for (const [name, meaning] of Object.entries(module.options)) add(name, meaning);
  for (const name of Object.keys(target?.definition?.options ?? {})) add(name, `target ${name}`);
  const [only] = candidates.values();
  return candidates.size === 1 ? only : undefined;
}

/** `--dport=80`; what the tools read by themselves they do not read so. */
function readWithEquals(
  reader: RuleReader,
  option: string,
  equals: number,
  isNegated: boolean,
): string | undefined {
  const name = option.slice(0, equals);
  const core = CORE_OPTIONS[completed(reader, name) ?? name];
  if (core === '-m' || core === '-g') {
    replaceWord(reader, [name, option.slice(equals + 1)]);
    return core;
  }
  const hasValue = (read: RuleReader): boolean => optionValues(read, completed(read, name) ?? name) > 0;
  if (!hasValue(reader) && !(loadImplied(reader) && hasValue(reader)))
    throw failAt(reader, `unknown option ${option}`, option, 'write a blank before the value', -1);
  replaceWord(reader, [name, option.slice(equals + 1)]);
  return readModuleOption(reader, name, isNegated);
}

/** How many values an option of the target or of a loaded module has; 0 for any other. */
function optionValues({ loaded, target }: RuleReader, option: string): number {
  const owner = loaded.findLast(({ module }) => module.options[option] !== undefined);
  return target?.definition?.options[option] ?? owner?.module.options[option]?.values ?? 0;
}

/** A module or target this program has never heard of takes every word up to the next option; what it tests is unknown already. */
function readForeignOption(reader: RuleReader, option: string): boolean {
  const { target } = reader;
  const isForeign =
    reader.loaded.some(({ isForeign: isUnknown }) => isUnknown) ||
    (target !== null && target.definition === undefined && !reader.context.isChain(target.name));
  if (!isForeign || !option.startsWith('--')) return false;
  const { words } = reader;
  while (reader.position < words.length && !/^(?:!$|-)/.test(words[reader.position] ?? '')) reader.position++;
  return true;
}
