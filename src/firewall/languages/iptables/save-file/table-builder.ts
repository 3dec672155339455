import type { InputError } from '../../../../input-error.ts';
import { badRuleset, type SourceLocation } from '../../../model/source-location.ts';
import type { Chain, Rule, Table } from '../../../model/ruleset.ts';
import type { ChainContext } from '../lower/context.ts';
import { isChainName } from '../syntax/chain-name.ts';
import type { TableGrammar } from '../syntax/parser-state.ts';
import { wordPlace } from '../syntax/tokenize.ts';
import { TABLES } from './tables.ts';
import { TARGETS } from '../targets/targets.ts';

/** A table whose COMMIT is still to come. */
export interface OpenTable extends TableGrammar {
  readonly name: string;
  readonly line: number;
  readonly chains: Map<string, OpenChain>;
  /** What an earlier block of the file made of the table, which this one empties. */
  readonly before: Table | null;
}

export interface OpenChain extends Chain {
  /** Empty once a rule was inserted. */
  readonly rules: Rule[];
  /** From then on all of them, in short lists: a file may insert a hundred thousand. */
  chunks: Rule[][] | null;
  /** What its rules are lowered in, from the first of them on. */
  context: ChainContext | null;
  readonly isUndeclared: boolean;
}

/** `:INPUT DROP [0:0]` or `:my-chain - [0:0]`; the place is that of the name. */
export function declareChain(
  { name: table, chains }: OpenTable,
  declaration: string,
  place: SourceLocation,
): void {
  const [name = '', policy = ''] = declaration.trim().split(/[ \t]+/);
  if (!isChainName(name))
    throw badRuleset(place, 'not a chain name', name, 'write for example :INPUT DROP [0:0]');
  const builtIn = Object.hasOwn(TABLES[table] ?? {}, name) ? TABLES[table]?.[name] : undefined;
  const isOwn = builtIn === undefined;
  // iptables-nft-restore takes any word there for a chain of one's own, such as the counters without a dash before them.
  if (isOwn ? policy === '' : policy !== 'ACCEPT' && policy !== 'DROP') {
    throw badRuleset(
      { ...place, column: place.column + Math.max(0, declaration.indexOf(policy, name.length)) },
      `not a policy for chain ${name}`,
      policy,
      isOwn ? 'use - for a user-defined chain' : 'use ACCEPT or DROP',
    );
  }
  if (Object.hasOwn(TARGETS, name))
    throw badRuleset(
      place,
      `a chain cannot be called ${name}`,
      undefined,
      'rename it: it is the name of a target',
    );
  // Of what its first rules become the two back ends think differently.
  if (isOwn && chains.has(name))
    throw badRuleset(
      place,
      `chain ${name} is declared twice`,
      undefined,
      'give one ruleset per file, without earlier copies',
    );
  const base =
    builtIn === undefined
      ? null
      : { ...builtIn, policy: policy === 'DROP' ? ('drop' as const) : ('accept' as const), devices: [] };
  const { rules = [], chunks = null } = chains.get(name) ?? {};
  chains.set(name, { name, line: place.line, base, rules, chunks, context: null, isUndeclared: false });
}

/** A built-in chain exists without being declared; its policy is set at the end of the table. */
export function undeclaredChain(
  { name: table, chains }: OpenTable,
  name: string,
  line: number,
): OpenChain | undefined {
  const builtIns = TABLES[table] ?? {};
  const builtIn = Object.hasOwn(builtIns, name) ? builtIns[name] : undefined;
  if (builtIn === undefined) return undefined;
  const base = { ...builtIn, policy: 'accept' as const, devices: [] };
  const chain = { name, line, base, rules: [], chunks: null, context: null, isUndeclared: true };
  chains.set(name, chain);
  return chain;
}

export function noChain(table: OpenTable, name: string, line: string, place: SourceLocation): InputError {
  return badRuleset(
    wordPlace(line, 1, place),
    `no chain "${name}" in table ${table.name}`,
    name,
    'declare it first, with a line that begins with a colon',
  );
}

const CHUNK_RULES = 512;

export function append({ rules, chunks }: OpenChain, rule: Rule): void {
  if (chunks === null) rules.push(rule);
  else insertInto(chunks, chunks.length - 1, Infinity, rule);
}

function chunksOf(chain: OpenChain): Rule[][] {
  const chunks = (chain.chunks ??= chunked(chain.rules));
  chain.rules.length = 0;
  return chunks;
}

/** How many rules a chain has that one is inserted into. */
export function countRules(chain: OpenChain): number {
  return chunksOf(chain).reduce((count, { length }) => count + length, 0);
}

/** Puts the rule at a place of the chain, from 0 to after the last one. */
export function insert(chain: OpenChain, at: number, rule: Rule): void {
  const chunks = chunksOf(chain);
  let [index, rest] = [0, at];
  for (const { length } of chunks) {
    if (rest <= length) break;
    rest -= length;
    index++;
  }
  insertInto(chunks, index, rest, rule);
}

function insertInto(chunks: Rule[][], index: number, at: number, rule: Rule): void {
  const chunk = chunks[index];
  chunk?.splice(at, 0, rule);
  if (chunk !== undefined && chunk.length > 2 * CHUNK_RULES) chunks.splice(index, 1, ...chunked(chunk));
}

function chunked(rules: readonly Rule[]): Rule[][] {
  const chunks: Rule[][] = [rules.slice(0, CHUNK_RULES)];
  for (let start = CHUNK_RULES; start < rules.length; start += CHUNK_RULES)
    chunks.push(rules.slice(start, start + CHUNK_RULES));
  return chunks;
}

export function isEmpty({ rules, chunks }: OpenChain): boolean {
  return rules.length === 0 && (chunks ?? []).every(({ length }) => length === 0);
}

export function clear(chain: OpenChain): void {
  chain.rules.length = 0;
  chain.chunks = null;
}

/** As it is once the file has been read. */
export function finished({ name, line, base, rules, chunks }: OpenChain): Chain & { readonly rules: Rule[] } {
  return { name, line, base, rules: chunks?.flat() ?? rules };
}
