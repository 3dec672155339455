import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly reason: string; readonly errno: string | null };

export const probeError: FindingKind<Args> = {
  severity: 'note',
  title: 'A port could not be probed',
  meaning: 'The probe failed on this machine before it got anywhere. Nothing is known about the port.',
  message: (args) =>
    `${place(args)}: could not be probed: ${WHY[args.errno ?? ''] ?? `${args.reason}${args.errno === null ? '' : `, ${args.errno}`}`}.`,
  advice: ({ reason, errno, address }) => {
    if (reason === 'no-descriptor') return ['Lower --concurrency or raise the descriptor limit (ulimit -n).'];
    const isWithoutWay = NO_WAY.has(errno ?? '');
    const family = address?.includes(':') === true ? 6 : 4;
    return [
      'Check the firewall and the routes of this machine.',
      ...(isWithoutWay
        ? [
            `If this machine has no IPv${family}, check over IPv${family === 6 ? 4 : 6} only: -${family === 6 ? 4 : 6}`,
          ]
        : []),
    ];
  },
};

const WHY: Readonly<Record<string, string>> = {
  ENETUNREACH: 'no route from here',
  EHOSTUNREACH: 'a route on this machine says unreachable',
  EADDRNOTAVAIL: 'no source address for it on this machine',
  EAFNOSUPPORT: 'this machine has no such address family',
  ENETDOWN: "this machine's network is down",
  EPERM: 'a firewall rule on this machine forbids it',
  EACCES: 'a route or rule on this machine prohibits it',
  EINVAL: 'a route on this machine drops it (blackhole)',
};

/** Errors of a machine that has no address or route of that family. */
const NO_WAY: ReadonlySet<string> = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);
