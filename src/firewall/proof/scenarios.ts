import { FAMILIES, type Address, type Family } from '../../net/address.ts';
import { addressSet, EVERY_ADDRESS, prefixRange, singleAddress } from '../../net/address-set.ts';
import { intersect, isWithin, subtract, union, unionOf, type IntervalSet } from '../../net/interval-set.ts';
import type { Prefix } from '../../net/prefix.ts';
import { setSize } from '../../net/set-size.ts';
import { ANY_UNICAST, LOOPBACK } from '../../net/special-addresses.ts';
import type { Scenario } from '../netfilter/scenario.ts';
import type { FlowQuestion } from '../model/question.ts';

/** A case and the peers it is asked for. */
export interface ScenarioOfSources {
  readonly case: Scenario;
  readonly peers: IntervalSet;
}

const ANY_PORT: IntervalSet = [0, 65536];

/**
 * The question as cases: one a family, and one more for what the machine sends to itself, through loopback. A prefix that only contains
 * addresses of the machine speaks of the network: "anywhere" is nobody's loopback.
 */
export function scenariosOf(question: FlowQuestion): readonly ScenarioOfSources[] {
  return FAMILIES.filter(
    (family) => question.destination === null || question.destination.family === family,
  ).flatMap((family) => scenariosOfFamily(question, family));
}

function scenariosOfFamily(question: FlowQuestion, family: Family): readonly ScenarioOfSources[] {
  const sources = question.sources.filter((prefix) => prefix.family === family);
  if (sources.length === 0) return [];
  const self = selfAddresses(question, family);
  const own = union(LOOPBACK[family], self ?? []);
  const isToItself = (source: Prefix): boolean => {
    if (question.hook === 'input') return isWithin(prefixRange(source), own);
    const { destination } = question;
    if (question.hook === 'forward' || destination === null) return false;
    const from = prefixRange(source);
    return isWithin(destination.in, setSize(from) === 1n ? union(own, from) : own);
  };
  const local = addressSet(sources.filter(isToItself), family);
  const remote = addressSet(
    sources.filter((prefix) => !isToItself(prefix)),
    family,
  );
  const peersBy = [
    { hook: question.hook, peers: subtract(remote, local) },
    { hook: 'loopback', peers: local },
  ] as const;
  return peersBy
    .filter(({ peers }) => peers.length > 0)
    .map(({ hook, peers }) => ({ case: scenarioOf(question, family, hook, self), peers }));
}

function scenarioOf(
  question: FlowQuestion,
  family: Family,
  hook: Scenario['hook'],
  self: IntervalSet | null,
): Scenario {
  const { destination, transport, port, state, sender, outInterface, neighbours, profile } = question;
  const named = question.interface;
  const lo = hook === 'loopback' ? 'lo' : null;
  return {
    family,
    transport,
    port,
    hook,
    state,
    sender,
    settled: new Map(),
    choices: [],
    knocks: [],
    isRest: false,
    opening: null,
    seen: 'whole',
    profile,
    framesOnLink: question.framesOnLink,
    neighbours,
    original: null,
    destination: destination === null ? anyDestination(family, hook) : destination.in,
    selfAddresses: self,
    isEverySelfKnown: question.isEverySelfKnown,
    hostAddresses: ofFamily(question.hostAddresses, family),
    otherAddresses: ofFamily(question.otherAddresses, family),
    servedBy: question.servedBy,
    admitted: question.admitted.map(({ port: at, at: addresses, from }) => ({
      port: at,
      at: addresses === null ? null : ofFamily(addresses, family),
      sources: addressSet(from, family),
    })),
    servedOn: question.servedOn,
    isForwarding: question.isForwarding,
    routeBack: hook === 'input' || hook === 'forward' ? question.routeBack : null,
    linkNetworks: question.linkNetworks,
    sourcePorts: question.sourcePorts ?? ANY_PORT,
    inInterface: lo ?? (hook === 'output' ? null : named),
    outInterface: lo ?? (hook === 'output' ? named : hook === 'forward' ? outInterface : null),
  };
}

function anyDestination(family: Family, hook: Scenario['hook']): IntervalSet {
  return hook === 'loopback' ? union(ANY_UNICAST[family], LOOPBACK[family]) : ANY_UNICAST[family];
}

/** Known addresses of the machine that runs the rules; at hook input the destination is one of them. */
function selfAddresses(
  { selfAddresses: known, destination, hook }: FlowQuestion,
  family: Family,
): IntervalSet | null {
  const own = ofFamily(known, family);
  const all = hook === 'input' && destination?.family === family ? union(own, destination.in) : own;
  return all.length === 0 ? null : intersect(all, EVERY_ADDRESS[family]);
}

function ofFamily(addresses: readonly Address[], family: Family): IntervalSet {
  return unionOf(addresses.filter((address) => address.family === family).map(singleAddress));
}
