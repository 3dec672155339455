import { EVERY_ADDRESS } from '../../../net/address-set.ts';
import { intersect, isWithin, subtract, union, type IntervalSet } from '../../../net/interval-set.ts';
import { ANY_UNICAST } from '../../../net/special-addresses.ts';
import type { NeighbourCondition } from '../../model/reason.ts';
import type { Rule } from '../../model/ruleset.ts';
import { collectedSet, newEvaluation, type Evaluation, type PacketState } from '../evaluation.ts';
import { crossBridge, leaveByBridge } from '../hooks/bridge.ts';
import { runFirstHook, runHook } from '../hooks/run-hook.ts';
import type { Firewall } from '../machine/firewall.ts';
import { newNotes, type Notes } from '../matching/notes.ts';
import type { AddressValue, Packet } from '../packet.ts';
import type { Scenario } from '../scenario.ts';
import { isAcross, messagesOf, type Exchange, type Link, type Message } from './neighbour-packet.ts';

/** How one asks: what an evaluation leaves behind, and what it leaves out. */
export interface Asking {
  readonly notes: Notes;
  readonly skipped: ReadonlySet<Rule> | null;
}

/** Peers for whom a message surely gets where it has to, and for whom it surely does not. */
export interface Passage {
  readonly passes: IntervalSet;
  readonly fails: IntervalSet;
}

/** What becomes of a message, of whichever addresses it names. */
export function passageOf(
  firewall: Firewall,
  asked: Scenario,
  link: Link,
  exchange: Exchange,
  peers: IntervalSet,
  asking: Asking,
): Passage {
  const each = messagesOf(asked, link, exchange).map((message) =>
    passageOfMessage(firewall, asked, link, exchange, message, peers, asking),
  );
  return {
    passes: each.map(({ passes }) => passes).reduce(intersect),
    fails: each.map(({ fails }) => fails).reduce(intersect),
  };
}

/** The answer for everybody and every address serves most questions; only where that is open one is asked by itself. */
export function passageOfMessage(
  firewall: Firewall,
  asked: Scenario,
  link: Link,
  exchange: Exchange,
  message: Message,
  peers: IntervalSet,
  { notes, skipped }: Asking,
): Passage {
  const { when } = message;
  if (skipped !== null) return pass(firewall, asked, exchange, message.packet, peers, { notes, skipped });
  const anywhere = anyOf(asked, link);
  const known = remembered(firewall, asked, anywhere, exchange, when, () => {
    const everybody = EVERY_ADDRESS[asked.family];
    const asking = { notes: newNotes(), skipped };
    const wide = { ...asked, destination: ANY_UNICAST[asked.family] };
    const named = messagesOf(wide, anywhere, exchange).find((one) => one.when === when);
    return named === undefined
      ? { passes: [], fails: [] }
      : pass(firewall, wide, exchange, named.packet, everybody, asking);
  });
  if (isWithin(peers, known.passes)) return { passes: peers, fails: [] };
  if (isWithin(peers, known.fails)) return { passes: [], fails: peers };
  return pass(firewall, asked, exchange, message.packet, peers, { notes, skipped });
}

/** The link with any address in the place of each. */
function anyOf({ family }: Scenario, { far, own, askedFor, ...link }: Link): Link {
  const any = (address: AddressValue): AddressValue =>
    address === null || address === 'peers' ? address : ANY_UNICAST[family];
  return {
    ...link,
    far: any(far),
    own: any(own),
    askedFor: askedFor.map(({ address, is }) => ({ address: any(address), is })),
  };
}

const passages = new WeakMap<Firewall, Map<string, Passage>>();

function remembered(
  firewall: Firewall,
  asked: Scenario,
  link: Link,
  exchange: Exchange,
  when: NeighbourCondition | null,
  find: () => Passage,
): Passage {
  const known = passages.get(firewall) ?? new Map<string, Passage>();
  passages.set(firewall, known);
  const { neighbour, way, isQuestion } = exchange;
  const { family, inInterface, outInterface, framesOnLink, profile } = asked;
  const { side, interface: face, far, own, askedFor } = link;
  const interfaces = isAcross(exchange) ? [inInterface, outInterface] : face;
  const kinds = [far, own, ...askedFor.map(({ address }) => address)].map((one) =>
    typeof one === 'object' ? one !== null : one,
  );
  const key = JSON.stringify([
    ...[family, side, neighbour, way, isQuestion, when, kinds, askedFor.map(({ is }) => is)],
    ...[interfaces, framesOnLink, profile],
  ]);
  const passage = known.get(key) ?? find();
  known.set(key, passage);
  return passage;
}

function pass(
  firewall: Firewall,
  asked: Scenario,
  exchange: Exchange,
  packet: Packet,
  peers: IntervalSet,
  { notes, skipped }: Asking,
): Passage {
  const run = newEvaluation(firewall, notes, null, skipped);
  const states = send(run, firewall, asked, exchange, packet, peers);
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
export function send(
  run: Evaluation,
  firewall: Firewall,
  asked: Scenario,
  exchange: Exchange,
  packet: Packet,
  peers: IntervalSet,
): readonly PacketState[] {
  const seeing = asked.family === 4 ? { ...firewall, hooks: firewall.arpHooks } : firewall;
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
