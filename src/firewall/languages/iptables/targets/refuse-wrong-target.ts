import type { Target } from '../modules/module.ts';
import { failAt, type GivenTarget, type RuleReader } from '../rule/rule-parser.ts';

/** What the tools or the kernel do not take: a target in the wrong place, or options that do not go together. */
export function refuseWrongTarget(reader: RuleReader): void {
  const { target } = reader;
  const definition = target?.definition;
  if (target === null || definition === undefined || target.isGoto) return;
  refuseWrongPlace(reader, target, definition);
  refuseWrongOptions(reader, target, definition);
  refuseWrongProtocol(reader, target, definition);
}

function refuseWrongPlace(reader: RuleReader, { name }: GivenTarget, definition: Target): void {
  const { family, table, chain } = reader.context;
  const { tables, chains } = definition;
  if (definition.family !== undefined && definition.family !== family)
    throw wrong(reader, `no -j ${name} in rules for IPv${family}`, `it is for IPv${definition.family} only`);
  if (tables?.includes(table) === false)
    throw wrong(reader, `no -j ${name} in table ${table}`, `use it in ${tables.join(', ')}`);
  if (chains?.includes(chain) === false && BUILT_IN.has(chain))
    throw wrong(reader, `no -j ${name} in chain ${chain}`, `use it in ${chains.join(', ')}`);
}

/** Into chains of one's own anything may be written; it depends on who calls them. */
export const BUILT_IN: ReadonlySet<string> = new Set([
  'PREROUTING',
  'INPUT',
  'FORWARD',
  'OUTPUT',
  'POSTROUTING',
]);

const NONE: readonly (readonly string[])[] = [];

function refuseWrongOptions(reader: RuleReader, { name, given }: GivenTarget, definition: Target): void {
  const { needs = NONE, atMostOne = NONE, conflict } = definition;
  if (needs.length + atMostOne.length === 0 && conflict === undefined) return;
  const has = (option: string): boolean => given.some((other) => other.name === option);
  for (const options of needs)
    if (!options.some(has)) throw wrong(reader, `-j ${name} without ${options.join(' or ')}`, 'complete it');
  for (const options of atMostOne) {
    const [first, second] = options.filter(has);
    if (second !== undefined) throw wrong(reader, `${first} beside ${second}`, 'write two rules');
  }
  const told = conflict?.(new Set(given.map((option) => option.name)));
  if (told !== undefined) throw wrong(reader, told, `see -j ${name} -h of the tool`);
}

function refuseWrongProtocol(reader: RuleReader, { name, given }: GivenTarget, definition: Target): void {
  const wanted = definition.protocols?.(given) ?? null;
  const protocol = definition.mayExcludeProtocol === true ? reader.namedProtocol : reader.protocol;
  if (wanted === null || (protocol !== null && wanted.includes(protocol))) return;
  throw wrong(reader, `-j ${name} needs -p with its protocol`, 'write -p tcp before it');
}

/** At the target's name. */
function wrong(reader: RuleReader, message: string, fix: string): Error {
  const at = reader.words.findIndex((word) => /^(?:-j|--jump)$/.test(word)) + 1;
  return failAt(reader, message, undefined, fix, Math.max(2, at) - reader.position);
}
