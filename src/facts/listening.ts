import type { Address } from '../net/address.ts';
import { tryParseBinding } from '../sockets/binding.ts';
import { deviceOf } from '../sockets/socket-details.ts';
import { listenersFor } from '../sockets/listeners-for.ts';
import type { Listener } from '../sockets/socket-table.ts';

/** What `ss -H -l -n -t -u -p` prints, a socket a line; other lines are left out, and programs are not read. */
export function parseListeners(output: string): readonly Listener[] {
  return output.split('\n').flatMap((line): readonly Listener[] => {
    const [transport, , , , local = ''] = line.trim().split(/\s+/);
    if (transport !== 'tcp' && transport !== 'udp') return [];
    const colon = local.lastIndexOf(':');
    const [host, port] = [local.slice(0, colon), Number(local.slice(colon + 1))];
    const shared = { transport, port, device: deviceOf(local), pid: null, process: null } as const;
    // `*` is an IPv6 socket that takes IPv4 as well.
    if (/^\*(%|$)/.test(host)) return [{ ...shared, family: 6, address: null, servesBoth: true }];
    const binding = tryParseBinding(host);
    return binding === undefined ? [] : [{ ...shared, ...binding, servesBoth: false }];
  });
}

/** Whether something takes what other machines send to this port of the address. */
export function isListening(
  listeners: readonly Listener[],
  { transport, port }: Pick<Listener, 'transport' | 'port'>,
  address: Address,
): boolean {
  const { covering } = listenersFor({ listeners }, { transport, port, address });
  return covering.some(({ device }) => device !== 'lo');
}
