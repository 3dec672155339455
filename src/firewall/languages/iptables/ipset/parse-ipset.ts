import { parseC } from '../../vocabulary/strtoul.ts';
import { lookUp } from '../../vocabulary/own-property.ts';
import { ADDRESS_BITS, type Family } from '../../../../net/address.ts';
import { badRuleset, placeIn, type SourceLocation } from '../../../model/source-location.ts';
import { SET_TYPES, type SetOptions, type SetType } from './ipset-types.ts';
import { QUOTES, splitWords, wordPlace } from '../syntax/tokenize.ts';

/** One set of an `ipset save`, its elements as written. */
export interface IpSet {
  readonly name: string;
  /** `hash:net,port` → `['net', 'port']`; `list:set` → `['set']`. */
  readonly dimensions: readonly string[];
  readonly isBitmap: boolean;
  /** Null for the types that hold no address: rules of either family may look into them. */
  readonly family: Family | null;
  /** Elements stand for networks of this length, null for what they say themselves. */
  readonly netmask: number | null;
  /** What makes membership unknown altogether (an option this program does not read), else null. */
  readonly unread: string | null;
  /** Whether rules put elements into it, or take some out as well. */
  readonly changes?: 'grows' | 'shrinks';
  readonly elements: readonly IpSetElement[];
  /** Where one of them has this value. */
  readonly placeOf: (value: string) => SourceLocation;
}

export interface IpSetElement {
  /** One part a dimension; only the link address of a `bitmap:ip,mac` may be missing. */
  readonly parts: readonly string[];
  readonly isException: boolean;
  /** It expires by itself. */
  readonly isTemporary: boolean;
  /** The interface is every one whose name begins so. */
  readonly isWildcard: boolean;
}

export type NamedSets = ReadonlyMap<string, IpSet>;

const WHOLE = 'give the output of "ipset save"';

/** The output of `ipset save`. @throws InputError with line and column on anything else. */
export function parseIpsets(text: string, file: string): NamedSets {
  const sets = new Map<string, MutableSet>();
  text.split('\n').forEach((line, index) => {
    const start = { file, line: index + 1, column: 1 };
    const words = splitWords(line, 0, line.trimEnd().length, start, undefined, QUOTES.ipset);
    const [command, name, subject] = words;
    if (command === undefined || command.startsWith('#')) return;
    if (name === undefined || subject === undefined || (command !== 'create' && command !== 'add'))
      throw badRuleset(start, 'not a line of ipset save', line, WHOLE);
    const placeOf = (word: number): SourceLocation => wordPlace(line, word, start, QUOTES.ipset);
    if (command === 'add') addElement(sets, name, subject, { words, placeOf });
    else sets.set(name, createSet(sets, name, subject, { words, placeOf }, { text, file }));
  });
  return sets;
}

/** A line's words; options are behind the third. */
interface Line {
  readonly words: readonly string[];
  readonly placeOf: (word: number) => SourceLocation;
}

interface MutableSet extends IpSet {
  unread: string | null;
  /** Null for a type this program does not know. */
  readonly type: SetType | null;
  /** The options it was made with. */
  readonly options: Options;
  readonly elements: IpSetElement[];
}

/** The kernel's IPSET_MAXNAMELEN without the terminating null. */
const MAX_NAME_LENGTH = 31;

function createSet(
  sets: ReadonlyMap<string, MutableSet>,
  name: string,
  typeName: string,
  line: Line,
  { text, file }: { readonly text: string; readonly file: string },
): MutableSet {
  const [, kind, list] = /^(bitmap|hash|list):([a-z]+(?:,[a-z]+)*)$/.exec(typeName) ?? [];
  if (list === undefined) throw badRuleset(line.placeOf(2), 'not a type of set', typeName, WHOLE);
  if (sets.has(name) || name.length > MAX_NAME_LENGTH)
    throw badRuleset(
      line.placeOf(1),
      sets.has(name) ? `set "${name}" is created twice` : 'a set name that is too long',
      name,
      WHOLE,
    );
  const dimensions = list.split(',');
  const type = lookUp(SET_TYPES, typeName) ?? null;
  const options = readOptions(line, type?.create ?? null);
  const family = familyOf(options, line);
  const netmask = netmaskOf(options, family, line);
  const isOfNetworks = netmask !== null && dimensions.includes('net');
  const unread = type === null ? `type ${typeName}` : options.unread;
  return {
    name,
    type,
    options,
    dimensions,
    isBitmap: kind === 'bitmap',
    family: dimensions.includes('ip') || dimensions.includes('net') ? family : null,
    netmask,
    unread: unread ?? (isOfNetworks ? 'netmask of networks' : null),
    elements: [],
    placeOf: (value) => valuePlace(text, file, name, value),
  };
}

