import { parseAddress, type Address, type Family } from '../../../src/net/address.ts';
import { toBound } from '../../../src/net/address-set.ts';
import { holds, type Bound } from '../../../src/net/interval-set.ts';
import { parsePrefix, prefixOf } from '../../../src/net/prefix.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import type { Firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion, type FlowQuestion } from '../../../src/firewall/model/question.ts';
import type { Fate, Round } from './oracle.ts';
import { INTERFACES, OWN } from './places.ts';

export interface Comparison {
  readonly pairs: number;
  /** Packets of which the question about just them was left undecided. */
  readonly undecided: number;
  readonly disagreements: readonly Disagreement[];
}

export interface Disagreement {
  /** The packet, but for the number of its source port: the same the next time. */
  readonly packet: string;
  readonly text: string;
  /** It came through where we say it does not: nothing that a busy machine does by itself. */
  readonly isExposed: boolean;
}

/**
 * Holds what the kernel did with every packet against what the evaluator says: of the packet itself, and of questions that
 * leave more open, whose decided answers must hold for all packets in them.
 */
export function compare(machine: Firewall, round: Round, fates: readonly Fate[]): Comparison {
  const disagreements: Disagreement[] = [];
  const isTranslating = machine.tables.some(({ chains }) =>
    [...chains.values()].some(({ base }) => base?.type === 'nat'),
  );
  let undecided = 0;
  const ask = (question: FlowQuestion, how: string, meant: readonly Fate[]): void => {
    const proof = evaluate(machine, question);
    const isFree = question.sender === 'anybody';
    const isExact = how === EXACT;
    // Whoever asks about any destination means the one NAT leads to, too.
    const isAmiss = (fate: Fate): boolean => question.destination !== null && isLedAway(round, fate);
    if (proof.assumptions.some((text) => isNotSo(text, question))) return;
    for (const fate of meant) {
      const source = toBound(parseAddress(fate.source, 'source'));
      const isAllowed = holds(proof.allowed[round.family], source);
      const isBlocked = holds(proof.blocked[round.family], source);
      // Of who may choose, one packet proves only that it gets in.
      const isWrong = isFree
        ? isBlocked && fate.arrived && !mayBeLedAway(round, fate, isTranslating)
        : isAllowed
          ? (isAmiss(fate) || !isThrough(fate, isTranslating)) && (isExact || !fate.isLowPort)
          : isBlocked && fate.arrived && !mayBeLedAway(round, fate, isTranslating);
      if (isWrong) disagreements.push(disagreement(round, fate, isAllowed, how));
      if (
        isExact &&
        !isFree &&
        !isAllowed &&
        !isBlocked &&
        fate.arrived === fate.answered &&
        !isStuck(question, source)
      )
        undecided += 1;
    }
  };
  /** Connected, but nothing more gets through: left undecided on purpose, as a datagram is whose answer is lost. */
  const isStuck = (question: FlowQuestion, source: Bound): boolean =>
    round.transport === 'tcp' &&
    holds(evaluate(machine, { ...question, state: 'established' }).blocked[round.family], source);
  const askOf = (question: FlowQuestion, how: string, meant: readonly Fate[]): void => {
    // Who must get in sends plain packets, with ECN or without.
    if (round.opening !== 'odd') ask(question, how, meant);
    ask({ ...question, sender: 'anybody' }, how, meant);
  };
  for (const meant of groups(fates, ({ port, sourcePort }) => `${port} ${sourcePort}`)) {
    askOf(exactQuestion(round, meant[0]!), EXACT, meant);
  }
  groups(fates, ({ port }) => `${port}`).forEach((meant, index) => {
    const open = openQuestions(round, meant[0]!.port);
    const [how, question] = open[index % open.length]!;
    askOf(question, how, meant);
  });
  return { pairs: fates.length, undecided, disagreements };
}

/** There and back, and without NAT to the very listener, from the very source. */
function isThrough({ arrived, answered, isUnchanged }: Fate, isTranslating: boolean): boolean {
  return arrived && answered && (isUnchanged || isTranslating);
}

/** A gateway or the client itself led it away from the server it was sent to. What a server leads on, it serves. */
function isLedAway({ lane }: Round, { isElsewhere }: Fate): boolean {
  return isElsewhere && (lane.hook === 'forward' || lane.hook === 'output');
}

