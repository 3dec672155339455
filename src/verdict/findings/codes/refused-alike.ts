import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly host: string;
  readonly address: string | null;
}

export const refusedAlike: FindingKind<Args> = {
  severity: 'note',
  title: 'A firewall refuses every port of an address',
  meaning:
    'Ports that Viz World does not use are refused like the others: they are blocked, but nothing shows whether a host has the address.',
  message: ({ host, address }) =>
    `${address === null || address === host ? host : `${host} (${address})`}: a firewall refuses every port, those that Viz World does not use too: nothing shows whether a host has this address.`,
  advice: () => [
    'Check from a machine that must get in (for example --as client) that the address is right.',
  ],
};
