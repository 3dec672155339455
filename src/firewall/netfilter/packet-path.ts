import { intersect, isWithin, overlaps, subtract } from '../../net/interval-set.ts';
import { ADDRESS_TYPE } from '../model/match.ts';
import type { Hook } from '../model/ruleset.ts';
import { LOOPBACK } from '../../net/special-addresses.ts';
import type { Scenario } from './scenario.ts';
import type { Firewall } from './machine/firewall.ts';
import { answersBeside } from './answers-beside.ts';
import { answersPass } from './served.ts';
import { replyPacket, requestPacket } from './initial-packets.ts';
import { inferEgressInterface } from './machine/infer-egress-interface.ts';
import { joinAlike } from './join-alike.ts';
import { mayLeadNowhere, ownerOf, textOf } from './owner.ts';
import { interfaceBack, withNumber, type InterfaceValue, type Packet } from './packet.ts';
import { leaveByBridge } from './hooks/bridge.ts';
import { runFirstHook, runHook } from './hooks/run-hook.ts';
import { drop, spend, type PacketState, type Evaluation } from './evaluation.ts';
import type { IntervalSet } from '../../net/interval-set.ts';

/** Everything one packet's way over the hooks needs. */
interface PacketPath {
  readonly run: Evaluation;
  readonly firewall: Firewall;
  readonly asked: Scenario;
}

/** Sends the opening packet over every hook on its way and returns the states that may arrive. */
export function sendRequest(
  run: Evaluation,
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
): readonly PacketState[] {
  const way = { run, firewall, asked };
  const packet = requestPacket(asked);
  switch (asked.hook) {
    case 'input':
    case 'forward':
      return routeInbound(way, first(way, 'prerouting', packet, peers));
    case 'output':
    case 'loopback':
      return routeOutbound(way, first(way, 'output', packet, peers));
  }
}

/** Sends the answer to each state that arrived, and returns the states whose peers may get it. */
export function sendReply(
  run: Evaluation,
  firewall: Firewall,
  asked: Scenario,
  arrived: readonly PacketState[],
): readonly PacketState[] {
  const way = { run, firewall, asked };
  return arrived.flatMap((state) => {
    const beside = answersBeside({ firewall, asked, notes: run.notes }, state.packet, state.peers);
    drop(run, beside);
    const isOpen = answersPass(asked) === null;
    const passing = isOpen ? state.peers : subtract(state.peers, beside);
    if (passing.length === 0) return [];
    const answers = answerTo(way, { ...state, peers: passing });
    for (const answer of answers)
      if (isForStrangers(state.packet, answer.packet) || mayLackRoute(way, state.packet))
        drop(run, answer.peers);
    return answers;
  });
}

/**
 * What the answer's rules take out of conntrack goes back untranslated, and the answer to what was never in it is translated
 * as a connection of its own: to the client either is a stranger's.
 */
function isForStrangers(request: Packet, answer: Packet): boolean {
  const isTranslated = answer.isDestinationTranslated || answer.isSourceTranslated;
  return isTranslated && (answer.isUntracked || request.isUntracked);
}

/**
 * The answer to a source that NAT gave goes to that address first. At the machine itself there may be no route to it, unless it is
 * an address of its own, and from 127.0.0.0/8 with one the answer does not even begin its way. Elsewhere the answer is sent to
 * whoever has that address. Masquerading takes an address of its own.
 */
function mayLackRoute({ firewall, asked, run }: PacketPath, request: Packet): boolean {
  const { family, deliveredTo: place, isSourceTranslated, addresses } = request;
  const { source } = addresses;
  if (!isSourceTranslated || source === null || source === 'peers') return false;
  if (place === 'here' && isWithin(source, LOOPBACK[family])) return false;
  const owner = ownerOf(firewall, asked, source, run.notes);
  if (place === 'here' || owner !== 'unknown') return owner !== 'self';
  // Who must be kept out may get in where it is; who must get in relies on it.
  if (asked.sender === 'anybody') run.notes.assumptions.add(ROUTED_BACK);
  return asked.sender !== 'anybody';
}

const ROUTED_BACK = 'source NAT translates to addresses of the machine that runs the rules';

