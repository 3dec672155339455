import { bindingOf, type Binding } from './binding.ts';
import type { Family } from '../net/address.ts';
import type { Transport } from '../net/port-range.ts';

/** A listener as the kernel's table has it: no process, but the inode by which one can be found. */
export interface ProcSocket extends Binding {
  readonly transport: Transport;
  readonly port: number;
  /** `0` for a socket no descriptor refers to. */
  readonly inode: string;
}

/**
 * Listeners in the text of `/proc/net/{tcp,tcp6,udp,udp6}` (proc_pid_net(5); columns from `get_tcp4_sock` in Linux's
 * net/ipv4/tcp_ipv4.c): `sl local:port remote:port state …`, addresses as 32-bit words in the host's byte order, ports as
 * plain hexadecimal. A listener is TCP in state LISTEN (0A), or UDP in state CLOSE (07): not connected to one peer.
 * `unreadable` counts lines that are not of this form.
 */
export function parseProcNet(
  text: string,
  transport: Transport,
  family: Family,
): { readonly sockets: readonly ProcSocket[]; readonly unreadable: number } {
  const sockets: ProcSocket[] = [];
  let unreadable = 0;
  for (const line of text.split('\n').slice(1)) {
    if (line === '') continue;
    const [, address, port, state, inode] = ROW[family].exec(line) ?? [];
    if (address === undefined || port === undefined || inode === undefined) unreadable += 1;
    else if (state === LISTENING[transport])
      sockets.push({
        ...bindingOf(family, readWords(address)),
        transport,
        port: Number.parseInt(port, 16),
        inode,
      });
  }
  return { sockets, unreadable };
}

const LISTENING = { tcp: '0A', udp: '07' } as const satisfies Record<Transport, string>;

const ROW = { 4: rowOf(8), 6: rowOf(32) } as const satisfies Record<Family, RegExp>;

function rowOf(digits: number): RegExp {
  const address = `[0-9A-F]{${digits}}`;
  return new RegExp(
    `^ *\\d+: (${address}):([0-9A-F]{4}) ${address}:[0-9A-F]{4} ([0-9A-F]{2}) \\S+ \\S+ \\S+ +\\d+ +\\d+ (\\d+) `,
  );
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function readWords(hex: string): bigint {
  const words = hex.match(/.{8}/g) ?? [];
  return BigInt(`0x${(IS_LITTLE_ENDIAN ? words.map(reverseBytes) : words).join('')}`);
}

function reverseBytes(word: string): string {
  return (word.match(/../g) ?? []).reverse().join('');
}
