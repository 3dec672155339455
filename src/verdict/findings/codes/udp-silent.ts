import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & {
  readonly isLocal: boolean;
  /** `vwaudit listen` answers on that host. */
  readonly listens: boolean;
};

export const udpSilent: FindingKind<Args> = {
  severity: 'note',
  title: 'UDP silence',
  meaning:
    'A UDP port did not answer, which proves neither open nor closed. Run the check on that machine, or vwaudit listen there.',
  message: (args) => `${place(args)}: UDP silence proves nothing, neither open nor closed.`,
  advice: ({ isLocal, listens }) => [
    isLocal
      ? 'Run vwaudit check as root (Windows: as administrator), so that the socket table shows who listens.'
      : listens
        ? 'vwaudit listen runs there already, and its log tells whether the probes arrived: check again with --json > report.json, and join both: vwaudit merge report.json --listen-log listen.jsonl'
        : 'Run vwaudit check on that machine: its socket table proves the listeners. Or run vwaudit listen --out listen.jsonl there, check again with --json > report.json, and join both: vwaudit merge report.json --listen-log listen.jsonl',
  ],
};
