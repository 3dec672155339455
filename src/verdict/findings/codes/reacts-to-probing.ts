import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const reactsToProbing: FindingKind<At> = {
  severity: 'warning',
  title: 'The host changes its answers while it is probed',
  meaning: 'A port that had answered no longer does, so silence and refusals prove nothing.',
  message: (args) =>
    `${place(args)}: silence and refusals prove nothing, the host (or a firewall) reacts to probing: ports answered differently when probed again.`,
  advice: () => [
    'Exempt this machine from scan detection and connection limits, wait until its entry expires, and check again.',
  ],
};
