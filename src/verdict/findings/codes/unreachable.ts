import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly reason: string };

export const unreachable: FindingKind<Args> = {
  severity: 'error',
  title: 'The host cannot be reached',
  meaning: 'There is no route to the host, or it is down. Nothing else about its ports is known.',
  message: (args) => `${place(args)}: the host can't be reached (${args.reason}).`,
  advice: () => ['Check that the machine is on, the address is right, and there is a route from here.'],
};
