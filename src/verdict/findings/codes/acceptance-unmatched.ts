import { ended } from '../ended.ts';
import type { FindingKind } from '../finding-kind.ts';
import type { AcceptanceArgs } from '../acceptance.ts';
import { exceptionText } from '../acceptance.ts';

type Args = AcceptanceArgs & {
  /** The flow that its pattern fits, or the nearest to it; null where there is none. */
  readonly nearest: string | null;
  /** What the nearest miss is: verdict and what was seen, other codes, or other rules. */
  readonly now: string | null;
  /** A source that fares like those of the exception and is none of them; null where that is not what differs. */
  readonly beyond: string | null;
};

export const acceptanceUnmatched: FindingKind<Args> = {
  severity: 'warning',
  title: 'An exception matches nothing',
  meaning:
    'An entry of the --accept file fits no finding of the report: what it accepts is mended, or is something else now.',
  message: ({ nearest, now, ...args }) => {
    const miss =
      nearest === null
        ? 'no flow of the report is like it'
        : now === null
          ? `the nearest flow is ${nearest}`
          : `the flow ${nearest} is now ${now}`;
    return ended(`${exceptionText(args)} (until ${args.until}) matches nothing: ${miss}`);
  },
  advice: ({ beyond }) => [
    beyond === null
      ? 'Remove the entry where the cause is mended, or correct its code, flow or rule.'
      : `Mend what fails for addresses beyond its sources, or add them to sources where they are accepted too (${beyond} is one).`,
  ],
};
