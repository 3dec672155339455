import { formatAddress } from '../../net/address.ts';
import { isLoopback } from '../../net/special-addresses.ts';
import type { Listener } from '../../sockets/socket-table.ts';
import type { Checked } from './checked.ts';

/** Others need the port, and it is bound to loopback alone. */
export function isLoopbackOnly(one: Pick<Checked, 'flow' | 'local'>): boolean {
  return one.local?.isNeededByOthers === true && boundOnLoopback(one) !== '';
}

/** The loopback addresses the port is bound to in the family asked, `''` where it is bound to anything else or to nothing. */
export function boundOnLoopback({ flow, local }: Pick<Checked, 'flow' | 'local'>): string {
  const family = flow.address?.family ?? null;
  const mayServe = (one: Listener): boolean =>
    family === null || one.family === family || (one.family === 6 && one.servesBoth !== false);
  const serving = (local?.listeners ?? []).filter(mayServe);
  const loopback = serving.flatMap(({ address, device }) => {
    if (address !== null && isLoopback(address)) return [formatAddress(address)];
    return device === 'lo' ? ['the interface lo'] : [];
  });
  return loopback.length === serving.length ? [...new Set(loopback)].sort().join(', ') : '';
}
