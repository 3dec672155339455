import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { InputError } from '../../input-error.ts';
import type { YamlLocation } from './place.ts';
import { refuseTwice } from './refuse-twice.ts';
import type { Entry, ScalarTree, Tree } from './tree.ts';

/** The place of an offset in the file. */
export type PlaceAt = (offset: number) => YamlLocation;

/**
 * The library's nodes as our own closed set of shapes.
 * @param fallback where it would stand if nothing is written
 * @throws InputError with the place for anchors, aliases, tags, and keys given twice
 */
export function toTree(node: Node | null, path: string, fallback: YamlLocation, placeAt: PlaceAt): Tree {
  const place = node?.range ? placeAt(node.range[0]) : fallback;
  if (node === null) return { kind: 'scalar', path, place, value: null, source: '' };
  refuseIndirection(node, place);
  if (isMap<Node, Node | null>(node)) {
    const prefix = path === '' ? '' : `${path}.`;
    return { kind: 'map', path, place, entries: toEntries(node.items, prefix, place, placeAt) };
  }
  if (isSeq<Node | null>(node)) {
    const items = node.items.map((item, index) => toTree(item, `${path}[${index}]`, place, placeAt));
    return { kind: 'list', path, place, items };
  }
  if (isScalar(node)) {
    const source = node.source ?? '';
    return { kind: 'scalar', path, place, value: toValue(node.value, source), source };
  }
  throw new Error('an alias got past refuseIndirection');
}

function toEntries(
  pairs: readonly Pair<Node, Node | null>[],
  prefix: string,
  mapPlace: YamlLocation,
  placeAt: PlaceAt,
): readonly Entry[] {
  const seen = new Map<string, YamlLocation>();
  return pairs.map(({ key: keyNode, value }) => {
    const place = keyNode.range ? placeAt(keyNode.range[0]) : mapPlace;
    refuseIndirection(keyNode, place);
    const key = isScalar(keyNode) && typeof keyNode.value === 'string' ? keyNode.value : '';
    refuseTwice(seen, { what: 'key', value: key, id: key }, place);
    return { key, place, value: toTree(value, `${prefix}${key}`, place, placeAt) };
  });
}

/** The core schema knows no other scalars; should the library ever make one, its text is what the file says. */
function toValue(value: unknown, source: string): ScalarTree['value'] {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPlain || value === null ? value : source;
}

function refuseIndirection(node: Node, place: YamlLocation): void {
  const what = isAlias(node)
    ? `"*${node.source}" is an alias`
    : node.anchor !== undefined
      ? `"&${node.anchor}" is an anchor`
      : node.tag !== undefined
        ? 'a tag'
        : null;
  if (what === null) return;
  throw new InputError({
    code: 'yaml-indirection',
    message: `${what}; the file contains plain values only`,
    fix: 'write the value out',
    ...place,
  });
}
