import fc from 'fast-check';
import type { Family } from '../../../../src/net/address.ts';
import { oneOf, phrase } from './phrase.ts';
import {
  address,
  addressElement,
  disjoint,
  interfaceName,
  mark,
  mask,
  MAX_ELEMENTS,
  network,
  port,
  portElement,
  source,
} from './values.ts';

type Text = fc.Arbitrary<string>;

/** Elements in braces. */
export function braces(elements: fc.Arbitrary<readonly string[]>): Text {
  return elements.map((all) => `{ ${all.join(', ')} }`);
}

/** `key : data` for each key. */
export function pairs(keys: fc.Arbitrary<readonly string[]>, data: Text): fc.Arbitrary<readonly string[]> {
  const enough = fc.array(data, { minLength: MAX_ELEMENTS, maxLength: MAX_ELEMENTS });
  return fc.tuple(keys, enough).map(([all, values]) => all.map((key, i) => `${key} : ${values[i]!}`));
}

/** `first . second` of which none holds another: the first parts already do not. */
export function concatenated(first: Text, second: Text): fc.Arbitrary<readonly string[]> {
  return pairs(disjoint(first, 4), second).map((all) => all.map((text) => text.replace(' : ', ' . ')));
}

export const CHAINS_OF_VERDICT_MAPS = { gate: 'G3', early: 'E2', late: 'L2' } as const;

/**
 * What named sets and maps are declared as, by name; those of addresses end in their family. A table holds the ones its
 * rules use.
 */
export function declarations(): fc.Arbitrary<ReadonlyMap<string, string>> {
  return fc
    .record({ ...plainSets, ...addressSets(4), ...addressSets(6) })
    .map((all) => new Map(Object.entries(all)));
}

type Sets = Readonly<Record<string, Text>>;

const elementsOf = (head: string, elements: fc.Arbitrary<readonly string[]>): Text =>
  phrase`${head}; elements = ${braces(elements)};`;

const verdicts = (last: string): Text =>
  oneOf('accept', 'drop', 'return', 'continue', `jump ${last}`, `goto ${last}`);

const perPurpose = (sets: (purpose: string, last: string) => Sets): Sets =>
  Object.assign(
    {},
    ...Object.entries(CHAINS_OF_VERDICT_MAPS).map(([purpose, last]) => sets(purpose, last)),
  ) as Sets;

const plainSets: Sets = {
  ports: elementsOf('type inet_service; flags interval', disjoint(portElement)),
  links: elementsOf(
    'type ifname; flags interval',
    fc.uniqueArray(oneOf('"v1b"', '"eth*"', '"lo"', '"w0"'), { minLength: 1 }),
  ),
  marks: elementsOf('type mark', fc.uniqueArray(mark, { minLength: 1, maxLength: 3 })),
  protos: elementsOf(
    'type inet_proto',
    fc.uniqueArray(oneOf('tcp', 'udp', 'icmp', 'ipv6-icmp'), { minLength: 1 }),
  ),
  port_to: elementsOf('type inet_service : inet_service', pairs(disjoint(port), port)),
  ...perPurpose((purpose, last) => ({
    [`${purpose}_ports`]: elementsOf(
      'type inet_service : verdict; flags interval',
      pairs(disjoint(portElement), verdicts(last)),
    ),
  })),
};

function addressSets(family: Family): Sets {
  const type = family === 4 ? 'ipv4_addr' : 'ipv6_addr';
  const [elements, sources] = [addressElement(family), source(family)];
  const services = concatenated(elements, portElement);
  const sets: Sets = {
    addrs: elementsOf(`type ${type}; flags interval`, disjoint(elements)),
    merged: elementsOf(
      `type ${type}; flags interval; auto-merge`,
      fc.array(elements, { minLength: 1, maxLength: 6 }),
    ),
    hosts: fc.oneof(
      elementsOf(`type ${type}`, disjoint(sources)),
      elementsOf(`type ${type}; flags constant`, disjoint(sources)),
      elementsOf(`type ${type}; flags timeout; timeout 2h`, disjoint(sources).map(aged)),
      elementsOf(`typeof ${family === 4 ? 'ip' : 'ip6'} saddr; counter`, disjoint(sources).map(commented)),
    ),
    empty: fc.constant(`type ${type}; flags interval;`),
    pairs: fc.oneof(
      elementsOf(`type ${type} . inet_service; flags interval`, services),
      elementsOf(`type ${type} . inet_service`, concatenated(sources, port)),
    ),
    seen: fc.constant(`type ${type}; size 65535; flags dynamic,timeout; timeout 1m;`),
    full: elementsOf(`type ${type}; size 1; flags dynamic`, disjoint(sources, 1)),
    nearly: elementsOf(`type ${type}; size 3; flags dynamic`, disjoint(sources, 2)),
    timed: elementsOf(`type ${type}; size 1; flags dynamic,timeout; timeout 1h`, disjoint(sources, 1)),
    mark_of: elementsOf(`type ${type} : mark; flags interval`, pairs(disjoint(elements), mark)),
    ...perPurpose((purpose, last) => ({
      [`${purpose}_addrs`]: elementsOf(
        `type ${type} : verdict; flags interval`,
        pairs(disjoint(elements), verdicts(last)),
      ),
      [`${purpose}_pairs`]: elementsOf(
        `type ${type} . inet_service : verdict; flags interval`,
        pairs(services, verdicts(last)),
      ),
    })),
  };
  return Object.fromEntries(Object.entries(sets).map(([name, text]) => [`${name}${family}`, text]));
}

/** What a file may define at its head, by name. */
export function definitions(): fc.Arbitrary<ReadonlyMap<string, string>> {
  return fc
    .record({
      viz: braces(disjoint(portElement, 4)),
      wire: interfaceName,
      bits: mask,
      ...addresses(4),
      ...addresses(6),
    })
    .map((all) => new Map(Object.entries(all)));
}

function addresses(family: Family): Sets {
  return {
    [`lan${family}`]: network(family),
    [`trusted${family}`]: braces(disjoint(addressElement(family), 4)),
    [`one${family}`]: address(family),
  };
}

function aged(elements: readonly string[]): readonly string[] {
  return elements.map((text, i) => (i % 2 === 0 ? text : `${text} timeout 100d`));
}

function commented(elements: readonly string[]): readonly string[] {
  return elements.map((text, i) => (i % 2 === 0 ? text : `${text} comment "number ${i}"`));
}
