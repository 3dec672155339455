import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const noControlPorts: FindingKind<At> = {
  severity: 'note',
  title: 'No control port was probed',
  meaning:
    'Without the probe of a port that nobody uses, an answer does not prove that the port itself is open.',
  message: (args) =>
    `${place(args)}: not proven, since no unused port was probed: a proxy on the path may answer.`,
  advice: () => ['Check again without --no-extra.'],
};
