import fc from 'fast-check';
import { FAR, OWN } from '../places.ts';
import type { Family } from '../../../../src/net/address.ts';
import { header, type Ground } from './ground.ts';
import { generalMatch } from './matches.ts';
import { listOf, oneOf, phrase, weighted } from './phrase.ts';
import { braces, CHAINS_OF_VERDICT_MAPS, concatenated, pairs } from './sets.ts';
import { transportMatch } from './transport.ts';
import { addressElement, disjoint, mark, mask, port, portElement, portRange, source } from './values.ts';

type Text = fc.Arbitrary<string>;

/** What a chain is for, which settles the statements it may hold. */
export type Purpose = 'early' | 'gate' | 'late' | 'dnat' | 'snat' | 'input-snat';

/** Where NAT may lead. */
export interface NatTargets {
  readonly destinations: Readonly<Record<Family, readonly string[]>>;
  readonly sources: Readonly<Record<Family, readonly string[]>>;
}

/** To the machine with the rules by its several names, and to what is behind it; from its own addresses. */
export const EVERYWHERE: NatTargets = {
  destinations: { 4: [...OWN[4], ...FAR[4]], 6: [...OWN[6], ...FAR[6]] },
  sources: OWN,
};

/** The chains of each purpose, each calling only later ones. */
export const CHAINS = {
  early: ['E1', 'E2'],
  gate: ['G1', 'G2', 'G3'],
  late: ['L1', 'L2'],
  dnat: ['D1'],
  snat: ['S1'],
  'input-snat': [],
} as const satisfies Record<Purpose, readonly string[]>;

/** Its rules translate. */
export function isNat(purpose: Purpose): boolean {
  return purpose === 'dnat' || purpose === 'snat' || purpose === 'input-snat';
}

export interface Place extends Ground {
  readonly purpose: Purpose;
  /** The chains a rule may call from here. */
  readonly callable: readonly string[];
  readonly nat: NatTargets;
}

/** One rule without its line end. */
export function rule(place: Place, depth = 0): Text {
  const { purpose } = place;
  const general = listOf(generalMatch(place), ' ', { maxLength: 2 });
  const matches = weighted(
    [3, general],
    [4, phrase`${general} ${transportMatch(place)}`],
    [1, phrase`${transportMatch(place)} ${general}`],
  );
  const plain = phrase`${matches}${aside}${assignment(place)}${verdict(place, depth)}${remark}`;
  const choices = isNat(purpose) ? [...translations(place)] : [...ordinary(place, depth)];
  return weighted([isNat(purpose) ? 1 : 6, plain], ...choices).map((text) =>
    text
      .replace(/ +/g, ' ')
      .trim()
      .replace(/^(?=comment|$)/, 'counter '),
  );
}

const aside = oneOf('', '', '', '', ' counter', ' counter', ' log prefix "seen: " level debug');
const remark = oneOf('', '', '', '', ' comment "why; { not }"');

function assignment({ purpose }: Place): Text {
  if (isNat(purpose)) return fc.constant('');
  const often = purpose === 'gate' ? 1 : 5;
  return weighted(
    [6, fc.constant('')],
    [often, phrase` meta mark set ${mark}`],
    [often, phrase` ct mark set ${mark}`],
    [1, phrase` meta mark set meta mark ${oneOf('or', '|', '&', 'and', 'xor', '^')} ${mark}`],
    [1, phrase` meta mark set meta mark and ${mask} or ${mark}`],
    [1, oneOf(' meta mark set ct mark', ' ct mark set meta mark', ' ct mark set mark')],
    [purpose === 'early' ? 3 : 0, fc.constant(' notrack')],
  );
}

function verdict(place: Place, depth: number): Text {
  const { purpose, callable } = place;
  const inPlace =
    depth > 0 ? fc.constant(' accept') : phrase` ${oneOf('jump', 'jump', 'goto')} ${block(place)}`;
  return weighted(
    [6, oneOf(' accept', ' accept', ' accept', ' drop', isNat(purpose) ? ' accept' : ' drop')],
    [1, oneOf(' return', ' continue', '', '')],
    [purpose === 'gate' ? 1 : 0, fc.constant(' reject')],
    [
      callable.length > 0 ? 3 : 0,
      phrase` ${oneOf('jump', 'jump', 'goto')} ${oneOf(...(callable.length > 0 ? callable : ['none']))}`,
    ],
    [depth > 0 ? 0 : 1, inPlace],
  );
}

/** A chain written in place; it holds no other. */
function block(place: Place): Text {
  return phrase`{\n${listOf(phrase`      ${rule({ ...place, callable: [] }, 1)}\n`, '', { minLength: 1, maxLength: 3 })}    }`;
}

