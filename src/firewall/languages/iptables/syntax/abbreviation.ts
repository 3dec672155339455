import { CORE_OPTIONS } from './core-options.ts';
import type { ParserState } from './parser-state.ts';

/** The whole name of a long option: it may be cut short as long as one option alone begins so; files of old versions do it (`--mac`). */
export function completed({ modules, target }: ParserState, option: string): string | undefined {
  if (!/^--\w/.test(option)) return undefined;
  const candidates = new Map<unknown, string>();
  const add = (name: string, meaning: unknown): void => {
    if (name.startsWith(option)) candidates.set(meaning, name);
  };
  for (const [name, short] of Object.entries(CORE_OPTIONS)) add(name, short ?? name);
  for (const { grammar } of modules)
    for (const [name, meaning] of Object.entries(grammar ?? {})) add(name, meaning);
  for (const name of Object.keys(target?.grammar ?? {})) add(name, `target ${name}`);
  const [only] = candidates.values();
  return candidates.size === 1 ? only : undefined;
}
