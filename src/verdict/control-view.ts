import { formatAddress, type Address } from '../net/address.ts';

/** What the ports that Viz World does not use say of an address. */
export type ControlView =
  | {
      /** At least one of them is closed or silent: an answer of another port is its own. */
      readonly kind: 'silent-or-refused';
      readonly ports: readonly number[];
      /** Their UDP namesakes answer, which are asked only where a datagram was answered at all. */
      readonly answersUdp?: boolean;
    }
  | {
      /** All of them accept connections. */
      readonly kind: 'answering';
      readonly ports: readonly number[];
      /** Over HTTP as well. */
      readonly speaksHttp: boolean;
      readonly answersUdp?: boolean;
      /** With the greeting of `vwaudit listen`, which was reached instead of them. */
      readonly greets: boolean;
    }
  | {
      /** By the user's wish, or because this machine could not. */
      readonly kind: 'not-asked';
      readonly ports: readonly number[];
    };

/** One address of one host, as a key. */
export function addressKey({
  host,
  address,
}: {
  readonly host: { readonly key: string };
  readonly address: Address | null;
}): string {
  return `${host.key}@${address === null ? '' : formatAddress(address)}`;
}
