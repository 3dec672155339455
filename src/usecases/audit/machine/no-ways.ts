import type { Destination, FilterHook } from '../../../firewall/model/question.ts';
import type { WayReason } from '../../../firewall/model/way-reason.ts';
import type { NoWay } from '../../../firewall/proof/without-way.ts';
import { ifDead, withoutAnswer, withoutArrival, type DeadEnd } from '../../../facts/routing/dead-ends.ts';
import { beyondLink, type MachineFacts } from '../../../facts/machine-facts.ts';
import type { IpsecPolicy } from '../../../facts/ipsec.ts';
import {
  addressSet,
  EVERY_ADDRESS,
  lowestAddress,
  prefixRange,
  singleAddress,
} from '../../../net/address-set.ts';
import {
  compareAddresses,
  FAMILIES,
  formatAddress,
  type Address,
  type Family,
} from '../../../net/address.ts';
import { EMPTY, isWithin, subtract, union, unionOf, type IntervalSet } from '../../../net/interval-set.ts';
import { isInnerInterface } from '../../../net/inner-interface.ts';
import { LOOPBACK } from '../../../net/special-addresses.ts';
import type { Routing } from '../../../facts/routing/routing.ts';
import { obstructions, unanswered } from './obstacles.ts';
import { prefixContains, prefixOf, type Prefix } from '../../../net/prefix.ts';

export interface OnePacket {
  /** What it is sent to, beside the destinations. */
  readonly aim: Destination;
  /** Nobody says that it comes in from outside: the machine sends what is from an address of its own. */
  readonly mayBeOwn: boolean;
}

interface Asked {
  /** Null where nobody collected the machine. */
  readonly facts: MachineFacts | null;
  readonly isForwarding: MachineFacts['isForwarding'];
  readonly hook: FilterHook;
  readonly destinations: readonly Address[];
  /** Null: not one packet is asked about, but who has somewhere to connect to the destinations. */
  readonly traced: OnePacket | null;
  /** Addresses of the machine that are stated, whether it had them when it was collected or not. */
  readonly stated: readonly Address[];
}

/** Whom the machine may not serve: it forwards not everything, an interface is down, or its routes lead elsewhere, in either direction. */
export function noWays({ facts, isForwarding, hook, destinations, traced, stated }: Asked): readonly NoWay[] {
  if (facts === null) return [];
  return FAMILIES.flatMap((family): readonly NoWay[] => {
    const own = destinations.filter((address) => address.family === family);
    // Where its tools do not show that every interface forwards, some may not.
    if (hook === 'forward' && isForwarding[family] !== true)
      return [ofFamily(family, EVERY_ADDRESS[family], notForwarding(facts, family))];
    const named = unionOf([...own.map(singleAddress), traced?.aim.family === family ? traced.aim.in : EMPTY]);
    const asked = { facts, hook, own, family };
    const plain = deadEnds(asked, facts.routing[family]);
    const routed = [
      ...unpluggedFor(asked),
      ...plain.map((end) => ofDeadEnd(family, end)),
      ...obstructedBy(asked, plain),
    ];
    const local = localOf(facts.routing[family]);
    const isLocal =
      traced?.mayBeOwn === true && hook !== 'forward' && named.length > 0 && isWithin(named, local);
    return [
      ...(isLocal ? routed.map((way) => exceptFor(way, local, family)) : routed),
      ...protectedBy(asked),
      ...(hook === 'input' ? elsewhere(facts, named, { family, stated }) : []),
    ];
  });
}

/** What the machine sends from these addresses to another of them goes by `lo` and needs no other route: its own, where that table is looked at first. */
function localOf(routing: Routing | null): IntervalSet {
  const [first] = routing?.rules ?? [];
  if (routing === null || first === undefined) return EMPTY;
  const { from, to, isInverted, isFollowed, action } = first;
  const isForAll = from === null && to === null && !isInverted && isFollowed;
  if (!isForAll || action.kind !== 'table' || action.table !== 'local' || action.ignoresUpTo !== null)
    return EMPTY;
  const own = routing.own.filter(
    ({ leads, table, isConditional }) => leads === 'here' && table === 'local' && !isConditional,
  );
  return unionOf(own.map((route) => prefixRange(route.to)));
}

function exceptFor({ of, because }: NoWay, those: IntervalSet, family: Family): NoWay {
  return { of: { ...of, [family]: subtract(of[family], those) }, because };
}

/** What an obstacle on a link adds to what leads nowhere without it. */
function obstructedBy(asked: AskedOfFamily, plain: readonly DeadEnd[]): readonly NoWay[] {
  const { facts, hook, own, family } = asked;
  const all = [...obstructions(facts, hook, family), ...(family === 4 ? unanswered(facts, hook, own) : [])];
  const known = unionOf(plain.map(({ of }) => of));
  return all.map(({ because, routing }) => {
    const found = unionOf(deadEnds(asked, routing).map(({ of }) => of));
    return ofFamily(family, subtract(found, known), because);
  });
}

/** Everybody, where an address is none of the machine: its chains of hook input see no packet to it. */
function elsewhere(
  facts: MachineFacts,
  asked: IntervalSet,
  { family, stated }: { readonly family: Family; readonly stated: readonly Address[] },
): readonly NoWay[] {
  const { host, addresses, routing } = facts;
  // Nobody listed any.
  if (addresses === null || addresses.length === 0) return [];
  const local = (routing[family]?.own ?? []).filter(({ leads }) => leads === 'here');
  const own = addressSet([...[...addresses, ...stated].map(prefixOf), ...local.map(({ to }) => to)], family);
  const foreign = lowestAddress(subtract(asked, union(own, LOOPBACK[family])), family);
  if (foreign === undefined) return [];
  return [
    ofFamily(family, EVERY_ADDRESS[family], {
      ...{ code: 'not-its-address', address: formatAddress(foreign), host },
    }),
  ];
}

