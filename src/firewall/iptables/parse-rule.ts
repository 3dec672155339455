import type { Effect } from '../effect.ts';
import { equals, MAX_INTERFACE_NAME, negate, type InterfaceMatch, type Match } from '../match.ts';
import type { Rule } from '../ruleset.ts';
import { NO_FRAGMENTS } from '../why.ts';
import { addressMatch } from './matches/addresses.ts';
import { addImplied, loadModule, readModuleOption } from './module-options.ts';
import { parseProtocol } from './protocol.ts';
import { failAt, take, takeIf, type RuleReader } from './rule-reader.ts';
import { TARGETS } from './targets.ts';

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
  addImplied(reader);
  return { line, text, matches: matches.slice(), effects: effectsOf(reader) };
}

function isForOthers({ isOtherFamily }: RuleReader): boolean {
  return isOtherFamily;
}

function readOption(reader: RuleReader): void {
  const isNegated = takeIf(reader, '!');
  const option = take(reader, 'an option');
  if (isNegated && NEVER_NEGATED.has(option))
    throw failAt(reader, `! before ${option}`, undefined, 'write ! before what it turns over');
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

const NEVER_NEGATED: ReadonlySet<string> = new Set([
  ...['-m', '--match', '-j', '--jump', '-g', '--goto', '-c', '--set-counters'],
  ...['-4', '--ipv4', '-6', '--ipv6'],
]);

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
function effectsOf({ target, context }: RuleReader): readonly Effect[] {
  if (target === null) return [{ kind: 'continue' }];
  if (target.isGoto) return [{ kind: 'goto', chain: target.name }];
  if (target.definition === undefined) return [{ kind: 'jump', chain: target.name }];
  return target.definition.effects(target.given, context);
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
