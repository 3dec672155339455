import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly host: string;
  readonly error: string;
}

export const noSuchHost: FindingKind<Args> = {
  severity: 'error',
  title: 'A host name has no address',
  meaning: 'The name does not resolve to an address that can be probed.',
  message: ({ host, error }) => `${host}: the name has no address to probe (${error}).`,
  advice: () => ['Check the spelling and the DNS, or give the address: --host 10.20.0.11'],
};
