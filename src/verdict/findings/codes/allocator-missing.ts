import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly host: string;
  readonly address: string | null;
  readonly inSiteFile: boolean;
}

export const allocatorMissing: FindingKind<Args> = {
  severity: 'error',
  title: 'The allocator does not answer',
  meaning: 'The servers answer, the allocator does not. Start it, or state that there is none.',
  message: ({ host }) => `${host}: the server answers, but nothing listens on the allocator's port.`,
  advice: ({ inSiteFile }) => [
    `If this one server runs without an allocator: ${inSiteFile ? 'allocator: false in the site file' : '--no-allocator'}. Otherwise start the allocator.`,
  ],
};
