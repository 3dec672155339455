import { unknown } from '../../../model/match.ts';
import type { MatchModule } from '../modules/module.ts';
import { MATCH_MODULES } from '../modules/modules.ts';
import { failAt, type RuleReader } from './rule-parser.ts';

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
    const { module, name, said } = loaded;
    if (module.implies === undefined) continue;
    const text = [`-m ${name}`, ...said].join(' ');
    reader.matches.push(...module.implies(new Set(said), text, reader.context));
  }
}
