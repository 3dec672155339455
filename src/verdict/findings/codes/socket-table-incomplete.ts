import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly gaps: readonly string[];
}

export const socketTableIncomplete: FindingKind<Args> = {
  severity: 'note',
  title: 'The socket table is incomplete',
  meaning: 'Not all listeners of this machine could be read, so some stay unproven.',
  message: ({ gaps }) => `The socket table of this machine could not be read in full: ${gaps.join('; ')}.`,
};
