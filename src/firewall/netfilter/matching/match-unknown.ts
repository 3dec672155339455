import { dimensionOf, OWNERS, type Dimension } from '../../model/dimension.ts';
import { PROTOCOL, type UnknownMatch } from '../../model/match.ts';
import { testKey, type Packet, type Phase, type Settled } from '../packet.ts';
import { FALSE, TRUE, UNKNOWN, type Bounds } from './must-may.ts';
import { MAX_NOTES, type Notes } from './notes.ts';

/** As it was settled for this case; else it is noted, so that the question can be cut. */
export function matchUnknown(match: UnknownMatch, packet: Packet, notes: Notes): Bounds {
  const { settled, listed } = packet;
  const dimension = packet.phase === null ? null : dimensionOf(match.reason);
  if (dimension === null || packet.phase === null) return UNKNOWN;
  const phase = phaseOf(match, dimension, packet, packet.phase);
  const list = match.known?.list;
  const isListed = list !== undefined && listed.includes(list);
  const first = testKey(phase, `${textOfTest(match)}${isListed ? ' (listed)' : ''}`, OWNERS[dimension]);
  const key = keyOfRepeated(first, match, settled, notes);
  const holds = typeof key === 'string' ? settled.get(key) : key.holds;
  if (holds !== undefined) return holds ? TRUE : FALSE;
  if (typeof key !== 'string') return UNKNOWN;
  if (!notes.openTests.has(key)) {
    if (notes.openTests.size >= MAX_NOTES) return UNKNOWN;
    notes.openTests.set(key, { match, dimension, phase, place: notes.at, isListed });
  }
  notes.openHere.push(key);
  return UNKNOWN;
}

/** Tests with the same text of it come out alike: one that counts by what is its own alone is like no other. */
export function textOfTest(match: UnknownMatch): string {
  const { text, counter } = match;
  if (counter === undefined) return text;
  if (counter !== 'own') return `${text} @${counter.shared}`;
  return `${text} #${numberOf(match)}`;
}

function numberOf(match: UnknownMatch): number {
  let number = numbers.get(match);
  if (number === undefined) numbers.set(match, (number = count++));
  return number;
}

const numbers = new WeakMap<UnknownMatch, number>();
let count = 0;

/**
 * What tests share lasts for one of them and may be used up for the next: a packet that meets two may be within the limit at the first
 * alone. Above it at the first, it is so at the second.
 */
function keyOfRepeated(
  key: string,
  match: UnknownMatch,
  settled: Settled,
  { metFirst }: Notes,
): string | { readonly holds: boolean } {
  const { counter, reason, known } = match;
  const isUsedUp = reason.code === 'earlier-packets' && known?.ifPlain !== undefined && counter !== 'own';
  if (!isUsedUp) return key;
  const first = metFirst.get(key);
  if (first === undefined) metFirst.set(key, match);
  if (first === undefined || first === match) return key;
  const ifAbove = !known.ifPlain;
  return settled.get(key) === ifAbove ? { holds: ifAbove } : `${key} again #${numberOf(match)}`;
}

/**
 * A connection is short beside the timeout of an element: who was listed at its first packet is so until its last. Nor does the time
 * of day change before it is answered.
 */
function phaseOf({ reason }: UnknownMatch, dimension: Dimension, packet: Packet, phase: Phase): Phase {
  if (reason.code === 'expiring-elements' || dimension === 'clock') return 'first';
  return isDatagram(packet) ? phaseOfDatagram(phase, dimension) : phase;
}

/**
 * Every datagram of a side is like its first one, no more of them come than the limits let through that this one is within, and the
 * side is on no other list than those it was put on.
 */
function phaseOfDatagram(phase: Phase, dimension: Dimension): Phase {
  if (OWNERS[dimension] !== 'peer' && dimension !== 'rate' && dimension !== 'list') return phase;
  return phase === 'later' ? 'first' : phase === 'later-reply' ? 'reply' : phase;
}

function isDatagram({ numbers }: Packet): boolean {
  return numbers.protocol === PROTOCOL.udp;
}
