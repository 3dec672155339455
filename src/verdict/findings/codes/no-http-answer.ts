import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const noHttpAnswer: FindingKind<At> = {
  severity: 'warning',
  title: 'An HTTP port gives no answer',
  meaning:
    'The port accepts connections, but no whole answer to an HTTP request came back: the server is slow or loses connections, or another program has the port.',
  message: (args) =>
    `${place(args)}: not proven, accepts connections but gave no whole answer to an HTTP request, though it was asked again.`,
  advice: () => [
    'Check again when the server is less busy, with --timeout 10000. On the server itself vwaudit check also shows which program has the port.',
  ],
};
