import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly state: string; readonly reason: string };

export const blockedUnproven: FindingKind<Args> = {
  severity: 'note',
  title: 'Not proven to be blocked',
  meaning:
    'A port that must be blocked did not answer, but that does not prove a firewall. Run vwaudit listen on the host and check again.',
  message: (args) => {
    const why = {
      closed: 'nothing listens there or a firewall resets it',
      unreachable: `the host can't be reached (${args.reason}): a firewall, a router, or the host is down`,
      'open|filtered': 'UDP silence proves nothing',
    }[args.state];
    return `${place(args)}: expected blocked, not proven: ${why ?? 'no answer on any port of this address'}.`;
  },
  advice: () => ['Run vwaudit listen on that machine, then check again.'],
};
