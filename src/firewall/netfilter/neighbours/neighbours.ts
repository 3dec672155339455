import { EVERY_ADDRESS } from '../../../net/address-set.ts';
import { intersect, isWithin, subtract, union, type IntervalSet } from '../../../net/interval-set.ts';
import type { Rule } from '../../model/ruleset.ts';
import { ANY_UNICAST } from '../../../net/special-addresses.ts';
import type { Scenario } from '../scenario.ts';
import type { Firewall } from '../machine/firewall.ts';
import {
  exchangesAcross,
  exchangesOn,
  interfaceOn,
  isAcross,
  messageOf,
  NEIGHBOURS,
  neighbourPacket,
  placesOn,
  type Exchange,
  type Neighbour,
  type Side,
} from './neighbour-packet.ts';
import type { Packet } from '../packet.ts';
import type { Outcome } from '../outcome.ts';
import { crossBridge, leaveByBridge } from '../hooks/bridge.ts';
import { runFirstHook, runHook } from '../hooks/run-hook.ts';
import {
  collectedSet,
  newEvaluation,
  type PacketState,
  type NeighbourStep,
  type Evaluation,
  type Step,
} from '../evaluation.ts';
import { newNotes, type Notes } from '../matching/match-packet.ts';

/** What becomes of the peers because of neighbour discovery or ARP; the rest of them is not hindered by it. */
interface NeighbourFate {
  /** Whoever is on the link: nobody learns where to send their packets. */
  readonly unreachable: IntervalSet;
  /** That depends on who is on the link, on what is known already, or on a rule that only may match. */
  readonly doubtful: IntervalSet;
}

/** How one asks: what an evaluation leaves behind, and what it leaves out. */
interface Asking {
  readonly notes: Notes;
  readonly skipped: ReadonlySet<Rule> | null;
}

const NOBODY: NeighbourFate = { unreachable: [], doubtful: [] };

/** The outcome of what the rules do with the packets of a flow, and with those that find the neighbours on its way. */
export function withNeighbours(
  firewall: Firewall,
  asked: Scenario,
  outcome: Outcome,
  asking: Asking,
): Outcome {
  const { allowed, blocked, undecided } = outcome;
  const peers = union(allowed, undecided);
  if (peers.length === 0) return outcome;
  const { unreachable, doubtful } = neighbourFate(firewall, asked, peers, asking);
  if (unreachable.length > 0) asking.notes.assumptions.add(FOUND_ON_THE_LINK);
  const through = subtract(allowed, unreachable);
  return {
    allowed: subtract(through, doubtful),
    blocked,
    undecided: union(subtract(undecided, unreachable), intersect(through, doubtful)),
    unresolved: unreachable,
    depends: outcome.depends,
  };
}

export const FOUND_ON_THE_LINK =
  'link addresses are resolved by neighbour discovery and ARP: no static neighbours, no tunnel or other link without them';

/** Finds the peers whose packets may not get through, or back, because nobody learns the link addresses. */
function neighbourFate(
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
  asking: Asking,
): NeighbourFate {
  return sidesOf(asked)
    .map((side) => fateOn(firewall, asked, side, peers, asking))
    .reduce(
      (all, one) => ({
        unreachable: union(all.unreachable, one.unreachable),
        doubtful: union(all.doubtful, one.doubtful),
      }),
      NOBODY,
    );
}

/** Links on which the machine that runs the rules has to find a neighbour; none for what exists already or stays inside. */
function sidesOf({ hook, state, neighbours }: Scenario): readonly Side[] {
  if (neighbours === 'known' || state !== 'new') return [];
  switch (hook) {
    case 'input':
      return ['source'];
    case 'forward':
      return ['source', 'destination'];
    case 'output':
      return ['destination'];
    case 'loopback':
      return [];
  }
}

