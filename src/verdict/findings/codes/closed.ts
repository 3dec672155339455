import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly isLocal: boolean };

export const closed: FindingKind<Args> = {
  severity: 'error',
  title: 'A required port is closed',
  meaning:
    'The host refuses connections: nothing listens there, or a firewall resets them. Start the server instance or the allocator.',
  message: (args) =>
    `${place(args)}: refused, ${args.isLocal ? 'nothing listens there' : 'nothing listens there or a firewall resets it'}.`,
  advice: ({ isLocal }) => [
    'Is that server instance (or the allocator) running? Start it and check again.',
    ...(isLocal
      ? []
      : ['On that machine itself, vwaudit check also names the program that has each port open.']),
  ],
};
