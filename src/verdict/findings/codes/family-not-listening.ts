import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly host: string;
  readonly family: 4 | 6;
  readonly address: string;
}

export const familyNotListening: FindingKind<Args> = {
  severity: 'error',
  title: 'One address family is closed',
  meaning:
    'Every port is closed over IPv4 or over IPv6, while the other family answers. Clients may try the closed one first.',
  message: ({ host, family, address }) =>
    `${host}: every port is closed over IPv${family} (${address}), while IPv${family === 4 ? 6 : 4} answers.`,
  advice: ({ host, family }) => [
    `Clients that resolve ${host} may try IPv${family} first: make the servers listen there, or remove that address from the DNS.`,
    `To check the other family only: -${family === 4 ? 6 : 4}`,
  ],
};
