import { string } from '@oclif/core/flags';

/** What was reviewed. */
export const acceptFlag = {
  accept: string({
    helpValue: 'FILE',
    description:
      'Exceptions that were reviewed (vwaudit accept writes them): what they accept stays in the report as accepted and does not fail the run. ' +
      'An entry that has expired fails it, one that matches nothing is a warning.',
  }),
};

/** An earlier report of the same command. */
export const baselineFlag = {
  baseline: string({
    helpValue: 'FILE',
    description:
      'Compare with an earlier report of the same command (--json): exit 1 only for a regression. ' +
      'What failed before and still fails as it did is known: it stays failed in the report, is counted, and does not fail the run. A new flow that is unproven exits 3.',
  }),
};