function notForwarding({ notForwarding: settings }: MachineFacts, family: Family): WayReason {
  return { code: 'not-forwarding', family, settings: settings[family] };
}

function ofFamily(family: Family, of: IntervalSet, because: WayReason): NoWay {
  return { of: { 4: EMPTY, 6: EMPTY, [family]: of }, because };
}

function ofDeadEnd(family: Family, { of, rule, to }: Dead): NoWay {
  if (rule !== null) return ofFamily(family, of, { code: 'routing-rule', rule, family });
  return ofFamily(family, of, { code: 'no-route', to: to === undefined ? null : formatAddress(to) });
}

/** Towards an address, or for the answers. */
interface Dead extends DeadEnd {
  readonly to?: Address;
}

interface AskedOfFamily extends Pick<Asked, 'hook'> {
  readonly facts: MachineFacts;
  /** The destinations of the family. */
  readonly own: readonly Address[];
  readonly family: Family;
}

function deadEnds({ facts, hook, own, family }: AskedOfFamily, routing: Routing | null): readonly Dead[] {
  if (routing === null) return [];
  const collected = beyondLink(facts).filter((address) => address.family === family);
  // Without any such route that table was not listed.
  const listed = routing.own.some(({ leads }) => leads === 'here') ? collected : [];
  const taking = (all: readonly Address[]): readonly DeadEnd[] =>
    all.flatMap((to) => withoutArrival(routing, to, 'here'));
  const answers = (all: readonly Address[]): readonly DeadEnd[] =>
    (all.length === 0 ? [null] : all).flatMap((from) => withoutAnswer(routing, from, family));
  switch (hook) {
    case 'forward':
      return [
        ...own.flatMap((to) => withoutArrival(routing, to, 'on').map((end) => ({ ...end, to }))),
        ...answers(own),
      ];
    case 'input': {
      const asked = own.length > 0 ? own : collected;
      // What is stated besides them may come to the machine later.
      const isListed = (one: Address): boolean => listed.some((each) => compareAddresses(each, one) === 0);
      return [...answers(asked), ...taking(asked.filter(isListed))];
    }
    case 'output': {
      const ends = [...withoutAnswer(routing, null, family), ...taking(listed)];
      return own.flatMap((to) => ifDead(ends, to));
    }
  }
}

/** Whose packets, or the answers to them, a policy of IPsec drops or takes only with IPsec. */
function protectedBy({ facts, hook, own, family }: AskedOfFamily): readonly NoWay[] {
  return (facts.ipsec ?? []).flatMap((policy): readonly NoWay[] => {
    if (policy.from.family !== family) return [];
    const covered = endsOf(policy, hook).flatMap(({ peer, here }) => {
      const isMet = own.length === 0 || own.some((address) => prefixContains(here, address));
      return isMet ? [peer] : [];
    });
    const because: WayReason = { code: 'ipsec-policy', policy: policy.text, does: policy.does };
    return covered.length === 0 ? [] : [ofFamily(family, addressSet(covered, family), because)];
  });
}

/** Which end of a policy is that of the peers. What is forwarded meets `fwd`, then `out`. */
function endsOf(
  { direction, from, to }: IpsecPolicy,
  hook: FilterHook,
): readonly { readonly peer: Prefix; readonly here: Prefix }[] {
  const [arriving, answered] = [
    { peer: from, here: to },
    { peer: to, here: from },
  ];
  switch (hook) {
    case 'input':
      return direction === 'in' ? [arriving] : direction === 'out' ? [answered] : [];
    case 'forward':
      return direction === 'in' ? [] : [arriving, answered];
    case 'output':
      // Here the peers are the sources, which are this machine.
      return direction === 'out' ? [arriving] : direction === 'in' ? [answered] : [];
  }
}

/** Who is in the network of an interface that is down; everybody, where the destination is. */
function unpluggedFor({ facts, hook, own, family }: AskedOfFamily): readonly NoWay[] {
  return [...facts.down].flatMap(([name, networks]) => {
    // A bridge of containers has no carrier while none runs: nobody is missing.
    const of = isInnerInterface(name) ? EMPTY : unplugged(facts, family, networks);
    const end: DeadEnd = { of, rule: null };
    const towards = hook === 'input' ? [] : own.flatMap((address) => ifDead([end], address));
    const ends = hook === 'output' ? towards : [end, ...towards];
    return ends.map((one) => ofFamily(family, one.of, { code: 'interface-down', interface: name }));
  });
}

/** Those of the networks of an interface that is down to which no other one leads. */
function unplugged(facts: MachineFacts, family: Family, networks: readonly Prefix[]): IntervalSet {
  const routes = facts.routing[family]?.routes ?? [];
  const isReached = (network: Prefix): boolean =>
    routes.some(
      ({ to, isOnLink, interface: name, leads }) =>
        isOnLink &&
        leads === 'on' &&
        name !== null &&
        !facts.down.has(name) &&
        to.length >= network.length &&
        prefixContains(network, { family, value: to.first }),
    );
  return addressSet(
    networks.filter((network) => network.family === family && !isReached(network)),
    family,
  );
}
