import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const handshakeOnly: FindingKind<At> = {
  severity: 'warning',
  title: 'The handshake alone was completed',
  meaning:
    'The connection was reset or nothing was acknowledged after the handshake, as with SYNPROXY or a proxy.',
  message: (args) =>
    `${place(args)}: not proven, the handshake was completed, but then the connection was reset or nothing was acknowledged.`,
  advice: () => [
    'SYNPROXY or a proxy completes handshakes before it contacts the host. Run vwaudit check on the server itself to see whether anything listens.',
  ],
};