function fateOn(
  firewall: Firewall,
  asked: Scenario,
  side: Side,
  peers: IntervalSet,
  asking: Asking,
): NeighbourFate {
  if (interfaceOn(side, asked) === 'lo') return NOBODY;
  const gather = (neighbour: Neighbour): Passage => {
    const passages = exchangesOf(firewall, asked, side, neighbour).map((exchange) => ({
      exchange,
      ...passageOf(firewall, asked, exchange, peers, asking),
    }));
    // Whether it crosses a bridge is never sure: who is on one port does not need it.
    const needed = passages.filter(({ exchange }) => exchange.isNeeded && !isAcross(exchange));
    return {
      passes: passages.map(({ passes }) => passes).reduce(intersect),
      fails: union(...needed.map(({ fails }) => fails)),
    };
  };
  const [end, router] = [gather('end'), gather('router')];
  if (end.passes === peers && router.passes === peers) return NOBODY;
  const { onLink, beyondRouter } = placesOn(asked, side);
  const unreachable = intersect(union(end.fails, beyondRouter), union(router.fails, onLink));
  const found = intersect(union(end.passes, beyondRouter), union(router.passes, onLink));
  return { unreachable, doubtful: subtract(subtract(peers, unreachable), found) };
}

/** Those at the machine, and those that a bridge of it may pass instead. */
function exchangesOf(
  { bridgeHooks }: Firewall,
  { hook, framesOnLink }: Scenario,
  side: Side,
  neighbour: Neighbour,
): readonly Exchange[] {
  const own = exchangesOn(side, neighbour);
  const mayCross = framesOnLink !== 'none' || Object.values(bridgeHooks).some(({ length }) => length > 0);
  return hook === 'forward' && mayCross ? [...own, ...exchangesAcross(side, neighbour)] : own;
}

/** Peers for whom a message surely gets where it has to, and for whom it surely does not. */
interface Passage {
  readonly passes: IntervalSet;
  readonly fails: IntervalSet;
}

/** The answer for everybody and every destination serves most questions; only where that is open one is asked by itself. */
function passageOf(
  firewall: Firewall,
  asked: Scenario,
  exchange: Exchange,
  peers: IntervalSet,
  { notes, skipped }: Asking,
): Passage {
  if (skipped !== null) return pass(firewall, asked, exchange, peers, { notes, skipped });
  const everybody = EVERY_ADDRESS[asked.family];
  const known = remembered(firewall, asked, exchange, () => {
    const anywhere = { ...asked, destination: ANY_UNICAST[asked.family] };
    return pass(firewall, anywhere, exchange, everybody, { notes: newNotes(), skipped });
  });
  if (isWithin(peers, known.passes)) return { passes: peers, fails: [] };
  if (isWithin(peers, known.fails)) return { passes: [], fails: peers };
  return pass(firewall, asked, exchange, peers, { notes, skipped });
}

const passages = new WeakMap<Firewall, Map<string, Passage>>();

function remembered(firewall: Firewall, asked: Scenario, exchange: Exchange, find: () => Passage): Passage {
  const known = passages.get(firewall) ?? new Map<string, Passage>();
  passages.set(firewall, known);
  const { side, neighbour, way, isQuestion } = exchange;
  const { family, hook, inInterface, outInterface, framesOnLink } = asked;
  const interfaces = isAcross(exchange) ? [inInterface, outInterface] : interfaceOn(side, asked);
  const key = JSON.stringify([family, hook, side, neighbour, way, isQuestion, interfaces, framesOnLink]);
  const passage = known.get(key) ?? find();
  known.set(key, passage);
  return passage;
}

function pass(
  firewall: Firewall,
  asked: Scenario,
  exchange: Exchange,
  peers: IntervalSet,
  { notes, skipped }: Asking,
): Passage {
  const run = newEvaluation(firewall, notes, null, skipped);
  const states = send(run, firewall, asked, exchange, peers);
  const peersWhere = (isSo: (state: PacketState) => boolean): IntervalSet =>
    union(...states.filter(isSo).map((state) => state.peers));
  if (run.budget <= 0) return { passes: [], fails: [] };
  const arrived = peersWhere((state) => hopLimitOf(state) !== 'changed');
  const dropped = union(
    collectedSet(run.dropped),
    peersWhere((state) => hopLimitOf(state) !== 'kept'),
  );
  return { passes: subtract(arrived, dropped), fails: subtract(dropped, arrived) };
}

