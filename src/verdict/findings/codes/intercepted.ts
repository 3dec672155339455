import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & {
  readonly controls: readonly number[];
  /** What shows it, where neither control ports nor the HTTP answer do. */
  readonly why?: 'reflected' | 'not-arrived' | 'other-port';
};

export const intercepted: FindingKind<Args> = {
  severity: 'warning',
  title: 'Something on the path answers for the host',
  meaning: 'Ports that Viz World does not use answer as well, so an answer proves nothing.',
  message: ({ controls, why, ...args }) =>
    `${place(args)}: not proven, something on the path answers for the host: ${interceptedBy(controls, why)}.`,
  advice: () => [
    'A transparent proxy, a VPN client, a load balancer or a REDIRECT rule: check from a machine without it, or on the server itself.',
  ],
};

function interceptedBy(controls: readonly number[], why: Args['why']): string {
  switch (why) {
    case 'reflected':
      return 'our own datagram came back; Viz World does not send it back';
    case 'not-arrived':
      return 'the listen log of that machine shows the port open the whole time, but nothing arrived';
    case 'other-port':
      return 'the vwaudit listen that answers holds another port';
    case undefined:
      return controls.length === 0
        ? 'the HTTP answer is that of a gateway or proxy (its status, or the server that it redirects to)'
        : `ports ${controls.join(' and ')}, which Viz World does not use, answer alike`;
  }
}
