import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly machine: string };

export const nothingListens: FindingKind<Args> = {
  severity: 'warning',
  title: 'Nothing listens on a port that must be reachable',
  meaning:
    'When the facts of the machine were collected, no program took connections or datagrams there: whoever the firewall lets in is refused.',
  message: (args) =>
    `${place(args)}: nothing listened there when the facts of ${args.machine} were collected.`,
  advice: () => ['Start that server instance (or the allocator), and collect again.'],
};
