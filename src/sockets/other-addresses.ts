import { compareAddresses, LOOPBACK, type Address } from '../net/address.ts';
import { listenersFor, type SocketTarget } from './listeners-for.ts';
import type { SocketTable } from './socket-table.ts';

/** The other addresses of this machine at which the table shows a listener on the target's port, sorted; a wildcard counts as its loopback. */
export function otherAddresses(table: SocketTable, target: SocketTarget): readonly Address[] {
  const { elsewhere, uncertain } = listenersFor(table, target);
  const bound = [...elsewhere, ...uncertain].map(({ address, family }) => address ?? LOOPBACK[family]);
  const unique = new Map(bound.map((address) => [`${address.family} ${address.value}`, address]));
  return [...unique.values()].sort(compareAddresses);
}
