import type { InputError } from '../../input-error.ts';
import type { Effect } from '../effect.ts';
import { equals, MAX_INTERFACE_NAME, negate, unknown, type InterfaceMatch, type Match } from '../match.ts';
import { badRuleset } from '../place.ts';
import type { Rule } from '../ruleset.ts';
import { NO_FRAGMENTS } from '../why.ts';
import { addressMatch } from './matches/addresses.ts';
import type { GivenOption, MatchModule, RuleContext, Target } from './module.ts';
import { MATCH_MODULES, PROTOCOL_MODULES } from './modules.ts';
import { parseProtocol } from './protocol.ts';
import { TARGETS } from './targets.ts';
import { wordPlace } from './words.ts';

/** What reads the rules of one file. Rules come by the hundred thousand, so what none of them keeps is used again. */
export interface RuleReader {
  readonly context: RuleContext;
  readonly file: string;
  line: number;
  /** Where the text begins in its line: behind a packet counter it is not the first column. */
  column: number;
  text: string;
  words: readonly string[];
  /** The next word. */
  position: number;
  /** How many words were made two. */
  splits: number;
  readonly matches: Match[];
  readonly loaded: LoadedModule[];
  /** The one protocol the rule is about, when `-p` names one and does not negate it. */
  protocol: number | null;
  target: GivenTarget | null;
  isOtherFamily: boolean;
  /** The letters of the options seen that a rule has once. */
  once: string;
}

interface LoadedModule {
  readonly name: string;
  readonly module: MatchModule;
  /** The words given to it; kept only where the module wants them. */
  readonly said: string[];
}

interface GivenTarget {
  readonly name: string;
  readonly isGoto: boolean;
  readonly definition: Target | undefined;
  readonly given: GivenOption[];
}

export function ruleReader(file: string, context: Omit<RuleContext, 'fail'>): RuleReader {
  const reader: RuleReader = {
    file,
    context: { ...context, fail: (...problem) => failAt(reader, ...problem) },
    line: 0,
    column: 1,
    text: '',
    words: [],
    position: 0,
    splits: 0,
    matches: [],
    loaded: [],
    protocol: null,
    target: null,
    isOtherFamily: false,
    once: '',
  };
  return reader;
}

/** Reads the reader's words from its position; `undefined` for a rule of the other family (`-4`, `-6`). */
export function readRule(reader: RuleReader): Rule | undefined {
  const { matches, loaded, line, text } = reader;
  matches.length = 0;
  loaded.length = 0;
  reader.protocol = null;
  reader.target = null;
  reader.isOtherFamily = false;
  reader.once = '';
  reader.splits = 0;
  while (reader.position < reader.words.length) readOption(reader);
  if (isForOthers(reader)) return undefined;
  for (const { module, name, said } of loaded) {
    refuseWrongProtocol(reader, name, module);
    if (module.implies !== undefined)
      matches.push(...module.implies(new Set(said), [`-m ${name}`, ...said].join(' '), reader.context));
  }
  return { line, text, matches: matches.slice(), effects: effectsOf(reader) };
}

function isForOthers({ isOtherFamily }: RuleReader): boolean {
  return isOtherFamily;
}

function readOption(reader: RuleReader): void {
  const isNegated = takeIf(reader, '!');
  const option = take(reader, 'an option');
  switch (option) {
    case '-s':
    case '--source':
    case '--src': {
      const isNot = takeOnce(reader, 's', isNegated);
      add(reader, isNot, addressMatch('source', take(reader, 'an address'), reader.context));
      return;
    }
    case '-d':
    case '--destination':
    case '--dst': {
      const isNot = takeOnce(reader, 'd', isNegated);
      add(reader, isNot, addressMatch('destination', take(reader, 'an address'), reader.context));
      return;
    }
    case '-p':
    case '--protocol':
    case '--proto': {
      readProtocol(reader, takeOnce(reader, 'p', isNegated));
      return;
    }
    case '-i':
    case '--in-interface': {
      const isNot = takeOnce(reader, 'i', isNegated);
      add(reader, isNot, interfaceMatch(reader, 'in-interface'));
      return;
    }
    case '-o':
    case '--out-interface': {
      const isNot = takeOnce(reader, 'o', isNegated);
      add(reader, isNot, interfaceMatch(reader, 'out-interface'));
      return;
    }
    case '-f':
    case '--fragment': {
      add(reader, isNegated, {
        kind: 'assumed',
        holds: false,
        assumption: NO_FRAGMENTS,
      });
      return;
    }
    case '-m':
    case '--match': {
      loadModule(reader, take(reader, 'a match module'));
      return;
    }
    case '-j':
    case '--jump':
    case '-g':
    case '--goto': {
      readTarget(reader, take(reader, 'a target'), option === '-g' || option === '--goto');
      return;
    }
    case '-c':
    case '--set-counters':
      take(reader, 'a packet count');
      take(reader, 'a byte count');
      return;
    case '-4':
    case '--ipv4':
    case '-6':
    case '--ipv6':
      reader.isOtherFamily ||= option.endsWith(reader.context.family === 4 ? '6' : '4');
      return;
    default:
      if (!option.startsWith('-'))
        throw failAt(
          reader,
          'a word that belongs to no option',
          option,
          'remove it, or write the option before it',
        );
      if (/^-[sdpiojgm]./.test(option)) splitOption(reader, isNegated);
      else readModuleOption(reader, option, isNegated);
  }
}

