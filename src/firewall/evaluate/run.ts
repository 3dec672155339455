import type { IntervalSet } from '../../net/interval-set.ts';
import type { Bound } from '../../net/interval-set.ts';
import type { Chain, Rule } from '../ruleset.ts';
import type { FirewallTable } from './firewall.ts';
import { packetKey, type Packet } from './packet.ts';
import { among, putBack, remaining, type Remaining } from './remaining.ts';
import type { Notes } from './test-match.ts';

/** Peers whose packets are in one state. */
export interface Branch {
  readonly packet: Packet;
  readonly peers: Remaining;
}

/** One rule, or the policy of a base chain, that the packets of a run met. */
export interface Step {
  readonly table: FirewallTable;
  readonly chain: Chain;
  /** Null for the policy. */
  readonly rule: Rule | null;
  readonly packet: Packet;
  /** Every packet it was asked about surely matched. */
  readonly isSure: boolean;
}

/** One evaluation of one case of a question. */
export interface Run {
  readonly notes: Notes;
  /** Peers that may have been dropped, as pairs in any order. */
  readonly dropped: Bound[];
  /** Rules that may still be looked at; chains that call each other twice a level would take for ever. */
  budget: number;
  /** Told every rule that applies, where somebody wants to know the path. */
  readonly visit: ((step: Step) => void) | null;
}

export function drop(run: Run, peers: IntervalSet): void {
  for (const bound of peers) run.dropped.push(bound);
}

/** Adds peers to the branch of the same packet, or begins one. */
export function join(branches: Branch[], packet: Packet, peers: IntervalSet): void {
  if (peers.length === 0) return;
  const same = branches.find((branch) => branch.packet === packet) ?? findByKey(branches, packet);
  if (same === undefined) branches.push({ packet, peers: remaining(peers) });
  else putBack(same.peers, peers);
}

export function joinAll(branches: Branch[], others: readonly Branch[]): void {
  for (const { packet, peers } of others) join(branches, packet, among(peers, 'all'));
}

function findByKey(branches: readonly Branch[], packet: Packet): Branch | undefined {
  if (branches.length === 0) return undefined;
  const key = packetKey(packet);
  return branches.find((branch) => packetKey(branch.packet) === key);
}
