import type { FindingKind } from '../finding-kind.ts';

interface Args {
  /** ISO 8601. */
  readonly older: string;
  readonly newer: string;
  readonly days: number;
}

export const reportsApart: FindingKind<Args> = {
  severity: 'warning',
  title: 'Merged reports are more than a day apart',
  meaning: 'The firewall may have changed between the reports, so they may not show the same rules.',
  message: ({ older, newer, days }) =>
    `The reports are ${days === 1 ? 'a day' : `${days} days`} apart (${older} and ${newer}): the firewall may have changed since.`,
  advice: () => ['Check again from the vantage points of the older reports.'],
};
