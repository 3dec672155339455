import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const closedAtOnce: FindingKind<At> = {
  severity: 'warning',
  title: 'Connections are closed at once',
  meaning:
    'The connection was accepted and closed without sending data, as a proxy does whose server is down.',
  message: (args) =>
    `${place(args)}: not proven, the connection was accepted and closed at once without sending data.`,
  advice: () => [
    'A proxy or load balancer whose server is down does this, and so does a server that admits nobody. Run vwaudit check on the server itself to see what listens.',
  ],
};
