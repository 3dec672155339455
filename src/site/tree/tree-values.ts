import { InputError } from '../../input-error.ts';
import { nearestWord } from '../../nearest-word.ts';
import type { MapTree, ScalarTree, Tree } from './tree.ts';

/**
 * The values of a map with known keys, those that are there.
 * @throws InputError for anything that is no map, and for a key that is not known
 */
export function fieldsOf<K extends string>(
  tree: Tree,
  keys: readonly K[],
): Readonly<Partial<Record<K, Tree>>> {
  const fields: Partial<Record<K, Tree>> = {};
  for (const { key, place, value } of mapOf(tree, `keys ${keys.join(', ')}`).entries) {
    const known = keys.find((one) => one === key);
    if (known === undefined) {
      const near = nearestWord(key, keys);
      throw new InputError({
        code: 'unknown-key',
        message: `"${key}" is not a key of ${tree.path === '' ? 'a site file' : tree.path}`,
        value: key,
        fix: `${near === undefined ? 'use' : `write "${near}"; the keys are`} ${keys.join(', ')}`,
        ...place,
      });
    }
    fields[known] = value;
  }
  return fields;
}

/** @param wanted what the map would hold, for the message */
export function mapOf(tree: Tree, wanted: string): MapTree {
  if (tree.kind === 'map') return tree;
  throw unfit(tree, 'a map', `write a map with the ${wanted}`);
}

export function textOf(tree: Tree, fix: string): string {
  if (tree.kind === 'scalar' && typeof tree.value === 'string') return tree.value;
  throw unfit(tree, 'text', fix);
}

export function truthOf(tree: Tree): boolean {
  if (tree.kind === 'scalar' && typeof tree.value === 'boolean') return tree.value;
  throw unfit(tree, 'true or false', 'write true or false');
}

/** Decimal digits only: 010 is ten for some readers and eight for others, 4.0 and 1e3 are nobody's count. */
export function wholeNumberOf(tree: Tree, min: number, max: number): number {
  if (tree.kind === 'scalar' && typeof tree.value === 'number' && /^(?:0|[1-9]\d*)$/.test(tree.source)) {
    if (tree.value >= min && tree.value <= max) return tree.value;
  }
  throw unfit(
    tree,
    `a whole number from ${min} to ${max}`,
    `write a number from ${min} to ${max}, without quotes`,
  );
}

export function choiceOf<C extends string>(tree: Tree, choices: readonly C[]): C {
  const choice = tree.kind === 'scalar' ? choices.find((one) => one === tree.value) : undefined;
  if (choice !== undefined) return choice;
  throw unfit(tree, 'a choice', `give one of ${choices.join(', ')}`);
}

/** One text, or a list of them: each with where it stands. Numbers come as written: 10.20 is a wrong address, not 10.2. */
export function textsOf(tree: Tree, fix: string): readonly ScalarTree[] {
  const items = tree.kind === 'list' ? tree.items : [tree];
  return items.map((item) => {
    if (item.kind === 'scalar' && item.value !== null) return item;
    throw unfit(item, 'an address', fix);
  });
}

function unfit(tree: Tree, wanted: string, fix: string): InputError {
  return new InputError({
    code: 'bad-value',
    message: `${tree.path === '' ? 'the site file' : tree.path}: ${what(tree)} ${wanted}`,
    value: tree.kind === 'scalar' && tree.value !== null ? tree.source : undefined,
    fix,
    ...tree.place,
  });
}

function what(tree: Tree): string {
  switch (tree.kind) {
    case 'map':
      return 'a map instead of';
    case 'list':
      return 'a list instead of';
    case 'scalar':
      return tree.value === null ? 'nothing instead of' : `"${tree.source}" is not`;
  }
}
