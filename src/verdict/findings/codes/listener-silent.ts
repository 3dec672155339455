import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly process: string };

export const listenerSilent: FindingKind<Args> = {
  severity: 'error',
  title: 'A program of this machine listens and does not answer',
  meaning:
    'Nobody can connect: the program accepts no more connections, or a firewall on this machine drops them.',
  message: ({ process, ...args }) =>
    `${place(args)}: no answer, though ${process} listens there: it accepts no connections, or a firewall on this machine drops them.`,
  advice: () => [
    'Restart the program if its queue is full (on Linux, ss -ltn shows Recv-Q above Send-Q). Otherwise vwaudit audit names the rule that drops them.',
  ],
};
