import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly answers: number };

export const udpRolesReversed: FindingKind<Args> = {
  severity: 'warning',
  title: 'UDP ports follow the table of the guide',
  meaning: 'The UDP ports of allocator and server are those of the table of the guide, not of its example.',
  message: (args) =>
    `${place(args)}: closed, but UDP ${args.answers} answers: the UDP roles are those of the guide's table.`,
  advice: () => ['If the HTTP ports fit too, use --reading table.'],
};