/** `-ptcp` is `-p tcp`. */
function splitOption(reader: RuleReader, isNegated: boolean): void {
  const at = reader.position - 1;
  const option = reader.words[at] ?? '';
  reader.words = reader.words.toSpliced(at, 1, option.slice(0, 2), option.slice(2));
  reader.splits++;
  reader.position = isNegated ? at - 1 : at;
  readOption(reader);
}

/** Options a rule has once; the `!` may also stand after the option, as old versions wrote it. Tells whether it is negated. */
function takeOnce(reader: RuleReader, option: string, isNegated: boolean): boolean {
  if (reader.once.includes(option))
    throw failAt(reader, `-${option} a second time`, undefined, 'write two rules');
  reader.once += option;
  return isNegated !== takeIf(reader, '!');
}

function readProtocol(reader: RuleReader, isNegated: boolean): void {
  const protocol = parseProtocol(take(reader, 'a protocol'), reader.context);
  if (!isNegated && protocol !== 0) reader.protocol = protocol;
  if (protocol !== 0) add(reader, isNegated, (PROTOCOL_MATCHES[protocol] ??= equals('protocol', protocol)));
  else if (isNegated) throw failAt(reader, 'no packet has no protocol', '! -p all', 'leave the rule out');
}

/** One object a protocol, shared by every rule that names it. */
const PROTOCOL_MATCHES: Match[] = [];

function add(reader: RuleReader, isNegated: boolean, match: Match): void {
  reader.matches.push(isNegated ? negate(match) : match);
}

/** An option of the target, of a loaded module (the latest first), or of the module the protocol brings. */
function readModuleOption(reader: RuleReader, option: string, isNegated: boolean): void {
  const { target } = reader;
  const targetValues = target?.definition?.options[option];
  if (target !== null && targetValues !== undefined && !isNegated) {
    target.given.push({ name: option, values: takeMany(reader, targetValues) });
    return;
  }
  const owner = ownerOf(reader, option);
  const definition = owner?.module.options[option];
  if (owner === undefined || definition === undefined) {
    const whole = completed(reader, option);
    if (whole !== undefined) {
      readModuleOption(reader, whole, isNegated);
      return;
    }
    if (readForeignOption(reader, option)) return;
    throw failAt(reader, `unknown option ${option}`, option, 'check the spelling, or the -m before it', -1);
  }
  const negated = isNegated !== (definition.values > 0 && takeIf(reader, '!'));
  const values = takeMany(reader, definition.values);
  if (owner.module.implies !== undefined) owner.said.push(...(negated ? ['!'] : []), option, ...values);
  const match = definition.match?.(values, reader.context);
  if (match !== undefined) reader.matches.push(negated ? negate(match) : match);
}

function ownerOf(reader: RuleReader, option: string): LoadedModule | undefined {
  const { loaded } = reader;
  for (let i = loaded.length - 1; i >= 0; i--) {
    if (loaded[i]?.module.options[option] !== undefined) return loaded[i];
  }
  const implied = reader.protocol === null ? undefined : PROTOCOL_MODULES[reader.protocol];
  if (implied === undefined || MATCH_MODULES[implied]?.options[option] === undefined) return undefined;
  loadModule(reader, implied);
  return loaded.at(-1);
}

