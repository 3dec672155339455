import { compareAddresses, type Address } from '../net/address.ts';
import { LOOPBACK_ADDRESS } from '../net/special-addresses.ts';
import { listenersFor, type SocketTarget } from './listeners-for.ts';
import type { SocketTable } from './socket-table.ts';

/** The other addresses of this machine at which the table shows a listener on the target's port, sorted; a wildcard counts as its loopback. */
export function otherAddresses(table: SocketTable, target: SocketTarget): readonly Address[] {
  const { elsewhere, uncertain } = listenersFor(table, target);
  const bound = [...elsewhere, ...uncertain].map(
    ({ address, family }) => address ?? LOOPBACK_ADDRESS[family],
  );
  const unique = new Map(bound.map((address) => [`${address.family} ${address.value}`, address]));
  return [...unique.values()].sort(compareAddresses);
}
