import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly seen: string; readonly but: string };

export const evidenceConflict: FindingKind<Args> = {
  severity: 'warning',
  title: 'Two kinds of evidence disagree',
  meaning: 'What one source shows contradicts another; the stronger one decides.',
  message: (args) => `${place(args)}: the probe says ${args.seen}, but ${args.but}.`,
  advice: () => ['A firewall on this machine, or a listener that came or went during the run: check again.'],
};
