import { parseAddress } from '../../src/net/address.ts';
import { formatPrefix, parsePrefix, type Prefix } from '../../src/net/prefix.ts';
import type { Reading } from '../../src/deployment/reading.ts';
import { ROLES, type Role } from '../../src/deployment/role.ts';
import { THIS_MACHINE, type Host, type Site } from '../../src/deployment/site.ts';

const NOBODY_STATED = { client: null, 'config-tool': null, allocator: null, server: null, web: null };

export type PeerTexts = Partial<Record<Role, readonly string[]>>;

export function makeHost(key: string, addresses: readonly string[], instances = 1, allocator = true): Host {
  return {
    key,
    name: null,
    addresses: addresses.map((text) => parseAddress(text, key)),
    instances,
    allocator,
  };
}

export function thisMachine(instances = 1, allocator = true): Host {
  return makeHost(THIS_MACHINE, [], instances, allocator);
}

/** A site by its hosts and who its peers are, as text; what is not given is not stated. */
export function makeSite(hosts: readonly Host[], peers: PeerTexts = {}, more: Partial<Site> = {}): Site {
  const stated = Object.fromEntries(
    Object.entries(peers).map(([role, texts]) => [role, texts.map((text) => parsePrefix(text, role))]),
  );
  return {
    name: null,
    source: 'flags',
    reading: 'auto',
    portOffset: 0,
    hosts,
    peers: { ...NOBODY_STATED, ...stated },
    ...more,
  };
}

/** What each role can be in the exhaustive tests. */
const STATED = ['absent', 'v4', 'v6', 'both'] as const;

export type Stated = (typeof STATED)[number];

/** Every way to state the five roles: 4 to the 5th. */
export function everyCombination(): readonly Readonly<Record<Role, Stated>>[] {
  let combinations: Partial<Record<Role, Stated>>[] = [{}];
  for (const role of ROLES) {
    combinations = combinations.flatMap((one) => STATED.map((stated) => ({ ...one, [role]: stated })));
  }
  return combinations as Readonly<Record<Role, Stated>>[];
}

/** Peers as a combination says, each role with one network a family: 10.200.R.0/24 and fd00:200:R::/48. */
export function peersOf(combination: Readonly<Record<Role, Stated>>): PeerTexts {
  return Object.fromEntries(
    ROLES.flatMap((role, index) => {
      const stated = combination[role];
      const v4 = stated === 'v4' || stated === 'both' ? [`10.200.${index + 1}.0/24`] : [];
      const v6 = stated === 'v6' || stated === 'both' ? [`fd00:200:${index + 1}::/48`] : [];
      return stated === 'absent' ? [] : [[role, [...v4, ...v6]]];
    }),
  );
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A deployment of 1 to 6 addressed hosts, with prefixes of every length, overlaps included. */
export function randomSite(seed: number): Site {
  const random = randomNumbers(seed);
  const pick = <T>(values: readonly T[]): T => values[random(values.length)]!;
  const hosts = Array.from({ length: 1 + random(6) }, (_, index) => {
    const addresses = pick([['4'], ['6'], ['4', '6']]).map((family) =>
      family === '4'
        ? `10.20.${index}.${1 + random(250)}`
        : `fd00:20:${index}::${(1 + random(65000)).toString(16)}`,
    );
    const allocator = index === 0 || random(3) === 0;
    return makeHost(`host-${index}`, addresses, allocator && random(8) === 0 ? 0 : 1 + random(40), allocator);
  });
  const prefix = (): Prefix => {
    const isV4 = random(2) === 0;
    const bits = isV4 ? 32 : 128;
    const length = random(6) === 0 ? bits : 1 + random(bits);
    let value = 0n;
    // IPv4 stays below the multicast range.
    for (let bit = 0; bit < bits; bit += 16)
      value = (value << 16n) | BigInt(random(isV4 && bit === 0 ? 0xe000 : 0x10000));
    const first = (value >> BigInt(bits - length)) << BigInt(bits - length);
    return { family: isV4 ? 4 : 6, first, length };
  };
  const peers = Object.fromEntries(
    ROLES.filter(() => random(3) > 0).map((role) => {
      const texts = Array.from({ length: random(8) }, () => formatPrefix(prefix()));
      return [role, random(10) === 0 ? ['0.0.0.0/0', '::/0', ...texts] : texts];
    }),
  );
  return makeSite(hosts, peers, {
    name: pick(['Maps', null]),
    reading: pick<Reading>(['auto', 'example', 'table']),
    portOffset: pick([0, 0, 20000]),
  });
}