function familyOf({ values }: Options, line: Line): Family {
  const family = values.get('family') ?? 'inet';
  if (family !== 'inet' && family !== 'inet6')
    throw badRuleset(valueOf('family', line), 'not a family', family, 'write inet or inet6');
  return family === 'inet6' ? 6 : 4;
}

function netmaskOf({ values }: Options, family: Family, line: Line): number | null {
  const text = values.get('netmask');
  if (text === undefined) return null;
  const netmask = parseC(text);
  if (netmask === undefined || netmask < 1 || netmask > ADDRESS_BITS[family])
    throw badRuleset(
      valueOf('netmask', line),
      'not a prefix length',
      text,
      `write a number up to ${ADDRESS_BITS[family]}`,
    );
  return netmask;
}

/** Where the value of an option is. */
function valueOf(option: string, { words, placeOf }: Line): SourceLocation {
  return placeOf(words.indexOf(option, 3) + 1);
}

/** Where an element of the set has this value: looked for when an error needs it. */
function valuePlace(text: string, file: string, name: string, value: string): SourceLocation {
  const start = Math.max(0, text.indexOf(`add ${name} `));
  return placeIn(file, text, Math.max(start, text.indexOf(value, start)));
}

function addElement(sets: ReadonlyMap<string, MutableSet>, name: string, element: string, line: Line): void {
  const set = sets.get(name);
  if (set === undefined)
    throw badRuleset(
      line.placeOf(1),
      `set "${name}" is not created before this line`,
      name,
      `give the whole output of "ipset save"`,
    );
  const { dimensions } = set;
  if (dimensions[0] === 'set') refuseList(sets, element, line);
  const parts = dimensions.length === 1 ? [element] : element.split(',');
  const least = dimensions.at(-1) === 'mac' ? dimensions.length - 1 : dimensions.length;
  if (parts.length < least || parts.length > dimensions.length || parts.includes(''))
    throw badRuleset(
      line.placeOf(2),
      `an element of "${name}" has ${dimensions.length} parts`,
      element,
      WHOLE,
    );
  const { values, flags, unread } = readOptions(line, set.type?.add ?? null);
  set.unread ??= unread;
  set.elements.push({
    parts,
    isException: flags.has('nomatch'),
    isTemporary: parseC(values.get('timeout') ?? set.options.values.get('timeout') ?? '0') !== 0,
    isWildcard: flags.has('wildcard'),
  });
}

/** Lists hold sets of other types only; else what they hold would double with every list of two. */
function refuseList(sets: ReadonlyMap<string, MutableSet>, name: string, line: Line): void {
  if (sets.get(name)?.dimensions[0] === 'set')
    throw badRuleset(
      line.placeOf(2),
      `a list:set set as an element of a list:set set`,
      name,
      'ipset takes sets of other types there',
    );
}

interface Options {
  readonly values: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<string>;
  readonly unread: string | null;
}

/** Word by word, since a comment may be any word. What the type does not know is of a later version: nothing after it is read. */
function readOptions({ words, placeOf }: Line, known: SetOptions | null): Options {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  if (known === null) return { values, flags, unread: null };
  for (let at = 3; at < words.length; at++) {
    const option = words[at] ?? '';
    const count = lookUp(known, option);
    if (count === undefined) return { values, flags, unread: option };
    if (values.has(option)) throw badRuleset(placeOf(at), `${option} is given twice`, undefined, WHOLE);
    if (count === 0) flags.add(option);
    else {
      const value = words[++at];
      if (value === undefined) throw badRuleset(placeOf(at), `no value after ${option}`, option, WHOLE);
      values.set(option, value);
    }
  }
  return { values, flags, unread: null };
}