/** Over TCP only what is said tells where it arrived: a handshake alone may be one with whoever NAT led it to. */
function mayBeLedAway(round: Round, fate: Fate, isTranslating: boolean): boolean {
  const isSilent = round.transport === 'tcp' && isTranslating && !fate.answered;
  return isLedAway(round, { ...fate, isElsewhere: fate.isElsewhere || isSilent });
}

const EXACT = 'this packet';

/** What an answer took for granted of the machine's addresses and routes may be otherwise here. */
function isNotSo(assumption: string, { selfAddresses }: FlowQuestion): boolean {
  if (assumption.includes(" is another machine's address")) return selfAddresses.length === 0;
  return /^packets to .* leave by /.test(assumption);
}

function exactQuestion(round: Round, { port, sourcePort }: Fate): FlowQuestion {
  return flowQuestion({
    ...known(round),
    port,
    sources: round.sources.map((text) => prefixOf(parseAddress(text, 'source'))),
    sourcePorts: [sourcePort, sourcePort + 1],
    interface: round.lane.interface,
    outInterface: round.lane.hook === 'forward' ? INTERFACES.far : null,
    selfAddresses: own(round.family),
    isEverySelfKnown: true,
  });
}

/** What a person may leave open, each alone and together: a port is asked about in one of these ways. */
function openQuestions(round: Round, port: number): readonly (readonly [string, FlowQuestion])[] {
  const exactly = round.sources.map((text) => prefixOf(parseAddress(text, 'source')));
  // A machine's own addresses are asked about one by one: a prefix speaks of the network.
  const sources =
    round.lane.sender === 'gateway'
      ? exactly
      : [parsePrefix(round.family === 4 ? '0.0.0.0/0' : '::/0', 'source')];
  const base = { ...known(round), port, selfAddresses: own(round.family), isEverySelfKnown: true };
  const named = round.lane.interface;
  const open: (readonly [string, FlowQuestion])[] = [
    ['any source port', flowQuestion({ ...base, sources: exactly, interface: named })],
    ['any source, source port and interface', flowQuestion({ ...base, sources })],
    ['any destination', flowQuestion({ ...base, sources, destination: null })],
  ];
  // What a machine sends to itself is known by its own addresses.
  if (round.lane.name === 'loopback') return open;
  return [
    ...open,
    [
      'own addresses not known',
      flowQuestion({ ...base, sources, interface: named, selfAddresses: [], isEverySelfKnown: false }),
    ],
  ];
}

function known({ lane, transport, destination }: Round): Pick<
  FlowQuestion,
  'hook' | 'transport' | 'neighbours' | 'isForwarding'
> & {
  readonly destination: Address;
} {
  // The oracle configures every neighbour: what finds them is held against the kernel in neighbours.test.ts.
  return {
    hook: lane.hook,
    transport,
    neighbours: 'known',
    isForwarding: true,
    destination: parseAddress(destination, 'destination'),
  };
}

function own(family: Family): readonly Address[] {
  return OWN[family].map((text) => parseAddress(text, 'own address'));
}

function disagreement(round: Round, fate: Fate, isAllowed: boolean, how: string): Disagreement {
  const { lane, transport, destination } = round;
  const { source, sourcePort, port, arrived, answered } = fate;
  const way =
    fate.isUnchanged || (transport === 'tcp' && !answered)
      ? ''
      : fate.isElsewhere
        ? ', to another address'
        : ', translated';
  const lost = answered ? '' : transport === 'tcp' ? ', but nothing can be said' : ', but not its answer';
  const did = arrived ? `let it through${way}${lost}` : 'stopped it';
  return {
    packet: `${round.opening} ${lane.name} ${source} ${fate.isLowPort ? 'low' : 'high'} ${port} ${how}`,
    text:
      `${lane.name}: ${round.opening} ${transport} ${source} port ${sourcePort} > ${destination} port ${port}: the kernel ${did}, ` +
      `we say ${isAllowed ? 'allowed' : 'blocked'} (asked about ${how})`,
    isExposed: !isAllowed,
  };
}

function groups(fates: readonly Fate[], keyOf: (fate: Fate) => string): readonly (readonly Fate[])[] {
  const byKey = new Map<string, Fate[]>();
  for (const fate of fates) {
    const key = keyOf(fate);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [fate]);
    else group.push(fate);
  }
  return [...byKey.values()];
}
