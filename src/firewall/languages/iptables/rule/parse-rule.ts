import type { Effect } from '../../../model/action.ts';
import { INTERFACE_NAME_FIX, isInterfaceLength } from '../../../model/interface-name.ts';
import { equals, negate, type InterfaceMatch, type Match } from '../../../model/match.ts';
import type { Rule } from '../../../model/ruleset.ts';
import { NO_FRAGMENTS } from '../../../model/assumptions.ts';
import { addressMatch } from '../modules/addresses.ts';
import { addImplied, loadModule } from './load-module.ts';
import { readModuleOption } from '../modules/module-options.ts';
import { parseProtocol } from './protocol.ts';
import { failAt, take, takeIf, type RuleReader } from './rule-parser.ts';
import { TARGETS } from '../targets/targets.ts';

/** Reads the reader's words from its position; `undefined` for a rule of the other family (`-4`, `-6`). */
export function readRule(reader: RuleReader): Rule | undefined {
  const { matches, loaded, line, text } = reader;
  matches.length = 0;
  loaded.length = 0;
  reader.protocol = null;
  reader.isSeveral = false;
  reader.target = null;
  reader.isOtherFamily = false;
  reader.once = '';
  reader.splits = 0;
  while (reader.position < reader.words.length) readOption(reader);
  if (isForOthers(reader)) return undefined;
  addImplied(reader);
  return { line, text, matches: matches.slice(), effects: effectsOf(reader) };
}

function isForOthers({ isOtherFamily }: RuleReader): boolean {
  return isOtherFamily;
}

function readOption(reader: RuleReader): void {
  const isNegated = takeIf(reader, '!');
  readNamed(reader, take(reader, 'an option'), isNegated);
}