function* ordinary(place: Place, depth: number): Iterable<readonly [number, Text]> {
  const { table, family, transport, purpose, callable } = place;
  const ip = header(place);
  const verdicts = oneOf(
    'accept',
    'accept',
    'drop',
    'return',
    'continue',
    ...callable.flatMap((name) => [`jump ${name}`, `goto ${name}`]),
  );
  const otherwise = oneOf('', '', ', * : drop', ', * : accept');
  const map = (elements: fc.Arbitrary<readonly string[]>): Text =>
    phrase`{ ${pairs(elements, verdicts).map((all) => all.join(', '))}${otherwise} }`;
  const kind = purpose === 'early' || purpose === 'late' ? purpose : 'gate';
  const named = callable.includes(CHAINS_OF_VERDICT_MAPS[kind]);
  yield [1, phrase`${transport} dport vmap ${map(disjoint(portElement))}`];
  yield [1, phrase`${ip} saddr vmap ${map(disjoint(addressElement(family)))}`];
  yield [
    1,
    phrase`${ip} saddr . ${transport} dport vmap ${map(concatenated(addressElement(family), portElement))}`,
  ];
  yield [
    1,
    phrase`ct state vmap { established : accept, related : ${verdicts}, new : continue, invalid : drop }`,
  ];
  yield [1, phrase`meta l4proto vmap { tcp : ${verdicts}, udp : ${verdicts}, icmp : accept }`];
  if (place.interfaces > 0)
    yield [1, phrase`iifname vmap { "v1b" : ${verdicts}, "lo" : accept, "eth*" : drop }`];
  yield [1, phrase`meta mark vmap { 0x0 : ${verdicts}, 0x1 : drop, 0x2-0x11 : ${verdicts} }`];
  if (named && depth === 0) {
    yield [1, phrase`${transport} dport vmap @${kind}_ports`];
    yield [1, phrase`${ip} saddr vmap @${kind}_addrs${String(family)}`];
    yield [1, phrase`${ip} saddr . ${transport} dport vmap @${kind}_pairs${String(family)}`];
  }
  if (purpose !== 'gate') {
    yield [1, phrase`meta mark set ${ip} saddr map ${braces(pairs(disjoint(addressElement(family)), mark))}`];
    yield [1, phrase`meta mark set ${ip} saddr map @mark_of${String(family)} ${oneOf('', 'accept')}`];
    yield [1, phrase`meta mark set ${mark} meta mark ${mark} drop`];
    return;
  }
  const [icmp, kinds] =
    family === 4
      ? ['icmp', oneOf('port-unreachable', 'admin-prohibited', 'type host-unreachable', 'net-prohibited')]
      : ['icmpv6', oneOf('no-route', 'admin-prohibited', 'type port-unreachable')];
  yield [1, phrase`${addressOnly(place)} reject with ${icmp} ${kinds}`];
  yield [transport === 'tcp' ? 2 : 1, phrase`tcp dport ${portElement} reject with tcp reset`];
  if (table === 'inet')
    yield [
      1,
      phrase`${transport} dport ${portElement} reject with icmpx ${oneOf('port-unreachable', 'admin-prohibited', 'type no-route')}`,
    ];
  yield [1, phrase`update @seen${String(family)} { ${ip} saddr }`];
}

function addressOnly(place: Place): Text {
  return phrase`${header(place)} saddr ${addressElement(place.family)}`;
}

/** Rules that translate an address or a port. */
function* translations(place: Place): Iterable<readonly [number, Text]> {
  const { table, family, transport, purpose, nat } = place;
  const ip = header(place);
  const to = table === 'inet' ? ` ${ip}` : '';
  const bracketed = (text: string): string => (family === 4 ? text : `[${text}]`);
  const mode = oneOf('', '', '', ' persistent', ' random');
  const when = weighted(
    [2, phrase`${transport} dport ${fc.oneof(portElement, braces(disjoint(portElement)))}`],
    [1, phrase`${ip} saddr ${addressElement(family)} meta l4proto ${transport}`],
    [place.interfaces > 0 ? 1 : 0, phrase`iifname "v1b" ${transport} dport ${portElement}`],
  );
  if (purpose === 'snat' || purpose === 'input-snat') {
    const own = oneOf(...nat.sources[family]);
    yield [3, phrase`${when} snat${to} to ${own}${mode}`];
    yield [1, phrase`${when} snat${to} to ${own.map(bracketed)}:${oneOf('1024-65535', '30000-40000')}`];
    yield [1, phrase`snat${to} to ${ip} saddr map ${braces(pairs(disjoint(source(family)), own))}`];
    if (purpose === 'input-snat') return;
    yield [3, phrase`${when} masquerade${mode}`];
    yield [1, phrase`${ip} saddr ${addressElement(family)} masquerade`];
    yield [1, phrase`${when} masquerade to :${oneOf('1024-65535', '30000-40000')}`];
    return;
  }
  const other = oneOf(...nat.destinations[family]);
  const host = other.map(bracketed);
  yield [3, phrase`${when} redirect to :${port}${mode}`];
  yield [1, phrase`${when} redirect${oneOf('', ' to :10100-10103')}`];
  yield [
    1,
    phrase`meta l4proto ${transport} redirect to :${transport} dport map ${fc.oneof(braces(pairs(disjoint(port), port)), fc.constant('@port_to'))}`,
  ];
  yield [2, phrase`${when} dnat${to} to ${other}`];
  yield [4, phrase`${when} dnat${to} to ${host}:${port}${mode}`];
  yield [1, phrase`${when} dnat${to} to ${host}:${portRange}`];
  yield [1, phrase`dnat${to} to ${transport} dport map ${braces(pairs(disjoint(portElement), other))}`];
  yield [
    1,
    phrase`dnat ${ip} addr . port to ${transport} dport map ${braces(pairs(disjoint(port), phrase`${other} . ${port}`))}`,
  ];
  yield [1, phrase`dnat${to} to ${ip} saddr map ${braces(pairs(disjoint(addressElement(family)), other))}`];
}