function answerTo(way: PacketPath, { packet: request, peers }: PacketState): readonly PacketState[] {
  const packet = replyPacket(way.asked, request);
  if (request.deliveredTo === 'here') {
    if (!isClientHere(way)) return postrouting(way, first(way, 'output', packet, peers));
    const inside = byLoopback(way);
    return reenterByLoopback(inside, first(inside, 'output', packet, peers));
  }
  const outside = byRouteOf(way, request);
  const back = first(outside, 'prerouting', packet, peers);
  return isClientHere(way)
    ? next(outside, 'input', back)
    : postrouting(outside, next(outside, 'forward', back));
}

function isClientHere({ asked }: PacketPath): boolean {
  return asked.hook === 'output' || asked.hook === 'loopback';
}

/** From the network: to a process of this machine, or on to another. */
function routeInbound(way: PacketPath, states: readonly PacketState[]): readonly PacketState[] {
  return states.flatMap((state) =>
    route(way, state, {
      here: (arriving) => next(way, 'input', [arriving]),
      elsewhere: (leaving) => {
        const outside = byRouteOf(way, leaving.packet);
        const egressInterface = egressInterfaceOf(way, leaving.packet);
        return postrouting(outside, next(outside, 'forward', [changed(leaving, { egressInterface })]));
      },
    }),
  );
}

/** From a process of this machine: out to the network, or back in through the loopback interface. */
function routeOutbound(way: PacketPath, states: readonly PacketState[]): readonly PacketState[] {
  return states.flatMap((state) =>
    route(way, state, {
      here: (arriving) => reenterByLoopback(byLoopback(way), [arriving]),
      elsewhere: (leaving) => {
        // Nobody answers a loopback address; only where source NAT hides it does the packet get anywhere.
        drop(way.run, intersect(leaving.peers, LOOPBACK[leaving.packet.family]));
        return postrouting(byRouteOf(way, leaving.packet), [leaving]);
      },
    }),
  );
}

type Onward = (state: PacketState) => readonly PacketState[];

/** Where it is not known where the address leads, it goes both ways, and if `unknown` perhaps nowhere. */
function route(
  way: PacketPath,
  state: PacketState,
  onward: { readonly here: Onward; readonly elsewhere: Onward },
): readonly PacketState[] {
  const place = routeOf(way, state.packet);
  if (place === 'here' || place === 'elsewhere') return onward[place](changed(state, { deliveredTo: place }));
  if (place === 'unknown') drop(way.run, state.peers);
  return (['here', 'elsewhere'] as const).flatMap((either) =>
    onward[either](changed(state, { deliveredTo: either })),
  );
}

function postrouting(way: PacketPath, states: readonly PacketState[]): readonly PacketState[] {
  return leaveByBridge(way.run, way.firewall, next(way, 'egress', next(way, 'postrouting', states)));
}

/** Out of the machine and in again: both halves of the rules see the packet, NAT only the first. */
function reenterByLoopback(inside: PacketPath, states: readonly PacketState[]): readonly PacketState[] {
  const again = postrouting(inside, states).map(({ packet, peers }) => ({
    packet: { ...fromAskedAddress(inside, packet), isKnownToConntrack: true },
    peers,
  }));
  return next(inside, 'input', next(inside, 'prerouting', next(inside, 'ingress', again)));
}

/** Once out, a translated answer comes from the address and port that were asked. */
function fromAskedAddress({ asked }: PacketPath, packet: Packet): Packet {
  if (packet.direction === 'request' || !packet.isDestinationTranslated) return packet;
  const type = asked.hook === 'loopback' ? ADDRESS_TYPE.local : ADDRESS_TYPE.unicast;
  const shown = withNumber(withNumber(packet, 'source-port', asked.port), 'source-type', type);
  return { ...shown, addresses: { ...shown.addresses, source: asked.destination } };
}

function byLoopback({ asked, ...way }: PacketPath): PacketPath {
  return { ...way, asked: { ...asked, inInterface: 'lo', outInterface: 'lo', routeBack: null } };
}

/** A packet that NAT sent to another address may leave by another interface than was asked about. */
function byRouteOf(way: PacketPath, { dnat }: Packet): PacketPath {
  if (dnat === 'no') return way;
  return { ...way, asked: { ...way.asked, outInterface: null } };
}