function readNamed(reader: RuleReader, option: string, isNegated: boolean): void {
  if (isNegated && NEVER_NEGATED.has(option))
    throw failAt(reader, `! before ${option}`, undefined, 'write ! before what it turns over');
  switch (option) {
    case '-s':
    case '--source':
    case '--src': {
      readAddress(reader, 'source', takeOnce(reader, 's', isNegated));
      return;
    }
    case '-d':
    case '--destination':
    case '--dst': {
      readAddress(reader, 'destination', takeOnce(reader, 'd', isNegated));
      return;
    }
    case '-p':
    case '--protocol': {
      readProtocol(reader, takeOnce(reader, 'p', isNegated));
      return;
    }
    case '-i':
    case '--in-interface': {
      add(reader, takeOnce(reader, 'i', isNegated), interfaceMatch(reader, 'in-interface'));
      return;
    }
    case '-o':
    case '--out-interface': {
      add(reader, takeOnce(reader, 'o', isNegated), interfaceMatch(reader, 'out-interface'));
      return;
    }
    case '-f':
    case '--fragments': {
      add(reader, takeOnce(reader, 'f', isNegated), {
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
      readCounters(reader);
      return;
    case '-v':
    case '--verbose':
      return;
    case '--':
      // Nothing may follow what ends the options.
      if (reader.position === reader.words.length) return;
      throw failAt(reader, 'a word that belongs to no option', reader.words[reader.position], 'remove it', 0);
    case '-4':
    case '--ipv4':
    case '-6':
    case '--ipv6':
      // Nothing behind it is read.
      if (!option.endsWith(reader.context.family === 4 ? '6' : '4')) return;
      reader.isOtherFamily = true;
      reader.position = reader.words.length;
      return;
    default:
      if (!option.startsWith('-'))
        throw failAt(
          reader,
          'a word that belongs to no option',
          option,
          'remove it, or write the option before it',
        );
      if (/^-[a-z46]./.test(option))
        throw failAt(reader, `unknown option ${option}`, option, `put a space after ${option.slice(0, 2)}`);
      readLongOption(reader, option, isNegated);
  }
}

/** An option of a module or of the target, or one of the tool's own cut short. */
function readLongOption(reader: RuleReader, option: string, isNegated: boolean): void {
  const core = readModuleOption(reader, option, isNegated);
  if (core !== undefined) readNamed(reader, core, isNegated);
}

const NEVER_NEGATED: ReadonlySet<string> = new Set([
  ...['-m', '--match', '-j', '--jump', '-g', '--goto', '-c', '--set-counters'],
]);

/** `-c 5 300` or `-c 5,300` */
function readCounters(reader: RuleReader): void {
  const packets = take(reader, 'a packet count');
  const bytes = /^\d+,\d+$/.test(packets) ? '0' : take(reader, 'a byte count');
  if (!/^[+-]?\d/.test(packets) || !/^[+-]?\d/.test(bytes))
    throw failAt(reader, 'not a counter', `${packets} ${bytes}`, 'write -c PACKETS BYTES');
}

function readAddress(reader: RuleReader, field: 'source' | 'destination', isNegated: boolean): void {
  const text = take(reader, 'an address');
  reader.isSeveral ||= text.includes(',');
  if (isNegated && text.includes(','))
    throw failAt(
      reader,
      '! before several addresses',
      text,
      'write a chain of your own that returns from each',
    );
  add(reader, isNegated, addressMatch(field, text, reader.context));
}

/** Options a rule has once; the `!` may also stand after the option, as old versions wrote it. Tells whether it is negated. */
function takeOnce(reader: RuleReader, option: string, isNegated: boolean): boolean {
  if (reader.once.includes(option))
    throw failAt(reader, `-${option} a second time`, undefined, 'write two rules');
  reader.once += option;
  const isNegatedBehind = option !== 'f' && takeIf(reader, '!');
  if (isNegated && isNegatedBehind) throw failAt(reader, 'two !', undefined, 'write one ! before the option');
  return isNegated || isNegatedBehind;
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

function readTarget(reader: RuleReader, name: string, isGoto: boolean): void {
  if (reader.target !== null) throw failAt(reader, 'a second target', name, 'give one -j or -g a rule', -1);
  if (!isChainName(name)) throw failAt(reader, 'not a target', name, 'give a chain or a target after -j', -1);
  const definition = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  reader.target = { name, isGoto, definition, given: [] };
}

/** What iptables takes as the name of a chain; of blanks only those of ASCII part words. */
export function isChainName(name: string): boolean {
  return /^[^ \t-\r!-][^ \t-\r]{0,254}$/.test(name);
}

/** A name that is no target is a chain; whether the table has it is known only at its end. */
function effectsOf(reader: RuleReader): readonly Effect[] {
  const { target, context } = reader;
  if (target === null) return [{ kind: 'continue' }];
  if (target.isGoto) return [{ kind: 'goto', chain: target.name }];
  if (target.definition === undefined) return [{ kind: 'jump', chain: target.name }];
  const effects = target.definition.effects(target.given, context);
  return reader.isSeveral ? effects.map(perhapsTwice) : effects;
}

/** Of addresses that overlap a packet meets more than one of the rules; a mark that is turned over twice is not known. */
function perhapsTwice(effect: Effect): Effect {
  const isTurnedOver =
    effect.kind === 'assign' && ((effect.value?.and ?? 0) & (effect.value?.xor ?? 0)) !== 0;
  return isTurnedOver ? { ...effect, value: null } : effect;
}

function interfaceMatch(reader: RuleReader, field: InterfaceMatch['field']): InterfaceMatch {
  const name = take(reader, 'an interface');
  if (name === '')
    throw failAt(reader, 'an interface without a name', undefined, 'name it, or remove -i and -o');
  if (!isInterfaceLength(name))
    throw failAt(reader, 'a name longer than any interface has', name, INTERFACE_NAME_FIX);
  return { kind: 'interface', field, in: [name.endsWith('+') ? `${name.slice(0, -1)}*` : name] };
}