/** Whoever gets neighbour discovery with another hop limit than 255 takes it for a packet from beyond the link (RFC 4861 section 7.1). */
function hopLimitOf({ packet: { family, numbers } }: PacketState): 'kept' | 'changed' | 'unsure' {
  const hops = numbers['hop-limit'];
  if (family === 4 || hops === 255) return 'kept';
  return typeof hops === 'number' ? 'changed' : 'unsure';
}

/** Sends the message over the hooks it meets; ARP meets those of its own. */
function send(
  run: Evaluation,
  firewall: Firewall,
  asked: Scenario,
  exchange: Exchange,
  peers: IntervalSet,
): readonly PacketState[] {
  const seeing = asked.family === 4 ? { ...firewall, hooks: firewall.arpHooks } : firewall;
  const packet = neighbourPacket(asked, exchange);
  switch (exchange.way) {
    case 'in': {
      const come = runFirstHook(run, seeing, 'prerouting', packet, peers);
      return runHook(run, seeing, 'input', come);
    }
    case 'out': {
      const gone = runFirstHook(run, seeing, 'output', packet, peers);
      const left = runHook(run, seeing, 'egress', runHook(run, seeing, 'postrouting', gone));
      return leaveByBridge(run, seeing, left);
    }
    case 'across':
    case 'back':
      return crossBridge(run, seeing, acrossIp(run, seeing, asked, packet, peers));
  }
}

/** What chains of IP make of a message that crosses a bridge, as far as they see its frames. */
function acrossIp(
  run: Evaluation,
  seeing: Firewall,
  asked: Scenario,
  packet: Packet,
  peers: IntervalSet,
): readonly PacketState[] {
  if (asked.framesOnLink === 'none' || asked.family === 4) return [{ packet, peers }];
  const come = runFirstHook(run, seeing, 'prerouting', packet, peers, []);
  return runHook(run, seeing, 'postrouting', runHook(run, seeing, 'forward', come));
}

/**
 * Visits the rules that a message meets which does not surely get through, if there is one: the first that surely does not, else
 * the first that may not. None where the rules block the flow by themselves. Tells whether the way of all the peers ends there.
 */
export function walkNeighbours(
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
  visit: (step: Step) => void,
  isShut: () => boolean,
): 'ends' | 'goes-on' {
  const asking = { notes: newNotes(), skipped: null };
  const { unreachable, doubtful } = neighbourFate(firewall, asked, peers, asking);
  if (unreachable.length === 0 && doubtful.length === 0) return 'goes-on';
  if (isShut()) return 'goes-on';
  const isEnd = isWithin(peers, unreachable);
  const tried = sidesOf(asked)
    .flatMap((side) =>
      likelyNeighbours(asked, side, peers).flatMap((one) => exchangesOf(firewall, asked, side, one)),
    )
    .map((exchange) => ({ exchange, ...passageOf(firewall, asked, exchange, peers, asking) }));
  const failing = tried.find(({ exchange, fails }) => exchange.isNeeded && fails.length > 0);
  const open = tried.find(({ passes }) => !isWithin(peers, passes));
  const deciding = isEnd ? failing : (failing ?? open);
  if (deciding === undefined) return 'goes-on';
  const { exchange, fails } = deciding;
  const neighbour: NeighbourStep = {
    message: messageOf(asked.family, exchange),
    neighbour: exchange.neighbour,
    depends: isEnd || fails.length === 0 ? null : exchange.isNeeded ? 'link' : 'cache',
  };
  const run = newEvaluation(firewall, newNotes(), (step) => {
    visit({ ...step, neighbour });
  });
  send(run, firewall, asked, exchange, peers);
  return isEnd ? 'ends' : 'goes-on';
}

/** Those that any of the peers may have. */
function likelyNeighbours(asked: Scenario, side: Side, peers: IntervalSet): readonly Neighbour[] {
  const { onLink, beyondRouter } = placesOn(asked, side);
  const others = { end: beyondRouter, router: onLink };
  return NEIGHBOURS.filter((neighbour) => !isWithin(peers, others[neighbour]));
}
