import type { FilterHook } from '../../../firewall/model/question.ts';
import type { NoWay } from '../../../firewall/proof/without-way.ts';
import { ifDead, withoutAnswer, withoutArrival, type DeadEnd } from '../../../facts/routing/dead-ends.ts';
import { beyondLink, type MachineFacts } from '../../../facts/machine-facts.ts';
import type { IpsecPolicy } from '../../../facts/ipsec.ts';
import { addressSet, EVERY_ADDRESS } from '../../../net/address-set.ts';
import { compareAddresses, FAMILIES, type Address, type Family } from '../../../net/address.ts';
import { EMPTY, type IntervalSet } from '../../../net/interval-set.ts';
import { prefixContains, type Prefix } from '../../../net/prefix.ts';

interface Asked {
  /** Null where nobody collected the machine. */
  readonly facts: MachineFacts | null;
  readonly isForwarding: MachineFacts['isForwarding'];
  readonly hook: FilterHook;
  readonly destinations: readonly Address[];
}

/** Whom the machine may not serve: it forwards not everything, an interface is down, or its routes lead elsewhere, in either direction. */
export function noWays({ facts, isForwarding, hook, destinations }: Asked): readonly NoWay[] {
  if (facts === null) return [];
  return FAMILIES.flatMap((family): readonly NoWay[] => {
    const own = destinations.filter((address) => address.family === family);
    // Where its tools do not show that every interface forwards, some may not.
    if (hook === 'forward' && isForwarding[family] !== true)
      return [ofFamily(family, { of: EVERY_ADDRESS[family], rule: null })];
    return [
      ...[...unpluggedFor({ facts, hook, own, family }), ...deadEnds({ facts, hook, own, family })].map(
        (end) => ofFamily(family, end),
      ),
      ...protectedBy({ facts, hook, own, family }),
    ];
  });
}

function ofFamily(family: Family, { of, rule }: DeadEnd): NoWay {
  return {
    of: { 4: EMPTY, 6: EMPTY, [family]: of },
    because:
      rule === null ? null : `its routing rule "${rule}" may drop it or lead it, or the answers, elsewhere`,
  };
}

interface AskedOfFamily extends Pick<Asked, 'hook'> {
  readonly facts: MachineFacts;
  /** The destinations of the family. */
  readonly own: readonly Address[];
  readonly family: Family;
}

function deadEnds({ facts, hook, own, family }: AskedOfFamily): readonly DeadEnd[] {
  const routing = facts.routing[family];
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
      return [...answers(own), ...own.flatMap((to) => withoutArrival(routing, to, 'on'))];
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
    const of = { 4: EMPTY, 6: EMPTY, [family]: addressSet(covered, family) };
    const does =
      policy.does === 'block' ? 'drops it or the answers' : 'lets it and the answers pass with IPsec only';
    return covered.length === 0 ? [] : [{ of, because: `its IPsec policy "${policy.text}" ${does}` }];
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
function unpluggedFor({ facts, hook, own, family }: AskedOfFamily): readonly DeadEnd[] {
  const end = { of: unplugged(facts, family), rule: null };
  const towards = hook === 'input' ? [] : own.flatMap((address) => ifDead([end], address));
  return hook === 'output' ? towards : [end, ...towards];
}

/** The networks of interfaces that are down, but those that another one leads to as well. */
function unplugged(facts: MachineFacts, family: Family): IntervalSet {
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
  const networks = [...facts.down.values()].flat();
  return addressSet(
    networks.filter((network) => network.family === family && !isReached(network)),
    family,
  );
}
