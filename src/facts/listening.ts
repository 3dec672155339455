import type { Address } from '../net/address.ts';
import { tryParseBinding } from '../sockets/binding.ts';
import { listenersFor } from '../sockets/listeners-for.ts';
import type { Listener } from '../sockets/socket-table.ts';

/** What `ss -H -l -n -t -u -p` prints, a socket a line; other lines are left out, and programs are not read. */
export function parseListeners(output: string): readonly Listener[] {
  return output.split('\n').flatMap((line): readonly Listener[] => {
    const [transport, , , , local = ''] = line.trim().split(/\s+/);
    if (transport !== 'tcp' && transport !== 'udp') return [];
    const colon = local.lastIndexOf(':');
    const [host, port] = [local.slice(0, colon), Number(local.slice(colon + 1))];
    // `*` is an IPv6 socket that takes IPv4 as well.
    if (host === '*') return [{ transport, port, family: 6, address: null, servesBoth: true, ...NO_PROGRAM }];
    const binding = tryParseBinding(host);
    return binding === undefined ? [] : [{ transport, port, ...binding, servesBoth: false, ...NO_PROGRAM }];
  });
}

const NO_PROGRAM = { pid: null, process: null };

/** Whether something takes what is sent to this port of the address. */
export function isListening(
  listeners: readonly Listener[],
  { transport, port }: Pick<Listener, 'transport' | 'port'>,
  address: Address,
): boolean {
  return listenersFor({ listeners }, { transport, port, address }).covering.length > 0;
}
