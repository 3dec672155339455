import { negate, unknown } from '../match.ts';
import type { MatchModule } from './module.ts';
import { MATCH_MODULES, PROTOCOL_MODULES } from './modules.ts';
import { failAt, takeIf, takeMany, type LoadedModule, type RuleReader } from './rule-reader.ts';

/** An option of the target, of a loaded module (the latest first), or of the module the protocol brings. */
export function readModuleOption(reader: RuleReader, option: string, isNegated: boolean): void {
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
  owner.isUsed = true;
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

/** `-m NAME` */
export function loadModule(reader: RuleReader, name: string): void {
  const module = Object.hasOwn(MATCH_MODULES, name) ? MATCH_MODULES[name] : undefined;
  if (module === undefined && !/^[\w-]{1,29}$/.test(name))
    throw failAt(reader, 'not a match module', name, 'give a module name after -m', -1);
  reader.loaded.push({ name, module: module ?? FOREIGN, isUsed: false, said: [] });
}

/** What the loaded modules test as a whole, once all options are known. */
export function addImplied(reader: RuleReader): void {
  for (const { module, name, isUsed, said } of reader.loaded) {
    refuseWrongProtocol(reader, name, module);
    if (module.needsOption === true && !isUsed)
      throw failAt(reader, `-m ${name} without an option`, name, 'say what it tests', moduleAt(reader, name));
    if (module.implies === undefined) continue;
    const text = [`-m ${name}`, ...said].join(' ');
    reader.matches.push(...module.implies(new Set(said), text, reader.context));
  }
}

function refuseWrongProtocol(reader: RuleReader, name: string, { protocols }: MatchModule): void {
  if (protocols === undefined || (reader.protocol !== null && protocols.includes(reader.protocol))) return;
  throw failAt(
    reader,
    `-m ${name} needs -p with its protocol`,
    undefined,
    `write -p ${name === 'multiport' ? 'tcp or -p udp' : name} before it`,
    moduleAt(reader, name),
  );
}

/** Where the rule names it, from the next word. */
function moduleAt({ words, position }: RuleReader, name: string): number {
  return Math.max(2, words.indexOf(name)) - position;
}
