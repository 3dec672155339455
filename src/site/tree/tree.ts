import type { YamlLocation } from './place.ts';

/** What a YAML file holds once it is read: a closed set of shapes, each knowing where it stands. */
export type Tree = MapTree | ListTree | ScalarTree;

interface Node {
  /** How messages name it: `hosts.maps-a.address[1]`; empty for the whole. */
  readonly path: string;
  readonly place: YamlLocation;
}

export interface MapTree extends Node {
  readonly kind: 'map';
  /** Unique keys, in the order of the file. */
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly key: string;
  /** Of the key. */
  readonly place: YamlLocation;
  readonly value: Tree;
}

export interface ListTree extends Node {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

export interface ScalarTree extends Node {
  readonly kind: 'scalar';
  /** By YAML 1.2's core schema; null also where nothing is written. */
  readonly value: string | number | boolean | null;
  /** As written, without the quotes. */
  readonly source: string;
}
