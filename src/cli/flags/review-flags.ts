import { string } from '@oclif/core/flags';

/** An earlier report of the same command. */
export const baselineFlag = {
  baseline: string({
    helpValue: 'FILE',
    description:
      'Compare with an earlier report of the same command (--json): exit 1 only for a regression. ' +
      'What failed before and still fails as it did is known: it stays failed in the report, is counted, and does not fail the run. A new flow that is unproven exits 3.',
  }),
};
