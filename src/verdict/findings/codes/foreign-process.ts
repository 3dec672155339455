import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly process: string; readonly expected: string | null };

export const foreignProcess: FindingKind<Args> = {
  severity: 'warning',
  title: 'Another program has opened a port',
  meaning:
    'The port is open, but by another program than the other ports, so Viz World is not proven to be there.',
  message: (args) =>
    args.expected === null
      ? `${place(args)}: not proven, opened by ${args.process}, the others of that part by another program.`
      : `${place(args)}: not proven, opened by ${args.process}, the other ports by ${args.expected}.`,
  advice: () => [
    'If it is not part of Viz World, stop it or move it to another port, start Viz World and check again.',
  ],
};
