import { tryParseAddress, type Address, type Family } from '../net/address.ts';
import type { Transport } from '../net/port-range.ts';

/** A socket that takes connections or datagrams. */
export interface ListeningSocket {
  readonly transport: Transport;
  readonly port: number;
  /** Null for every address of `families`. */
  readonly address: Address | null;
  readonly families: readonly Family[];
}

/** What `ss -H -l -n -t -u -p` prints, a socket a line; other lines are left out. */
export function parseListeners(output: string): readonly ListeningSocket[] {
  return output.split('\n').flatMap((line): readonly ListeningSocket[] => {
    const [transport, , , , local = ''] = line.trim().split(/\s+/);
    if (transport !== 'tcp' && transport !== 'udp') return [];
    const colon = local.lastIndexOf(':');
    const port = Number(local.slice(colon + 1));
    const host = local
      .slice(0, colon)
      .replace(/^\[|\]$/g, '')
      .replace(/%.*$/, '');
    const any = ANY[host];
    if (any !== undefined) return [{ transport, port, address: null, families: any }];
    const address = tryParseAddress(host.replace(/^::ffff:(?=\d+\.)/, ''));
    return address === undefined ? [] : [{ transport, port, address, families: [address.family] }];
  });
}

/** `*` is an IPv6 socket that takes IPv4 as well. */
const ANY: Readonly<Record<string, readonly Family[]>> = { '0.0.0.0': [4], '::': [6], '*': [4, 6] };

/** Whether something takes what is sent to this port of the address. */
export function isListening(
  sockets: readonly ListeningSocket[],
  { transport, port }: Pick<ListeningSocket, 'transport' | 'port'>,
  { family, value }: Address,
): boolean {
  return sockets.some(
    (socket) =>
      socket.transport === transport &&
      socket.port === port &&
      (socket.address === null
        ? socket.families.includes(family)
        : socket.address.family === family && socket.address.value === value),
  );
}
