import { formatAddress, type Address } from '../../net/address.ts';
import type { PortRange, Transport } from '../../net/port-range.ts';
import type { NearRange } from '../../ports/control-ports.ts';

/** What the ports that Viz World does not use say of an address. */
export type ControlView = (
  | {
      /** At least one of them is closed or silent: an answer of another port is its own. */
      readonly kind: 'silent-or-refused';
      readonly ports: readonly number[];
      /** Their UDP namesakes answer, which are asked only where a datagram was answered at all. */
      readonly answersUdp?: boolean;
    }
  | ({
      /** All of them accept connections. */
      readonly kind: 'answering';
      readonly answersUdp?: boolean;
    } & Alike)
  | {
      /** By the user's wish, or because this machine could not. */
      readonly kind: 'not-asked';
      readonly ports: readonly number[];
    }
) & {
  /** What unused ports among those of Viz World say, a hundred at a time; absent where none was asked. */
  readonly near?: readonly NearView[];
};

/** Unused ports that answer as the others do. */
export interface Alike {
  readonly ports: readonly number[];
  /** Over HTTP as well. */
  readonly speaksHttp: boolean;
  /** With the greeting of `vwaudit listen`, which was reached instead of them. */
  readonly greets: boolean;
}

/** The unused ports of a range that holds ports of the scheme. */
export interface NearView extends PortRange, Alike {
  readonly kind: NearRange['kind'];
  readonly transport: Transport;
  /** All of them. */
  readonly answers: boolean;
}

/**
 * The unused ports that answer as this one would, if any. A port outside every hundred (102, 103) is as doubtful as any of them:
 * what answers for unused ports of a hundred need not leave it out.
 */
export function alikeAt(
  view: ControlView | undefined,
  { transport, port }: { readonly transport: Transport; readonly port: number },
): Alike | null {
  if (view === undefined || view.kind === 'not-asked') return null;
  if (transport === 'udp' && view.answersUdp === true)
    return { ports: view.ports, speaksHttp: false, greets: false };
  if (transport === 'tcp' && view.kind === 'answering') return view;
  const near = (view.near ?? []).filter((one) => one.transport === transport);
  const covers = ({ first, last }: PortRange): boolean => port >= first && port <= last;
  const isOfHundred = near.some((one) => one.kind === 'hundred' && covers(one));
  return near.find((one) => one.answers && (!isOfHundred || covers(one))) ?? null;
}

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
