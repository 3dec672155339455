import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const SRC = path.join(import.meta.dirname, '..', 'src');

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.split(path.sep).join('/'));

/** File → the files it imports. */
const IMPORTS = importsBy(/(?:from|import\() ?'(\.[^']+)'/g);

/** As {@link IMPORTS}, without those of types alone. */
const VALUE_IMPORTS = importsBy(/^(?:import|export) (?!type )[^;']*? from '(\.[^']+)'/gm);

const LARGE_FOLDERS = ['commands', 'verdict/findings/codes'];

test('no file imports itself by way of others', () => {
  expect(loopsOf(VALUE_IMPORTS)).toEqual([]);
});

test('no folder imports itself by way of its siblings', () => {
  const arrows = new Map<string, Set<string>>();
  for (const [file, imported] of IMPORTS) {
    for (const other of imported) {
      const [from, to] = whereTheyPart(file, other);
      if (from !== null && to !== null) arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
    }
  }
  expect(loopsOf(new Map([...arrows].map(([from, to]) => [from, [...to]])))).toEqual([]);
});

test('a folder has at most 15 files', () => {
  const folders = [SRC, ...FILES.map((file) => path.join(SRC, path.dirname(file)))];
  const large = [...new Set(folders)].filter(
    (folder) => readdirSync(folder).filter((name) => statSync(path.join(folder, name)).isFile()).length > 15,
  );
  expect(large.map((folder) => path.relative(SRC, folder))).toEqual(
    LARGE_FOLDERS.filter((name) => large.includes(path.join(SRC, name))),
  );
});

function importsBy(pattern: RegExp): ReadonlyMap<string, readonly string[]> {
  return new Map(
    FILES.map((file) => {
      const text = readFileSync(path.join(SRC, file), 'utf8');
      const imported = [...text.matchAll(pattern)].map((match) =>
        path.posix.join(path.posix.dirname(file), match[1]!),
      );
      return [file, imported.filter((name) => FILES.includes(name))];
    }),
  );
}

/** The two sibling folders that an import from `a` to `b` connects; null for a file of their common folder. */
function whereTheyPart(a: string, b: string): readonly [string | null, string | null] {
  const [from, to] = [a.split('/'), b.split('/')];
  const at = from.findIndex((name, index) => name !== to[index]);
  const sibling = (names: readonly string[]): string | null =>
    names.length > at + 1 ? names.slice(0, at + 1).join('/') : null;
  return [sibling(from), sibling(to)];
}

/** Each node that reaches itself, with the way. */
function loopsOf(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const loops: string[] = [];
  const visit = (node: string, way: readonly string[]): void => {
    if (way.includes(node)) loops.push([...way.slice(way.indexOf(node)), node].join(' → '));
    if (way.includes(node) || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...way, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return loops;
}
