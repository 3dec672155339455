import { EVERY_ADDRESS } from '../../../net/address-set.ts';
import { intersect, isWithin, subtract, union, type IntervalSet } from '../../../net/interval-set.ts';
import type { Scenario } from '../scenario.ts';
import type { Firewall } from '../machine/firewall.ts';
import { onceAFirewall } from '../machine/once-a-firewall.ts';
import {
  exchangesAcross,
  exchangesOn,
  isAcross,
  messageOf,
  messagesOf,
  NEIGHBOURS,
  placesOn,
  type Exchange,
  type Link,
  type Message,
  type Neighbour,
} from './neighbour-packet.ts';
import { anyDeparture, departuresOf, linkTowardsSource, type Departure } from './links-of-flow.ts';
import { passageOf, passageOfMessage, send, type Asking, type Passage } from './passage.ts';
import type { Outcome } from '../outcome.ts';
import { newEvaluation, type NeighbourStep, type PacketState, type Step } from '../evaluation.ts';
import { newNotes } from '../matching/notes.ts';

/** What becomes of the peers because of neighbour discovery or ARP; the rest of them is not hindered by it. */
interface NeighbourFate {
  /** Whoever is on the link: nobody learns where to send their packets. */
  readonly unreachable: IntervalSet;
  /** That depends on who is on the link, on what is known already, or on a rule that only may match. */
  readonly doubtful: IntervalSet;
}

/** The packets of the flow that arrive, found when asked for: they tell where NAT leads it. */
export type FindArrived = () => readonly PacketState[];

const NOBODY: NeighbourFate = { unreachable: [], doubtful: [] };

/** The outcome of what the rules do with the packets of a flow, and with those that find the neighbours on its way. */
export function withNeighbours(
  firewall: Firewall,
  asked: Scenario,
  outcome: Outcome,
  findArrived: FindArrived,
  asking: Asking,
): Outcome {
  const { allowed, blocked, undecided } = outcome;
  const peers = union(allowed, undecided);
  if (peers.length === 0) return outcome;
  const { unreachable, doubtful } = neighbourFate(firewall, asked, peers, findArrived, asking);
  if (unreachable.length > 0) asking.notes.assumptions.add(FOUND_ON_THE_LINK);
  const through = subtract(allowed, unreachable);
  return {
    allowed: subtract(through, doubtful),
    blocked,
    undecided: union(subtract(undecided, unreachable), intersect(through, doubtful)),
    unresolved: unreachable,
    depends: outcome.depends,
    inPart: outcome.inPart,
  };
}

export const FOUND_ON_THE_LINK =
  'link addresses are resolved by neighbour discovery and ARP: no static neighbours, no tunnel or other link without them';

/** Finds the peers whose packets may not get through, or back, because nobody learns the link addresses. */
function neighbourFate(
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
  findArrived: FindArrived,
  asking: Asking,
): NeighbourFate {
  // What exists already has found its neighbours.
  if (asked.neighbours === 'known' || asked.state !== 'new') return NOBODY;
  if (asked.family === 4 && !seesArp(firewall).isSeen) return NOBODY;
  const here = linkTowardsSource(firewall, asked);
  const there = departures(firewall, asked, findArrived, asking);
  const [near, far] = [
    here === null ? NOBODY : fateOn(firewall, asked, here, peers, asking),
    fateBeyond(firewall, asked, there, peers, asking),
  ];
  return {
    unreachable: union(near.unreachable, far.unreachable),
    doubtful: union(near.doubtful, far.doubtful),
  };
}

/** Whether any chain meets ARP: rules of IP do not. */
const seesArp = onceAFirewall(({ arpHooks, bridgeHooks }) => ({
  isSeen: [...Object.values(arpHooks).map((of) => of[4]), ...Object.values(bridgeHooks)].some(
    (chains) => chains.length > 0,
  ),
}));

/** The links the packets leave by; none where every machine is found on every link. */
function departures(
  firewall: Firewall,
  asked: Scenario,
  findArrived: FindArrived,
  asking: Asking,
): readonly Departure[] {
  if (isFree(firewall, asked, asking)) return [];
  return departuresOf(asked, findArrived());
}

const freeOf = onceAFirewall(() => new Map<string, boolean>());

/** Whatever link a packet leaves by, nothing keeps the machine from finding whoever is there. */
function isFree(firewall: Firewall, asked: Scenario, asking: Asking): boolean {
  if (asking.skipped !== null) return isFreeNow(firewall, asked, asking);
  const { family, hook, inInterface, outInterface, framesOnLink, profile, destination } = asked;
  const ways = [family, hook, inInterface, outInterface, framesOnLink, profile];
  const key = JSON.stringify([...ways, String(destination)]);
  const known = freeOf(firewall).get(key) ?? isFreeNow(firewall, asked, asking);
  freeOf(firewall).set(key, known);
  return known;
}

function isFreeNow(firewall: Firewall, asked: Scenario, asking: Asking): boolean {
  const any = anyDeparture(asked);
  const everybody = EVERY_ADDRESS[asked.family];
  const wide = NEIGHBOURS.flatMap((neighbour) => exchangesOf(firewall, asked, any, neighbour));
  const quiet = { ...asking, notes: newNotes() };
  return wide.every((exchange) =>
    isWithin(everybody, passageOf(firewall, asked, any, exchange, everybody, quiet).passes),
  );
}

