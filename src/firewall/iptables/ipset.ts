import { parseC } from '../c-number.ts';
import type { Family } from '../../net/address.ts';
import { badRuleset, placeIn, type Place } from '../place.ts';
import { splitWords, wordPlace } from './words.ts';

/** One set of an `ipset save`, its elements as written. */
export interface IpSet {
  readonly name: string;
  /** `hash:net,port` → `['net', 'port']`; `list:set` → `['set']`. */
  readonly dimensions: readonly string[];
  /** Null for the types that hold no address: rules of either family may look into them. */
  readonly family: Family | null;
  /** Elements stand for networks of this length, null for what they say themselves. */
  readonly netmask: number | null;
  /** What makes membership unknown altogether (an option this program does not read), else null. */
  readonly unread: string | null;
  readonly elements: readonly IpSetElement[];
  /** Where one of them has this value. */
  readonly placeOf: (value: string) => Place;
}

export interface IpSetElement {
  /** One part a dimension; only the link address of a `bitmap:ip,mac` may be missing. */
  readonly parts: readonly string[];
  readonly isException: boolean;
  /** It expires by itself. */
  readonly isTemporary: boolean;
  /** The interface stands for every name that begins so. */
  readonly isWildcard: boolean;
}

export type NamedSets = ReadonlyMap<string, IpSet>;

/** The output of `ipset save`. @throws InputError with line and column on anything else. */
export function parseIpsets(text: string, file: string): NamedSets {
  const sets = new Map<string, MutableSet>();
  text.split('\n').forEach((line, index) => {
    const place = { file, line: index + 1, column: 1 };
    const [command, name, subject, ...options] = splitWords(line, 0, line.trimEnd().length, place);
    if (command === undefined || command.startsWith('#')) return;
    if (name === undefined || subject === undefined || (command !== 'create' && command !== 'add'))
      throw badRuleset(place, 'not a line of ipset save', line, 'give the output of "ipset save"');
    const placeOf = (word: number): Place => wordPlace(line, word, place);
    const family = options.indexOf('family') + 1;
    if (command === 'create' && family > 0 && !/^inet6?$/.test(options[family] ?? ''))
      throw badRuleset(placeOf(family + 3), 'not a family', options[family], 'write inet or inet6');
    const netmask = options.indexOf('netmask') + 1;
    if (command === 'create' && netmask > 0 && !isNetmask(options[netmask], options[family]))
      throw badRuleset(placeOf(netmask + 3), 'not a length of networks', options[netmask], 'write a number');
    if (command === 'add') addElement(sets, name, subject, options, placeOf);
    else if (/^(?:bitmap|hash|list):[a-z]+(?:,[a-z]+)*$/.test(subject))
      sets.set(
        name,
        createSet(name, subject, readOptions(options, HARMLESS, FLAGS, placeOf), (value) =>
          valuePlace(text, file, name, value),
        ),
      );
    else throw badRuleset(placeOf(2), 'not a type of set', subject, 'give the output of "ipset save"');
  });
  return sets;
}

function isNetmask(text: string | undefined, family: string | undefined): boolean {
  const length = parseC(text ?? '');
  return length !== undefined && length >= 1 && length <= (family === 'inet6' ? 128 : 32);
}

interface MutableSet extends IpSet {
  unread: string | null;
  /** In seconds, for elements that say none; 0 is for ever. */
  readonly timeout: string;
  readonly elements: IpSetElement[];
}

/** Options of `create` with a value that do not change what is in the set, or that are read. */
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
]);
const FLAGS = new Set(['counters', 'comment', 'skbinfo', 'forceadd']);

/** Where an element of the set has this value: looked for when an error needs it. */
function valuePlace(text: string, file: string, name: string, value: string): Place {
  const start = Math.max(0, text.indexOf(`add ${name} `));
  return placeIn(file, text, Math.max(start, text.indexOf(value, start)));
}

function createSet(
  name: string,
  type: string,
  { values, unread }: Options,
  placeOf: IpSet['placeOf'],
): MutableSet {
  const dimensions = type.slice(type.indexOf(':') + 1).split(',');
  const netmask = values.get('netmask');
  const isOfNetworks = netmask !== undefined && dimensions.includes('net');
  return {
    name,
    dimensions,
    family: dimensions.includes('ip') || dimensions.includes('net') ? familyOf(values.get('family')) : null,
    netmask: netmask === undefined ? null : (parseC(netmask) ?? null),
    unread: unread ?? (isOfNetworks ? 'netmask of networks' : null),
    elements: [],
    timeout: values.get('timeout') ?? '0',
    placeOf,
  };
}

function familyOf(name: string | undefined): Family {
  return name === 'inet6' ? 6 : 4;
}

const ELEMENT_VALUES = new Set(['timeout', 'packets', 'bytes', 'comment', 'skbmark', 'skbprio', 'skbqueue']);
const ELEMENT_FLAGS = new Set(['nomatch', 'wildcard']);

function addElement(
  sets: ReadonlyMap<string, MutableSet>,
  name: string,
  element: string,
  options: readonly string[],
  placeOf: (word: number) => Place,
): void {
  const set = sets.get(name);
  if (set === undefined)
    throw badRuleset(
      placeOf(1),
      `no set "${name}" was created before`,
      name,
      'give the whole output of "ipset save"',
    );
  const { dimensions } = set;
  const parts = dimensions.length === 1 ? [element] : element.split(',');
  const least = dimensions.at(-1) === 'mac' ? dimensions.length - 1 : dimensions.length;
  if (parts.length < least || parts.length > dimensions.length || parts.includes('')) {
    throw badRuleset(
      placeOf(2),
      `an element of "${name}" has ${dimensions.length} parts`,
      element,
      'give the output of "ipset save"',
    );
  }
  const { values, flags, unread } = readOptions(options, ELEMENT_VALUES, ELEMENT_FLAGS, placeOf);
  set.unread ??= unread;
  set.elements.push({
    parts,
    isException: flags.has('nomatch'),
    isTemporary: (values.get('timeout') ?? set.timeout) !== '0',
    isWildcard: flags.has('wildcard'),
  });
}

interface Options {
  readonly values: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<string>;
  readonly unread: string | null;
}

/** Word by word, since a comment may be any word. */
function readOptions(
  options: readonly string[],
  withValue: ReadonlySet<string>,
  alone: ReadonlySet<string>,
  placeOf: (word: number) => Place,
): Options {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  for (let at = 0; at < options.length; at++) {
    const option = options[at] ?? '';
    if (alone.has(option)) flags.add(option);
    else if (withValue.has(option)) {
      const value = options[++at];
      if (value === undefined)
        throw badRuleset(
          placeOf(at + 3),
          `no value behind ${option}`,
          option,
          'give the output of "ipset save"',
        );
      values.set(option, value);
    } else return { values, flags, unread: option };
  }
  return { values, flags, unread: null };
}
