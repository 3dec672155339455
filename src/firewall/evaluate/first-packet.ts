import { ADDRESS_TYPE, CT_STATE, CT_STATUS, PROTOCOL, type NumberField } from '../match.ts';
import type { Case } from './case.ts';
import { numberValue, type NumberValue, type Packet } from './packet.ts';

const SYN = 2;
const SYN_ACK = 18;
const ACK = 16;

/** Status bits a new connection surely has or lacks; the confirmed bit comes somewhere on the way. */
const KNOWN_OF_NEW =
  CT_STATUS.expected |
  CT_STATUS['seen-reply'] |
  CT_STATUS.assured |
  CT_STATUS.snat |
  CT_STATUS.dnat |
  CT_STATUS.dying;

/** What the client sends, as it meets the first hook: the packet that opens the connection, or one of an established one. */
export function requestPacket(asked: Case): Packet {
  const packet = plainRequest(asked);
  return asked.opened === null ? packet : ofConnection(packet, asked.opened);
}

/** What conntrack knows of the connection since its first packet arrived and was answered. */
function ofConnection({ numbers, addresses, ...packet }: Packet, opened: Packet): Packet {
  return {
    ...packet,
    numbers: {
      ...numbers,
      'ct-status': answered(opened.numbers['ct-status']),
      'ct-direction': opened.numbers['ct-direction'],
      'ct-original-source-port': opened.numbers['ct-original-source-port'],
      'ct-original-destination-port': opened.numbers['ct-original-destination-port'],
      'ct-reply-source-port': opened.numbers['ct-reply-source-port'],
      'ct-reply-destination-port': opened.numbers['ct-reply-destination-port'],
      'ct-mark': opened.numbers['ct-mark'],
    },
    addresses: {
      ...opened.addresses,
      source: addresses.source,
      destination: addresses.destination,
    },
    opened,
  };
}

/** The status once an answer was seen; how sure conntrack is of the connection then is not known. */
function answered(status: NumberValue): NumberValue {
  if (typeof status !== 'object' || status?.kind !== 'bits') return null;
  const { kind, value, known } = status;
  return { kind, value: value | CT_STATUS['seen-reply'], known: known & ~CT_STATUS.assured };
}

function plainRequest(asked: Case): Packet {
  const isNew = asked.state === 'new';
  const isLocal = asked.hook === 'input' || asked.hook === 'loopback';
  const sourcePort = numberValue(asked.sourcePorts);
  const numbers: Record<NumberField, NumberValue> = {
    family: asked.family,
    protocol: PROTOCOL[asked.transport],
    'source-port': sourcePort,
    'destination-port': asked.port,
    'tcp-flags': asked.transport === 'tcp' ? (isNew ? SYN : ACK) : null,
    'ct-state': isNew ? CT_STATE.new : CT_STATE.established,
    'ct-status': isNew ? { kind: 'bits', value: 0, known: KNOWN_OF_NEW } : null,
    'ct-direction': isNew ? 0 : null,
    'ct-protocol': PROTOCOL[asked.transport],
    'ct-original-source-port': isNew ? sourcePort : null,
    'ct-original-destination-port': isNew ? asked.port : null,
    'ct-reply-source-port': isNew ? asked.port : null,
    'ct-reply-destination-port': isNew ? sourcePort : null,
    mark: 0,
    'ct-mark': isNew ? 0 : null,
    'source-type':
      asked.hook === 'loopback' || asked.hook === 'output' ? ADDRESS_TYPE.local : ADDRESS_TYPE.unicast,
    'destination-type': isLocal ? ADDRESS_TYPE.local : ADDRESS_TYPE.unicast,
    'packet-type': 0,
  };
  return {
    family: asked.family,
    numbers,
    addresses: {
      source: 'peers',
      destination: asked.destination,
      'ct-original-source': isNew ? 'peers' : null,
      'ct-original-destination': isNew ? asked.destination : null,
      'ct-reply-source': isNew ? asked.destination : null,
      'ct-reply-destination': isNew ? 'peers' : null,
    },
    inInterface: '',
    outInterface: '',
    direction: 'request',
    isKnownToConntrack: false,
    isUntracked: false,
    place: 'on-its-way',
    wayOut: null,
    moved: 'no',
    isDestinationTranslated: false,
    isSourceTranslated: false,
    opened: null,
  };
}

/** What the server sends upon a request that arrived as `request`: the same connection the other way round. */
export function replyPacket(asked: Case, request: Packet): Packet {
  const { numbers, addresses } = request;
  const untracked = asked.transport === 'tcp' ? CT_STATE.invalid : CT_STATE.new;
  return {
    ...request,
    numbers: {
      ...numbers,
      'source-port': numbers['destination-port'],
      'destination-port': numberValue(asked.sourcePorts),
      'tcp-flags': asked.transport === 'tcp' ? (asked.state === 'new' ? SYN_ACK : ACK) : null,
      'ct-state': request.isUntracked ? untracked : CT_STATE.established,
      'ct-status': request.isUntracked ? null : answered(numbers['ct-status']),
      'ct-direction': request.isUntracked ? null : 1,
      'ct-protocol': request.isUntracked ? null : PROTOCOL[asked.transport],
      mark: 0,
      'ct-mark': request.isUntracked ? null : numbers['ct-mark'],
      'source-type': request.place === 'here' ? ADDRESS_TYPE.local : ADDRESS_TYPE.unicast,
      'destination-type':
        asked.hook === 'output' || asked.hook === 'loopback' ? ADDRESS_TYPE.local : ADDRESS_TYPE.unicast,
    },
    addresses: { ...addresses, source: addresses.destination, destination: 'peers' },
    direction: 'reply',
    place: 'on-its-way',
    isKnownToConntrack: false,
    isUntracked: false,
  };
}