/** Whoever may leave by several links is unreachable where they are so on all of these. */
function fateBeyond(
  firewall: Firewall,
  asked: Scenario,
  departures: readonly Departure[],
  peers: IntervalSet,
  asking: Asking,
): NeighbourFate {
  const each = departures.map(({ link, peers: all }) => {
    const some = intersect(peers, all);
    if (link === null || some.length === 0) return { reached: some, ...NOBODY };
    const fate = fateOn(firewall, asked, link, some, asking);
    return { reached: subtract(some, fate.unreachable), ...fate };
  });
  const reached = union(...each.map((one) => one.reached));
  const failing = union(...each.map(({ unreachable }) => unreachable));
  return {
    unreachable: subtract(failing, reached),
    doubtful: union(intersect(failing, reached), ...each.map(({ doubtful }) => doubtful)),
  };
}

function fateOn(
  firewall: Firewall,
  asked: Scenario,
  link: Link,
  peers: IntervalSet,
  asking: Asking,
): NeighbourFate {
  if (link.interface === 'lo') return NOBODY;
  const gather = (neighbour: Neighbour): Passage => {
    const passages = exchangesOf(firewall, asked, link, neighbour).map((exchange) => ({
      exchange,
      ...passageOf(firewall, asked, link, exchange, peers, asking),
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
  const { onLink, beyondRouter } = placesOn(asked.family, link);
  const unreachable = intersect(union(end.fails, beyondRouter), union(router.fails, onLink));
  const found = intersect(union(end.passes, beyondRouter), union(router.passes, onLink));
  return { unreachable, doubtful: subtract(subtract(peers, unreachable), found) };
}

/** Those at the machine, and those that a bridge of it may pass instead. */
function exchangesOf(
  { bridgeHooks }: Firewall,
  { hook, framesOnLink }: Scenario,
  { side }: Link,
  neighbour: Neighbour,
): readonly Exchange[] {
  const own = exchangesOn(side, neighbour);
  const mayCross = framesOnLink !== 'none' || Object.values(bridgeHooks).some(({ length }) => length > 0);
  return hook === 'forward' && mayCross ? [...own, ...exchangesAcross(side, neighbour)] : own;
}

/** A message on its way over one link. */
interface Try {
  readonly link: Link;
  readonly peers: IntervalSet;
  readonly exchange: Exchange;
  readonly message: Message;
  readonly passage: Passage;
  /** Whichever addresses it names, it fails for some. */
  readonly isSure: boolean;
}

/**
 * Visits the rules that a message meets which does not surely get through, if there is one: the first that surely does not, else
 * the first that may not. None where the rules block the flow by themselves. Tells whether the way of all the peers ends there.
 */
export function walkNeighbours(
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
  findArrived: FindArrived,
  visit: (step: Step) => void,
  isShut: () => boolean,
): 'ends' | 'goes-on' {
  const asking = { notes: newNotes(), skipped: null };
  const { unreachable, doubtful } = neighbourFate(firewall, asked, peers, findArrived, asking);
  if (unreachable.length === 0 && doubtful.length === 0) return 'goes-on';
  if (isShut()) return 'goes-on';
  const isEnd = isWithin(peers, unreachable);
  const tried = triesOf(firewall, asked, peers, findArrived, asking);
  const failing = tried.find(({ exchange, isSure }) => exchange.isNeeded && isSure);
  const open =
    tried.find(({ exchange, passage }) => exchange.isNeeded && passage.fails.length > 0) ??
    tried.find(({ passage, peers: some }) => !isWithin(some, passage.passes));
  const deciding = isEnd ? failing : (failing ?? open);
  if (deciding === undefined) return 'goes-on';
  const run = newEvaluation(firewall, newNotes(), (step) => {
    visit({ ...step, neighbour: stepOf(asked, deciding, isEnd) });
  });
  send(run, firewall, asked, deciding.exchange, deciding.message.packet, deciding.peers);
  return isEnd ? 'ends' : 'goes-on';
}

function triesOf(
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
  findArrived: FindArrived,
  asking: Asking,
): readonly Try[] {
  const here = linkTowardsSource(firewall, asked);
  const links = [
    ...(here === null ? [] : [{ link: here, peers }]),
    ...departures(firewall, asked, findArrived, asking),
  ];
  return links.flatMap(({ link, peers: all }): readonly Try[] => {
    const some = intersect(peers, all);
    if (link === null || link.interface === 'lo' || some.length === 0) return [];
    return likelyNeighbours(asked, link, some)
      .flatMap((one) => exchangesOf(firewall, asked, link, one))
      .flatMap((exchange) => {
        const isSure = passageOf(firewall, asked, link, exchange, some, asking).fails.length > 0;
        return messagesOf(asked, link, exchange).map((message) => {
          const passage = passageOfMessage(firewall, asked, link, exchange, message, some, asking);
          return { link, peers: some, exchange, message, passage, isSure };
        });
      });
  });
}

function stepOf(
  { family }: Scenario,
  { exchange, message, passage, isSure }: Try,
  isEnd: boolean,
): NeighbourStep {
  const named = { message: messageOf(family, exchange), neighbour: exchange.neighbour };
  if (isEnd || passage.fails.length === 0) return { ...named, depends: null };
  if (!exchange.isNeeded) return { ...named, depends: 'address-unknown' };
  if (!isSure && message.when !== null) return { ...named, depends: message.when };
  return { ...named, depends: exchange.neighbour === 'end' ? 'on-link' : 'beyond-router' };
}

/** Those that any of the peers may have. */
function likelyNeighbours(asked: Scenario, link: Link, peers: IntervalSet): readonly Neighbour[] {
  const { onLink, beyondRouter } = placesOn(asked.family, link);
  const others = { end: beyondRouter, router: onLink };
  return NEIGHBOURS.filter((neighbour) => !isWithin(peers, others[neighbour]));
}
