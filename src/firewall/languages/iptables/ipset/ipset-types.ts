/** Option → how many words follow it: one or none. */
export type SetOptions = Readonly<Record<string, 0 | 1>>;

/** What a type of set takes when it is made and filled. */
export interface SetType {
  readonly create: SetOptions;
  readonly add: SetOptions;
}

const KEPT_BESIDE: SetOptions = { timeout: 1, counters: 0, comment: 0, skbinfo: 0 };

const HASH: SetOptions = {
  ...KEPT_BESIDE,
  ...{ family: 1, hashsize: 1, maxelem: 1, bucketsize: 1, initval: 1, forceadd: 0 },
};

const ADD: SetOptions = {
  ...{ timeout: 1, comment: 1, packets: 1, bytes: 1, skbmark: 1, skbprio: 1, skbqueue: 1 },
};

const NETMASK: SetOptions = { netmask: 1 };
const RANGE: SetOptions = { range: 1, from: 1, to: 1 };
const NOMATCH: SetOptions = { ...ADD, nomatch: 0 };

const hash = (create: SetOptions = {}, add: SetOptions = ADD): SetType => ({
  create: { ...HASH, ...create },
  add,
});
const bitmap = (create: SetOptions): SetType => ({ create: { ...KEPT_BESIDE, ...create }, add: ADD });

/** Every type of ipset 7. */
export const SET_TYPES: Readonly<Record<string, SetType>> = {
  'bitmap:ip': bitmap({ ...RANGE, ...NETMASK }),
  'bitmap:ip,mac': bitmap(RANGE),
  'bitmap:port': bitmap(RANGE),
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
  'hash:net,iface': hash({}, { ...NOMATCH, wildcard: 0 }),
  'list:set': { create: { ...KEPT_BESIDE, size: 1 }, add: ADD },
};
