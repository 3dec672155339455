import { parseC } from '../../vocabulary/strtoul.ts';
import { tryParseIpv4 } from '../../../../net/ipv4-number.ts';

type Check = (value: string) => boolean;

/** Whether a value is one for the option; null for options without. */
export type OptionCheck = Check | null;

export type SetOptions = Readonly<Record<string, OptionCheck>>;

/** What a type of set takes when it is made and filled. */
export interface SetType {
  readonly create: SetOptions;
  /** One of these it must have been told. */
  readonly needs: readonly string[];
  readonly add: SetOptions;
}

const number =
  (most = 0xffffffff, least = 0): Check =>
  (value) => {
    const read = parseC(value);
    return read !== undefined && read >= least && read <= most;
  };
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    pattern.test(value);

/** The kernel's longest, in seconds. */
const SECONDS = number(2_147_483);

const KEPT_BESIDE: SetOptions = { timeout: SECONDS, counters: null, comment: null, skbinfo: null };

const HASH: SetOptions = {
  ...KEPT_BESIDE,
  family: matching(/^inet6?$/),
  hashsize: number(),
  maxelem: number(),
  bucketsize: number(0xff),
  initval: number(),
  forceadd: null,
};

/** Of 64 bits. */
const COUNT = matching(/^(?:\d+|0x[\da-f]+)$/i);

const ADD: SetOptions = {
  timeout: SECONDS,
  comment: () => true,
  packets: COUNT,
  bytes: COUNT,
  skbmark: () => true,
  skbprio: () => true,
  skbqueue: () => true,
};

/** What the set must have been made with for elements to have it. */
export const MADE_WITH: Readonly<Record<string, string>> = {
  timeout: 'timeout',
  comment: 'comment',
  packets: 'counters',
  bytes: 'counters',
  skbmark: 'skbinfo',
  skbprio: 'skbinfo',
  skbqueue: 'skbinfo',
};

const NETMASK: SetOptions = { netmask: number(128, 1) };
/** Two ends with a dash between them. */
const ends =
  (isEnd: Check): Check =>
  (value) => {
    const parts = value.split('-');
    return parts.length === 2 && parts.every(isEnd);
  };

const isAddress: Check = (text) => tryParseIpv4(text) !== undefined;
/** A name the machine knows is a port, too. */
const isPort: Check = (text) => (parseC(text) ?? (/^[a-z]/i.test(text) ? 0 : Infinity)) <= 0xffff;

/** Of IPv4: a range or a network. */
const isRange: Check = (value) => {
  const [address = '', length, ...rest] = value.split('/');
  if (length === undefined) return ends(isAddress)(value);
  return rest.length === 0 && isAddress(address) && number(32)(length);
};

const RANGE: SetOptions = { range: isRange, from: isAddress, to: isAddress };
const PORTS: SetOptions = { range: ends(isPort), from: isPort, to: isPort };
const NOMATCH: SetOptions = { ...ADD, nomatch: null };

const hash = (create: SetOptions = {}, add: SetOptions = ADD): SetType => ({
  create: { ...HASH, ...create },
  needs: [],
  add,
});
const bitmap = (create: SetOptions): SetType => ({
  create: { ...KEPT_BESIDE, ...create },
  needs: ['range', 'from'],
  add: ADD,
});

/** Every type of ipset 7. */
export const SET_TYPES: Readonly<Record<string, SetType>> = {
  'bitmap:ip': bitmap({ ...RANGE, ...NETMASK }),
  'bitmap:ip,mac': bitmap(RANGE),
  'bitmap:port': bitmap(PORTS),
  'hash:ip': hash(NETMASK),
  'hash:mac': hash(),
  'hash:ip,mac': hash(),
  'hash:net': hash({}, NOMATCH),
  'hash:net,net': hash(NETMASK, NOMATCH),
  'hash:ip,port': hash(NETMASK),
  'hash:net,port': hash({}, NOMATCH),
  'hash:ip,port,ip': hash(),
  'hash:ip,port,net': hash({}, NOMATCH),
  'hash:ip,mark': hash(),
  'hash:net,port,net': hash({}, NOMATCH),
  'hash:net,iface': hash({}, { ...NOMATCH, wildcard: null }),
  'list:set': { create: { ...KEPT_BESIDE, size: number() }, needs: [], add: ADD },
};

/** Options of which some type of set knows what they are. */
export const KNOWN_OPTIONS: ReadonlySet<string> = new Set(
  Object.values(SET_TYPES).flatMap(({ create, add }) => [...Object.keys(create), ...Object.keys(add)]),
);
