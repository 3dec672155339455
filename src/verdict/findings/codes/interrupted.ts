import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly unasked: number;
}

export const interrupted: FindingKind<Args> = {
  severity: 'note',
  title: 'The run was interrupted',
  meaning: 'Some ports were not probed. Nothing is known about them.',
  message: ({ unasked }) => `Interrupted: ${unasked} ports were not probed.`,
};
