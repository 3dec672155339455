import type { FindingKind } from '../finding-kind.ts';
import { place, claim, type At } from '../at.ts';

/** What came back; the system gives one error for ICMP of several codes. */
const REFUSALS: Readonly<Record<string, string>> = {
  'host-unreach': 'ICMP says prohibited or host unreachable (the system does not tell which)',
  'net-unreach': 'ICMP says network prohibited or unreachable (the system does not tell which)',
  'admin-prohibited': 'ICMP says administratively prohibited',
  'port-unreach': 'ICMP says port unreachable, and no TCP reset came',
  'proto-unreach': 'ICMP says protocol unreachable',
};

type Args = At & { readonly reason: string; readonly hostAnswers: boolean };

export const filtered: FindingKind<Args> = {
  severity: 'error',
  title: 'A required port is filtered',
  meaning: 'A firewall on the way drops or refuses the connection. Open the port for those who need it.',
  message: (args) => {
    const why =
      args.reason === 'listen-log'
        ? 'vwaudit listen had the port open, but nothing arrived: a firewall on the path drops it'
        : args.reason !== 'no-response'
          ? `a firewall refuses it: ${REFUSALS[args.reason] ?? args.reason}`
          : args.hostAnswers
            ? 'no answer, but the host answers on other ports: a firewall drops it, or the queue of its listener is full'
            : 'no answer on any port: the host is down or a firewall drops everything';
    return `${place(args)}: ${why}.`;
  },
  advice: claim,
};
