import type { FindingKind } from '../finding-kind.ts';
import type { AcceptanceArgs } from '../acceptance.ts';
import { exceptionText } from '../acceptance.ts';

export const acceptanceExpired: FindingKind<AcceptanceArgs> = {
  severity: 'error',
  title: 'An exception has expired',
  meaning:
    'An entry of the --accept file ended before today. It accepts nothing any more, and fails the run until somebody reviews it.',
  message: (args) => `${exceptionText(args)} expired on ${args.until}. Its reason was: ${args.reason}`,
  advice: () => ['Mend the cause and remove the entry, or review it and give it a later date.'],
};
