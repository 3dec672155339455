import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & {
  readonly state: string;
  readonly reason: string;
  /** `vwaudit listen` answers on that host. */
  readonly listens: boolean;
};

/** Silence is what a firewall that drops leaves; only the other end knows that nothing came. */
const LOG =
  'The log of vwaudit listen proves that nothing arrived: vwaudit merge report.json --listen-log listen.jsonl';

export const blockedUnproven: FindingKind<Args> = {
  severity: 'note',
  title: 'Not proven to be blocked',
  meaning:
    'A port that must be blocked did not answer, but that does not prove a firewall. Run vwaudit listen on the host and check again.',
  message: (args) => {
    const why = {
      closed: 'nothing listens there or a firewall resets it',
      unreachable:
        args.reason === 'no-such-host'
          ? 'the name has no address'
          : `the host can't be reached (${args.reason}): a firewall, a router, or the host is down`,
      'open|filtered': 'UDP silence proves nothing',
    }[args.state];
    return `${place(args)}: expected blocked, not proven: ${why ?? 'no answer on any port of this address'}.`;
  },
  advice: ({ reason, listens }) => {
    if (reason === 'no-such-host')
      return ['Check the spelling and the DNS, or give the address: --host 10.20.0.11'];
    const first = listens
      ? 'vwaudit listen runs there already: check again with --json > report.json.'
      : 'Run vwaudit listen --out listen.jsonl on that machine, and check again with --json > report.json.';
    return [`${first} ${LOG}`];
  },
};
