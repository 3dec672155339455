import { groupsBy } from '../../../group-by.ts';
import {
  EMPTY,
  holds,
  intersect,
  isSame,
  isWithin,
  subtract,
  union,
  unionOf,
  type IntervalSet,
} from '../../../net/interval-set.ts';
import { ANY_UNICAST } from '../../../net/special-addresses.ts';
import type { DnatEffect, RedirectEffect } from '../../model/action.ts';
import { drop, type Evaluation, type PacketState, type Step } from '../evaluation.ts';
import type { NumberValue, Packet } from '../packet.ts';
import type { Scenario } from '../scenario.ts';

/** Who may connect to the port of a host. */
export interface Admitted {
  readonly port: number;
  /** Addresses of another host; null: the host asked about. */
  readonly at: IntervalSet | null;
  readonly sources: IntervalSet;
}

/** Those whom NAT leads to a port that they may use do not get at the one asked about. */
export function withoutAdmitted(
  run: Evaluation,
  asked: Scenario,
  state: PacketState,
): readonly PacketState[] {
  const admitted = intersect(admittedPeers(asked, state.packet), state.peers);
  if (admitted.length === 0) return [state];
  drop(run, admitted);
  const peers = subtract(state.peers, admitted);
  return peers.length === 0 ? [] : [{ ...state, peers }];
}

/** Who may use the port that NAT led the packet to. */
function admittedPeers(asked: Scenario, packet: Packet): IntervalSet {
  const { isDestinationTranslated, dnat, numbers, addresses } = packet;
  const { destination } = addresses;
  if (asked.admitted.length === 0 || !isDestinationTranslated || destination === 'peers') return EMPTY;
  const ports = valuesOf(numbers['destination-port']);
  return admittedAt(asked, ports, dnat === 'to-address' ? destination : 'own');
}

/** The same of those whom a rule leads. */
function admittedBy(asked: Scenario, effect: DnatEffect | RedirectEffect): IntervalSet {
  const to = effect.kind === 'redirect' ? null : effect.to;
  return admittedAt(asked, effect.ports ?? [asked.port, asked.port + 1], to ?? 'own');
}

/** Null where nothing is known. */
function valuesOf(value: NumberValue): IntervalSet | null {
  if (typeof value === 'number') return [value, value + 1];
  return value?.kind === 'within' ? value.in : null;
}

/**
 * Who may use every one of these ports: NAT may lead to any of them.
 * @param ports, to null: not known
 */
function admittedAt(asked: Scenario, ports: IntervalSet | null, to: IntervalSet | 'own' | null): IntervalSet {
  if (to === null || ports === null) return EMPTY;
  const isOwn = to === 'own' || isWithin(to, ownOf(asked));
  const there = asked.admitted.filter(
    ({ at, port }) => holds(ports, port) && (at === null ? isOwn : to !== 'own' && isWithin(to, at)),
  );
  if (there.length === 0 || !isWithin(ports, unionOf(there.map(({ port }) => [port, port + 1]))))
    return EMPTY;
  const byPort = [...groupsBy(there, ({ port }) => port).values()];
  return byPort.map((of) => unionOf(of.map(({ sources }) => sources))).reduce(intersect);
}

/** Addresses of the host asked about. */
function ownOf({ destination, hostAddresses, selfAddresses, hook, family }: Scenario): IntervalSet {
  const named = isSame(destination, ANY_UNICAST[family]) ? EMPTY : destination;
  return union(named, hostAddresses, hook === 'input' ? (selfAddresses ?? EMPTY) : EMPTY);
}

/** The step, apart for those who may use what its rule leads to. */
export function byAdmission(asked: Scenario, step: Step): readonly Step[] {
  const effects = asked.admitted.length === 0 ? [] : (step.rule?.effects ?? []);
  const found = unionOf(
    effects.map((effect) =>
      effect.kind === 'dnat' || effect.kind === 'redirect' ? admittedBy(asked, effect) : EMPTY,
    ),
  );
  const those = intersect(step.peers, found);
  if (those.length === 0 || isSame(those, step.peers)) return [step];
  return [those, subtract(step.peers, those)].map((peers) => ({ ...step, peers }));
}

/** Whether all of these are led by it to where they may connect. */
export function isAdmitted(
  asked: Scenario,
  effect: DnatEffect | RedirectEffect,
  peers: IntervalSet,
): boolean {
  return asked.admitted.length > 0 && isWithin(peers, admittedBy(asked, effect));
}
