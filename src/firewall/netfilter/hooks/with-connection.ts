import { PICKED_UP } from '../initial-packets.ts';
import { withNumber, withoutConnection, type Packet } from '../packet.ts';

/** The earliest chains set marks, and may rewrite the header; else all that conntrack knows comes from the packet as it was asked about. */
export function withConnection(seen: Packet, asked: Packet): Packet {
  const marked = withNumber(asked, 'mark', seen.numbers.mark);
  if (!isRewritten(seen, asked)) return marked;
  const { isSourceTranslated, isDestinationTranslated, dnat, addresses, numbers } = seen;
  const rewritten = {
    ...marked,
    numbers: {
      ...marked.numbers,
      'source-port': numbers['source-port'],
      'destination-port': numbers['destination-port'],
      'source-type': numbers['source-type'],
      'destination-type': numbers['destination-type'],
    },
    addresses: { ...marked.addresses, source: addresses.source, destination: addresses.destination },
    ...{ isSourceTranslated, isDestinationTranslated, dnat },
  };
  return withoutConnection(rewritten, PICKED_UP);
}

/** Conntrack knows a packet by what the chains before it made of its header. */
function isRewritten({ addresses, numbers }: Packet, asked: Packet): boolean {
  return (
    addresses.source !== asked.addresses.source ||
    addresses.destination !== asked.addresses.destination ||
    numbers['source-port'] !== asked.numbers['source-port'] ||
    numbers['destination-port'] !== asked.numbers['destination-port']
  );
}
