import { formatAddress, isLoopback } from '../net/address.ts';
import type { Checked } from './checked.ts';

/** Others need the port, and it is bound to loopback alone. */
export function isLoopbackOnly(one: Pick<Checked, 'local'>): boolean {
  return one.local?.isNeededByOthers === true && boundOnLoopback(one) !== '';
}

/** The loopback addresses the port is bound to, `''` where it is bound to anything else or to nothing. */
export function boundOnLoopback({ local }: Pick<Checked, 'local'>): string {
  const addresses = (local?.listeners ?? []).map(({ address }) => address);
  const loopback = addresses.flatMap((address) =>
    address !== null && isLoopback(address) ? formatAddress(address) : [],
  );
  return loopback.length === addresses.length ? [...new Set(loopback)].sort().join(', ') : '';
}
