import type { Family } from '../../../../net/address.ts';
import { badRuleset, type SourceLocation } from '../../../model/source-location.ts';
import { refuseChainLoops } from '../../chain-loops.ts';
import type { Ruleset, Table } from '../../../model/ruleset.ts';
import { withDynamicSets } from '../ipset/dynamic-sets.ts';
import { markUncertainTemplates } from '../targets/ct-template.ts';
import { backendOf, HEADER, HEADER_LINE } from './header.ts';
import type { NamedSets } from '../ipset/parse-ipset.ts';
import {
  append,
  countRules,
  declareChain,
  finished,
  insert,
  noChain,
  undeclaredChain,
  type OpenChain,
  type OpenTable,
} from './table-builder.ts';
import { notALine, readOtherCommand } from './commands.ts';
import { lowerRule } from '../lower/lower-rule.ts';
import { parseRule } from '../syntax/parse-rule.ts';
import { EXTENSIONS } from './extensions.ts';
import { callPlace, resolveCalls, type CallPlace } from './resolve-calls.ts';
import { addDefaultPolicies } from './default-policy.ts';
import { TABLES } from './tables.ts';
import { splitWords, wordPlace } from '../syntax/tokenize.ts';
import { hooksOfSave } from '../../filtered-hooks.ts';

export interface IptablesOptions {
  readonly file: string;
  /** The family the text is for; `ip6tables-save` writes its own name into a comment, which overrides it. */
  readonly family: Family;
  readonly sets: NamedSets;
  /** The command that printed it, where that is known besides its text. */
  readonly command?: string | null;
}

/**
 * The text of `iptables-save` or `ip6tables-save`, or a file for `iptables-restore`; both families may follow each other.
 * @throws InputError with line and column on what iptables-restore would not load.
 */
export function parseIptables(text: string, options: IptablesOptions): Ruleset {
  const reading: Reading = {
    ...options,
    text,
    sets: withDynamicSets([text], options.sets),
    tables: [],
    open: null,
    replaced: new Set(),
  };
  let line = 1;
  for (let start = 0; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length : newline;
    const end = text.charCodeAt(next - 1) === CARRIAGE_RETURN ? next - 1 : next;
    readLine(reading, start, end, { file: options.file, line, column: 1 });
    start = next + 1;
  }
  const { open, file } = reading;
  if (open !== null)
    throw badRuleset(
      { file, line: open.line, column: 1 },
      `table ${open.name} does not end with COMMIT`,
      undefined,
      'give the whole file',
    );
  if (reading.tables.length === 0)
    throw badRuleset(
      { file, line: 1, column: 1 },
      'no table in it',
      undefined,
      'give the output of iptables-save',
    );
  const families = [...new Set(reading.tables.map(({ family }) => (family === 'ip6' ? 6 : 4)))] as Family[];
  const { tables } = reading;
  const dialect = families.includes(4) ? 'iptables' : 'ip6tables';
  return {
    file,
    dialect,
    backend: backendOf(text, options.command ?? null),
    families,
    hooks: hooksOfSave(tables, HEADER_LINE.test(text)),
    tables,
    assumptions: families.flatMap((family) =>
      reading.replaced.size === 0
        ? []
        : [{ family, text: replacedText(file, [...reading.replaced]), isUnstated: true as const }],
    ),
  };
}

interface Reading {
  readonly file: string;
  readonly text: string;
  family: Family;
  readonly sets: NamedSets;
  readonly tables: Table[];
  open: OpenTable | null;
  /** Tables that a later block of other content empties. */
  readonly replaced: Set<string>;
}

/** One save has each table once: several in a file may as well be those of both families, or of both back ends, which all count. */
function replacedText(file: string, names: readonly string[]): string {
  const blocks = names.map((name) => `*${name}`).join(', ');
  return `the last block of ${blocks} in ${file} replaces those before it, as it does for iptables-restore (where they are of two saves, give each as a file of its own)`;
}

function readLine(reading: Reading, from: number, to: number, place: SourceLocation): void {
  const { text, open } = reading;
  const code = from < to ? text.charCodeAt(from) : HASH;
  if (code === DASH && open !== null) {
    readCommand(reading, open, from, to, place);
    return;
  }
  if ((code === SPACE || code === TAB) && open !== null) {
    const indent = /[^ \t]|$/.exec(text.slice(from, to))?.index ?? 0;
    if (text.charCodeAt(from + indent) === DASH && from + indent < to) {
      readCommand(reading, open, from + indent, to, { ...place, column: 1 + indent });
      return;
    }
  }
  const line = text.slice(from, to);
  if (code === HASH) {
    readComment(reading, line);
    return;
  }
  if (code === STAR) {
    openTable(reading, line.slice(1).trim().split(/[ \t]/, 1)[0] ?? '', place);
    return;
  }
  if (line.trim() === '') return;
  if (open === null) {
    throw badRuleset(place, 'a line outside of a table', line, 'begin with a line such as *filter');
  }
  if (code === COLON) declareChain(open, line.slice(1), { ...place, column: 2 });
  else if (code === BRACKET) {
    const length = counterLength(line, place);
    readCommand(reading, open, from + length, to, { ...place, column: 1 + length });
  } else if (line.trim() === 'COMMIT') commit(reading, open);
  else throw notALine(line, place);
}

/** The only place where a save file names its family. */
function readComment(reading: Reading, line: string): void {
  const tool = HEADER.exec(line)?.[1];
  if (tool !== undefined) reading.family = tool === 'ip6tables' ? 6 : 4;
}

