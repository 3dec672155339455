import { badRuleset, type Place } from '../place.ts';
import { splitWords } from './words.ts';

/** One set of an `ipset save`, its elements as written. */
export interface IpSet {
  readonly name: string;
  /** `hash:net,port` → `['net', 'port']`; `list:set` → `['set']`. */
  readonly dimensions: readonly string[];
  readonly family: 4 | 6;
  /** Elements stand for networks of this length, null for what they say themselves. */
  readonly netmask: number | null;
  /** What makes membership unknown altogether (an option this program does not read), else null. */
  readonly unread: string | null;
  readonly elements: readonly IpSetElement[];
}

export interface IpSetElement {
  /** One part a dimension. */
  readonly parts: readonly string[];
  readonly isException: boolean;
  /** It expires by itself, so it may be gone. */
  readonly isTemporary: boolean;
}

export type NamedSets = ReadonlyMap<string, IpSet>;

/** The output of `ipset save`. @throws InputError with line and column on anything else. */
export function parseIpsets(text: string, file: string): NamedSets {
  const sets = new Map<string, MutableSet>();
  text.split('\n').forEach((line, index) => {
    const place = { file, line: index + 1, column: 1 };
    const texts = splitWords(line, 0, line.trimEnd().length, place);
    const [command, name, subject] = texts;
    if (command === undefined || command.startsWith('#')) return;
    if (name === undefined || subject === undefined || (command !== 'create' && command !== 'add')) {
      throw badRuleset(place, 'not a line of ipset save', line, 'give the output of "ipset save"');
    }
    if (command === 'create') sets.set(name, createSet(name, subject, texts.slice(3)));
    else addElement(sets, name, subject, texts.slice(3), place);
  });
  return sets;
}

interface MutableSet extends IpSet {
  readonly elements: IpSetElement[];
}

/** Options of `create` that do not change what is in the set. */
const HARMLESS = new Set([
  'hashsize',
  'maxelem',
  'bucketsize',
  'initval',
  'family',
  'netmask',
  'range',
  'timeout',
  'size',
  'markmask',
]);
const FLAGS = new Set(['counters', 'comment', 'skbinfo', 'forceadd']);

function createSet(name: string, type: string, options: readonly string[]): MutableSet {
  const valueOf = (option: string): string | undefined =>
    options[options.indexOf(option) + 1 || options.length];
  const netmask = valueOf('netmask');
  const unread = options.filter(
    (word, index) => !FLAGS.has(word) && !HARMLESS.has(word) && !HARMLESS.has(options[index - 1] ?? ''),
  );
  return {
    name,
    dimensions: type.slice(type.indexOf(':') + 1).split(','),
    family: valueOf('family') === 'inet6' ? 6 : 4,
    netmask: netmask === undefined ? null : Number(netmask),
    unread: unread[0] ?? (options.includes('markmask') ? 'markmask' : null),
    elements: [],
  };
}

function addElement(
  sets: Map<string, MutableSet>,
  name: string,
  element: string,
  options: readonly string[],
  place: Place,
): void {
  const set = sets.get(name);
  if (set === undefined)
    throw badRuleset(
      place,
      `no set "${name}" was created before`,
      name,
      'give the whole output of "ipset save"',
    );
  const parts = set.dimensions.length === 1 ? [element] : element.split(',');
  if (parts.length !== set.dimensions.length) {
    throw badRuleset(
      place,
      `an element of "${name}" has ${set.dimensions.length} parts`,
      element,
      'give the output of "ipset save"',
    );
  }
  set.elements.push({
    parts,
    isException: options.includes('nomatch'),
    isTemporary: options.includes('timeout') && options[options.indexOf('timeout') + 1] !== '0',
  });
}