/** Whether a packet is for this machine, after what destination NAT made of it. */
function routeOf(
  way: PacketPath,
  { dnat, addresses, family }: Packet,
): 'here' | 'elsewhere' | 'either' | 'unknown' {
  const { run, firewall, asked } = way;
  if (dnat === 'no') return asked.hook === 'input' || asked.hook === 'loopback' ? 'here' : 'elsewhere';
  if (dnat === 'to-this-machine') return 'here';
  const { destination } = addresses;
  if (destination === null || destination === 'peers') return 'unknown';
  if (overlaps(destination, LOOPBACK[family])) {
    // From the network such a packet is dropped, unless the machine is told to route it.
    return isClientHere(way) && isWithin(destination, LOOPBACK[family]) ? 'here' : 'unknown';
  }
  if (mayLeadNowhere(destination, family)) return 'unknown';
  switch (ownerOf(firewall, asked, destination, run.notes)) {
    case 'self':
      return 'here';
    case 'other':
      return 'elsewhere';
    case 'either':
      return 'unknown';
    case 'unknown':
      return 'either';
  }
}

/** Where DNAT led away, the rules may say by which interface. */
function egressInterfaceOf(
  { run, firewall }: PacketPath,
  { dnat, addresses, family }: Packet,
): string | null {
  const { destination } = addresses;
  if (dnat !== 'to-address' || destination === null || destination === 'peers') return null;
  const name = inferEgressInterface(firewall, family, destination);
  if (name !== null) {
    const to = textOf(destination, family);
    run.notes.assumptions.add(
      `packets to ${to} leave by ${name}, the interface that the rules accept them on`,
    );
  }
  return name;
}

function first(
  way: PacketPath,
  hook: 'prerouting' | 'output',
  packet: Packet,
  peers: IntervalSet,
): readonly PacketState[] {
  spend(way.run, STEPS_A_HOOK);
  const { run, firewall, asked } = way;
  // What a gateway passes on may not even come up to it, where a bridge does that.
  const frames = asked.hook === 'forward' ? (['input', 'forward'] as const) : (['input'] as const);
  const shown = viewAtHook(way, hook, packet);
  return joinAlike(run, firewall, asked, runFirstHook(run, firewall, hook, shown, peers, frames));
}

/** A hook takes about as long as so many rules, even one without a rule. */
const STEPS_A_HOOK = 4;

function next(way: PacketPath, hook: Hook, states: readonly PacketState[]): readonly PacketState[] {
  // With its budget the evaluation has lost its answer; the states that NAT makes may be thousands.
  if (states.length === 0 || way.run.budget <= 0) return [];
  spend(way.run, STEPS_A_HOOK * states.length);
  const { run, firewall, asked } = way;
  const shown = states.map(({ packet, peers }) => ({ packet: viewAtHook(way, hook, packet), peers }));
  return joinAlike(run, firewall, asked, runHook(run, firewall, hook, shown));
}

/** What the hook shows of the interfaces and of the kind of destination. */
function viewAtHook({ asked }: PacketPath, hook: Hook, packet: Packet): Packet {
  const isRequest = packet.direction === 'request';
  const far = asked.outInterface ?? packet.egressInterface;
  const back = asked.routeBack === null ? asked.inInterface : interfaceBack(asked.routeBack, packet);
  const [came, leaves] = isRequest ? [asked.inInterface, far] : [far, back];
  const inInterface: InterfaceValue =
    hook === 'output' || hook === 'egress' ? '' : hook === 'postrouting' ? null : came;
  const outInterface: InterfaceValue =
    hook === 'prerouting' || hook === 'input' || hook === 'ingress' ? '' : leaves;
  // The route of an answer to a source that NAT hid on its way in is found before NAT turns its destination back.
  const isHidden = hook === 'output' && !isRequest && packet.isSourceTranslated && asked.inInterface !== 'lo';
  const isWayOutOpen = isHidden || (!isRequest && asked.routeBack !== null && back === null);
  const type = hook === 'input' ? ADDRESS_TYPE.local : hook === 'forward' ? ADDRESS_TYPE.unicast : null;
  const isTypeSame = packet.dnat === 'no' || !isRequest || packet.numbers['destination-type'] === type;
  const numbers = isTypeSame ? packet.numbers : { ...packet.numbers, 'destination-type': type };
  return { ...packet, numbers, inInterface, outInterface, isWayOutOpen };
}

function changed({ packet, peers }: PacketState, change: Partial<Packet>): PacketState {
  return { packet: { ...packet, ...change }, peers };
}
