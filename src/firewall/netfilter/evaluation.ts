import { EMPTY, intervalSet, union, type Bound, type IntervalSet } from '../../net/interval-set.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import type { Firewall, FirewallTable, HookedChain } from './machine/firewall.ts';
import type { NeighbourCondition, NeighbourMessage, PlainReason } from '../model/reason.ts';
import type { Neighbour } from './neighbours/neighbour-packet.ts';
import { packetKey, type Packet } from './packet.ts';
import { fairShare, isSpent, workOf, type Work } from './work.ts';
import type { Notes } from './matching/notes.ts';

/** Peers whose packets are in one state. */
export interface PacketState {
  readonly packet: Packet;
  readonly peers: IntervalSet;
}

/** One rule, or the policy of a base chain, that the packets of a run met. */
export interface Step {
  readonly table: FirewallTable;
  readonly chain: Chain;
  /** The chain of the hook it was reached from, or that chain itself. */
  readonly from: HookedChain;
  /** Null for the policy. */
  readonly rule: Rule | null;
  readonly packet: Packet;
  /** Those whose packets matched, or may have. */
  readonly peers: IntervalSet;
  /** All of them surely matched. */
  readonly isSure: boolean;
  /** Why the chain may not see the packet at all; left out where it does. */
  readonly unless?: PlainReason;
  /** The packet comes after the handshake, in a connection that exists. */
  readonly isLater?: boolean;
  /** The packet is not of the flow, but finds a neighbour for it. */
  readonly neighbour?: NeighbourStep;
}

/** A message of neighbour discovery or ARP on its way. */
export interface NeighbourStep {
  readonly message: NeighbourMessage;
  readonly neighbour: Neighbour;
  /** What decides whether it matters that it is dropped. Null where it does. */
  readonly depends: NeighbourCondition | null;
}

/** One evaluation of one case of a question. */
export interface Evaluation {
  readonly notes: Notes;
  /** Peers that may have been dropped. */
  readonly dropped: CollectedSources;
  /** Rules that may still be looked at; chains that call each other twice a level would take for ever. */
  budget: number;
  /** At so many steps it ends: NAT to thousands of addresses makes as many states, each of which meets every rule. */
  readonly lastStep: number;
  /** Of the firewall, all its questions together. */
  readonly work: Work;
  /** Gets every rule that applies, where somebody wants to know the path. */
  visit: ((step: Step) => void) | null;
  /** Rules taken away to see whether they matter, if any. */
  readonly skipped: ReadonlySet<Rule> | null;
  /** Rules that were made one are visited as that one. */
  readonly areJoinedKept: boolean;
}

export function newEvaluation(
  firewall: Firewall,
  notes: Notes,
  visit: Evaluation['visit'],
  skipped: Evaluation['skipped'] = null,
  areJoinedKept = false,
): Evaluation {
  const { ruleCount } = firewall;
  const [budget, steps] = isSpent(firewall)
    ? [fairShare(firewall), 3 * fairShare(firewall)]
    : [200_000 + 20 * ruleCount, 3_000_000 + 100 * ruleCount];
  const lastStep = notes.steps + steps;
  return {
    ...{ notes, dropped: collected(), budget, lastStep, work: workOf(firewall) },
    ...{ visit, skipped, areJoinedKept },
  };
}

/** Counts steps; beyond its last one the evaluation ends. */
export function spend(run: Evaluation, steps: number): void {
  run.notes.steps += steps;
  run.work.steps += steps;
  if (run.notes.steps > run.lastStep) run.budget = 0;
}

export function drop(run: Evaluation, peers: IntervalSet): void {
  collect(run.dropped, peers);
}

/** Sets of peers collected in any order until somebody asks for their union; joined now and then, so that repeats do not pile up. */
export interface CollectedSources {
  /** Many small sets, as one list of pairs. */
  pieces: Bound[];
  /** Large sets, kept as they are: merging two is cheaper than sorting both. */
  sets: IntervalSet[];
  /** How many bounds to collect before the next joining. */
  limit: number;
}

const LARGE = 1024;

export function collected(): CollectedSources {
  return { pieces: [], sets: [], limit: 65_536 };
}

export function collect(into: CollectedSources, peers: IntervalSet): void {
  if (peers.length >= LARGE) {
    into.sets.push(peers);
    if (into.sets.length > MAX_SETS) into.sets = [union(...into.sets)];
    return;
  }
  for (const bound of peers) into.pieces.push(bound);
  if (into.pieces.length <= into.limit) return;
  into.pieces = intervalSet(into.pieces).slice();
  into.limit = Math.max(into.limit, 2 * into.pieces.length);
}

const MAX_SETS = 8;

/** Joined once: what was collected is that one set from then on. */
export function collectedSet(from: CollectedSources): IntervalSet {
  const [only = EMPTY, ...more] = from.sets;
  if (from.pieces.length === 0 && more.length === 0) return only;
  const all = union(intervalSet(from.pieces), ...from.sets);
  from.pieces = [];
  from.sets = [all];
  return all;
}

/** The peers of each state of the packet, collected, by what rules made of the packet. */
export type CollectedStates = Map<string, CollectedState>;

interface CollectedState {
  readonly packet: Packet;
  readonly peers: CollectedSources;
}

export function collectState(into: CollectedStates, packet: Packet, peers: IntervalSet): void {
  if (peers.length === 0) return;
  const key = packetKey(packet);
  let same = into.get(key);
  if (same === undefined) into.set(key, (same = { packet, peers: collected() }));
  collect(same.peers, peers);
}

export function toStates(gathered: CollectedStates): PacketState[] {
  return Array.from(gathered.values(), ({ packet, peers }) => ({ packet, peers: collectedSet(peers) }));
}

/** One state for each packet, with the peers of all of its states. */
export function mergedStates(...lists: readonly (readonly PacketState[])[]): PacketState[] {
  const gathered: CollectedStates = new Map();
  for (const list of lists) for (const { packet, peers } of list) collectState(gathered, packet, peers);
  return toStates(gathered);
}

/** More states than these are not told apart: rulesets that set a mark a host would cost a pass each. */
const MAX_STATES = 32;

/** The same states, their marks forgotten when there are too many of them. */
export function limitStates(states: PacketState[]): PacketState[] {
  if (states.length <= MAX_STATES) return states;
  return mergedStates(
    states.map(({ packet, peers }) => {
      const numbers = { ...packet.numbers, mark: null, 'ct-mark': null };
      return { packet: { ...packet, numbers }, peers };
    }),
  );
}