/** Long options may be cut short as long as one option begins so; files of old versions do it (`--mac`). */
function completed({ loaded, target }: RuleReader, option: string): string | undefined {
  if (!/^--\w/.test(option)) return undefined;
  const sources = [...loaded.map(({ module }) => module.options), target?.definition?.options ?? {}];
  const candidates = new Set(
    sources.flatMap((options) => Object.keys(options)).filter((name) => name.startsWith(option)),
  );
  const [only] = candidates;
  return candidates.size === 1 && only !== option ? only : undefined;
}

/** A module or target this program has never heard of takes every word up to the next option; what it tests is unknown already. */
function readForeignOption(reader: RuleReader, option: string): boolean {
  const isForeign =
    reader.loaded.some(({ module }) => module === FOREIGN) ||
    (reader.target !== null && reader.target.definition === undefined);
  if (!isForeign || !option.startsWith('--')) return false;
  const { words } = reader;
  while (reader.position < words.length && !/^(?:!$|-)/.test(words[reader.position] ?? '')) reader.position++;
  return true;
}

const FOREIGN: MatchModule = {
  options: {},
  implies: (_, text) => [unknown(text, 'a match module this program does not know')],
};

function loadModule(reader: RuleReader, name: string): void {
  const module = Object.hasOwn(MATCH_MODULES, name) ? MATCH_MODULES[name] : undefined;
  if (module === undefined && !/^[\w-]{1,29}$/.test(name))
    throw failAt(reader, 'not a match module', name, 'give a module name after -m', -1);
  reader.loaded.push({ name, module: module ?? FOREIGN, said: [] });
}

function readTarget(reader: RuleReader, name: string, isGoto: boolean): void {
  if (reader.target !== null) throw failAt(reader, 'a second target', name, 'give one -j or -g a rule', -1);
  if (!isChainName(name)) throw failAt(reader, 'not a target', name, 'give a chain or a target after -j', -1);
  const definition = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  reader.target = { name, isGoto, definition, given: [] };
}

/** What iptables takes as the name of a chain. */
export function isChainName(name: string): boolean {
  return /^[^\s!-]\S{0,254}$/.test(name);
}

/** A name that is no target is a chain; whether the table has it is known only at its end. */
function effectsOf({ target, context }: RuleReader): readonly Effect[] {
  if (target === null) return [{ kind: 'continue' }];
  if (target.isGoto) return [{ kind: 'goto', chain: target.name }];
  if (target.definition === undefined) return [{ kind: 'jump', chain: target.name }];
  return target.definition.effects(target.given, context);
}

function refuseWrongProtocol(reader: RuleReader, name: string, { protocols }: MatchModule): void {
  if (protocols === undefined || (reader.protocol !== null && protocols.includes(reader.protocol))) return;
  throw failAt(
    reader,
    `-m ${name} needs -p with its protocol`,
    undefined,
    `write -p ${name === 'multiport' ? 'tcp or -p udp' : name} before it`,
    Math.max(2, reader.words.indexOf(name)) - reader.position,
  );
}

function interfaceMatch(reader: RuleReader, field: InterfaceMatch['field']): InterfaceMatch {
  const name = take(reader, 'an interface');
  if (name.length > MAX_INTERFACE_NAME)
    throw failAt(
      reader,
      'a name longer than any interface has',
      name,
      `give at most ${MAX_INTERFACE_NAME} characters`,
    );
  return { kind: 'interface', field, in: [name.endsWith('+') ? `${name.slice(0, -1)}*` : name] };
}

function take(reader: RuleReader, what: string): string {
  const word = reader.words[reader.position];
  if (word === undefined)
    throw failAt(
      reader,
      `the line ends where ${what} belongs`,
      undefined,
      'complete the rule or remove it',
      0,
    );
  reader.position++;
  return word;
}

function takeIf(reader: RuleReader, word: string): boolean {
  if (reader.words[reader.position] !== word) return false;
  reader.position++;
  return true;
}

function takeMany(reader: RuleReader, count: number): readonly string[] {
  return count === 1
    ? [take(reader, 'a value')]
    : Array.from({ length: count }, () => take(reader, 'a value'));
}

/** `offset` from the next word: by default the word just read. */
function failAt(
  reader: RuleReader,
  message: string,
  value: string | undefined,
  fix: string,
  offset = -1,
): InputError {
  const { file, line, column } = reader;
  const place = wordPlace(reader.text, reader.position + offset - reader.splits, { file, line, column });
  return badRuleset(place, message, value, fix);
}
