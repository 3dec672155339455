import { unknown } from '../../../model/match.ts';
import { BUILT_IN } from '../targets/refuse-wrong-target.ts';
import type { MatchModule } from '../modules/module.ts';
import { MATCH_MODULES } from '../modules/modules.ts';
import { failAt, type LoadedModule, type RuleReader } from './rule-parser.ts';

/** What a module this program has never heard of tests is unknown. */
const FOREIGN: MatchModule = {
  options: {},
  implies: (_, text) => [unknown(text, { code: 'unknown-match-module' })],
};

/** `-m NAME` */
export function loadModule(reader: RuleReader, name: string): void {
  const module = Object.hasOwn(MATCH_MODULES, name) ? MATCH_MODULES[name] : undefined;
  if (module === undefined && !/^[\w-]{1,29}$/.test(name))
    throw failAt(reader, 'not a match module', name, 'give a module name after -m', -1);
  reader.loaded.push({
    name,
    module: module ?? FOREIGN,
    isForeign: module === undefined,
    given: [],
    said: [],
  });
}

/** What the loaded modules test as a whole, once all options are known. */
export function addImplied(reader: RuleReader): void {
  for (const loaded of reader.loaded) {
    refuseWrongPlace(reader, loaded);
    refuseWrongOptions(reader, loaded);
    const { module, name, said } = loaded;
    if (module.implies === undefined) continue;
    const text = [`-m ${name}`, ...said].join(' ');
    reader.matches.push(...module.implies(new Set(said), text, reader.context));
  }
}

/** Its protocol must be there, at the latest at the end of the rule. */
export function refuseWrongProtocol(reader: RuleReader, name: string, protocols: readonly number[]): void {
  if (reader.protocol !== null && protocols.includes(reader.protocol)) return;
  throw failAt(
    reader,
    `-m ${name} needs -p with its protocol`,
    undefined,
    `write -p ${name === 'multiport' ? 'tcp or -p udp' : name === 'ecn' ? 'tcp' : name} before it`,
    moduleAt(reader, name),
  );
}

function refuseWrongPlace(reader: RuleReader, { name, module, given }: LoadedModule): void {
  const { family, table, chain } = reader.context;
  const { protocols, protocolsOnlyIn = family, options } = module;
  if (protocols !== undefined && protocolsOnlyIn === family) refuseWrongProtocol(reader, name, protocols);
  for (const option of given) {
    const wanted = options[option]?.protocols;
    if (wanted !== undefined) refuseWrongProtocol(reader, name, wanted);
  }
  if (module.family !== undefined && module.family !== family)
    throw notThere(reader, name, `rules for IPv${family}`, `it is for IPv${module.family} only`);
  if (module.tables?.includes(table) === false)
    throw notThere(reader, name, `table ${table}`, `use it in ${module.tables.join(' or ')}`);
  if (module.chains?.includes(chain) === false && BUILT_IN.has(chain))
    throw notThere(reader, name, `chain ${chain}`, `use it in ${module.chains.join(' or ')}`);
}

function notThere(reader: RuleReader, name: string, where: string, fix: string): Error {
  return failAt(reader, `no -m ${name} in ${where}`, undefined, fix, moduleAt(reader, name));
}

function refuseWrongOptions(reader: RuleReader, { name, module, given }: LoadedModule): void {
  const { needs, conflict } = module;
  if (needs !== undefined && !given.some((option) => needs === 'any' || needs.includes(option)))
    throw failAt(reader, `-m ${name} without an option`, name, 'say what it tests', moduleAt(reader, name));
  const wrong = conflict?.(new Set(given));
  if (wrong !== undefined)
    throw failAt(reader, wrong, undefined, `see -m ${name} -h of the tool`, moduleAt(reader, name));
}

/** Where the rule names it, from the next word. */
function moduleAt({ words, position }: RuleReader, name: string): number {
  return Math.max(2, words.indexOf(name)) - position;
}
