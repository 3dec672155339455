import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly host: string;
  readonly address: string | null;
  readonly as: string;
}

export const ownMachine: FindingKind<Args> = {
  severity: 'note',
  title: 'The host is the machine that checks',
  meaning:
    'Packets to an own address use loopback, so nothing is proven for machines that connect from elsewhere.',
  message: ({ host, address, as }) =>
    `${address === null || address === host ? host : `${host} (${address})`} is this machine: packets to it use loopback and bypass the firewall that others meet. Nothing is proven for ${as}.`,
  advice: ({ as }) => [`Check from another machine that has the role: --as ${as} there.`],
};