function openTable(reading: Reading, name: string, place: SourceLocation): void {
  const { open, family } = reading;
  if (open !== null)
    throw badRuleset(place, `table ${open.name} does not end with COMMIT`, undefined, 'give the whole file');
  if (!Object.hasOwn(TABLES, name))
    throw badRuleset(
      { ...place, column: 2 },
      'not a table of iptables',
      name,
      `use ${Object.keys(TABLES).join(', ')}`,
    );
  // Every block of a table empties it first.
  const at = reading.tables.findIndex((table) => table.name === name && table.family === familyName(family));
  const [before = null] = at < 0 ? [] : reading.tables.splice(at, 1);
  const chains = new Map<string, OpenChain>();
  const isChain = (id: string): boolean => chains.has(id);
  reading.open = { name, line: place.line, family, grammar: EXTENSIONS, isChain, chains, before };
}

/** `-A CHAIN …`, `-I CHAIN [n] …` and the commands of files kept by hand, without the counters before it. */
function readCommand(
  reading: Reading,
  table: OpenTable,
  from: number,
  to: number,
  place: SourceLocation,
): void {
  const marked = familyOfLine(reading.text, from);
  if (marked !== null) {
    const { length } = marked.text;
    const rest = { ...place, column: place.column + length };
    if (marked.family === table.family) readCommand(reading, table, from + length, to, rest);
    return;
  }
  const words = splitWords(reading.text, from, to, place);
  if (to - from > MAX_WORD_LENGTH) refuseLongWord(words, reading.text.slice(from, to), place);
  const [command = '', chainName = '', position] = words;
  const isInsert = command === '-I' || command === '--insert';
  if (!isInsert && command !== '-A' && command !== '--append') {
    readOtherCommand(table, words, { line: reading.text.slice(from, to), place });
    return;
  }
  const chain = table.chains.get(chainName) ?? undeclaredChain(table, chainName, place.line);
  if (chain === undefined) throw noChain(table, chainName, reading.text.slice(from, to), place);
  const insertAt = !isInsert ? null : /^\d+$/.test(position ?? '') ? Number(position) : 1;
  const count = isInsert ? countRules(chain) : 0;
  if (insertAt !== null && (insertAt < 1 || insertAt > count + 1)) {
    throw badRuleset(
      wordPlace(reading.text.slice(from, to), 2, place),
      `no rule number ${insertAt}`,
      position,
      `chain ${chainName} has ${count} rules here`,
    );
  }
  const syntax = parseRule(
    { start: place, text: reading.text.slice(from, to) },
    words,
    isInsert && insertAt === Number(position) ? 3 : 2,
    table,
  );
  if (syntax === null) return;
  const { family } = table;
  chain.context ??= { extensions: EXTENSIONS, family, chain: chainName, sets: reading.sets };
  const rule = lowerRule(syntax, chain.context);
  if (insertAt !== null) insert(chain, insertAt - 1, rule);
  else append(chain, rule);
}

const MAX_WORD_LENGTH = 1023;

function refuseLongWord(words: readonly string[], line: string, place: SourceLocation): void {
  const index = words.findIndex(({ length }) => length > MAX_WORD_LENGTH);
  if (index < 0) return;
  const fix = `iptables-restore accepts tokens of up to ${MAX_WORD_LENGTH} characters`;
  throw badRuleset(wordPlace(line, index, place), 'a token is too long', words[index], fix);
}

/** `-4` and `-6` before a command, in files that serve both tools: the other one passes over the line. */
function familyOfLine(text: string, at: number): { readonly family: Family; readonly text: string } | null {
  const second = text.charCodeAt(at + 1);
  if (second !== DIGIT_4 && second !== DIGIT_6 && !text.startsWith('--ipv', at)) return null;
  const found = /^-(?:-ipv)?([46])[ \t]+(?=-)/.exec(text.slice(at, at + MAX_FAMILY_LENGTH));
  return found === null ? null : { family: found[1] === '4' ? 4 : 6, text: found[0] };
}

const MAX_FAMILY_LENGTH = 40;

function commit(reading: Reading, table: OpenTable): void {
  addDefaultPolicies(table);
  const { name, family, chains: open } = table;
  const chains = new Map(Array.from(open, ([id, chain]) => [id, finished(chain)] as const));
  const placeOf: CallPlace = (rule, called) => callPlace(reading, rule, called);
  for (const { rules } of chains.values()) resolveCalls(rules, chains, placeOf);
  if (name === 'raw') markUncertainTemplates(chains);
  const read = { file: reading.file, family: familyName(family), name, isDormant: false, chains };
  refuseChainLoops(read, ({ rule, to }) => placeOf(rule, to.name));
  if (table.before !== null && contentOf(table.before) !== contentOf(read)) reading.replaced.add(name);
  reading.tables.push(read);
  reading.open = null;
}

/** Its rules and default policies. */
function contentOf({ chains }: Table): string {
  const all = Array.from(chains.values(), ({ name, base, rules }) => [
    name,
    base?.policy,
    ...rules.map(({ text }) => text),
  ]);
  return JSON.stringify(all);
}

function counterLength(line: string, place: SourceLocation): number {
  const length = /^\[[^:\]]+:[^\]]+\] */.exec(line)?.[0].length;
  if (length === undefined) throw badRuleset(place, 'not a packet counter', line, 'write [packets:bytes]');
  return length;
}

function familyName(family: Family): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6';
}

const TAB = 9;
const SPACE = 32;
const HASH = 35;
const STAR = 42;
const DIGIT_4 = 52;
const DIGIT_6 = 54;
const COLON = 58;
const BRACKET = 91;
const DASH = 45;
const CARRIAGE_RETURN = 13;
