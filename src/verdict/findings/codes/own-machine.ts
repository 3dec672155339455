import type { Role } from '../../../deployment/role.ts';
import { listed } from '../at.ts';
import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly host: string;
  readonly address: string | null;
  readonly as: string;
  /** Who has to get in from other machines, where every role was claimed at once. */
  readonly roles: readonly Role[];
}

export const ownMachine: FindingKind<Args> = {
  severity: 'note',
  title: 'The host is the machine that checks',
  meaning:
    'Packets to an own address use loopback, so nothing is proven for machines that connect from elsewhere.',
  message: ({ host, address, as, roles }) =>
    `${address === null || address === host ? host : `${host} (${address})`} is this machine: packets to it use loopback and bypass the firewall that others meet. Nothing is proven for ${as === 'all' ? listed(roles) : as}.`,
  advice: ({ as, roles }) => [
    `Check from another machine that has the role: --as ${as === 'all' ? (roles[0] ?? 'client') : as} there.`,
    ...(as === 'all' ? ['To see whether everything is up on this machine, check without --host.'] : []),
  ],
};
