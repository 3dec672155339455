import type { FindingKind } from '../finding-kind.ts';
import type { AcceptanceArgs } from '../acceptance.ts';
import { exceptionText } from '../acceptance.ts';

type Args = AcceptanceArgs & { readonly days: number };

export const acceptanceEnds: FindingKind<Args> = {
  severity: 'note',
  title: 'An exception ends within 14 days',
  meaning: 'An entry of the --accept file still counts, but not for long: after its last day the run fails.',
  message: (args) =>
    `${exceptionText(args)} ends ${args.days === 0 ? 'today' : `in ${args.days} ${args.days === 1 ? 'day' : 'days'}`} (${args.until}).`,
  advice: () => ['Mend the cause, or review the entry and give it a later date.'],
};
