import { expect, test } from 'vitest';
import { waitingText } from '../../../src/cli/output/progress.ts';
import { applyExceptions } from '../../../src/verdict/accept/apply-exceptions.ts';
import { sampleCheck } from '../../report/formats/sample-reports.ts';

test('the line of a check that waits names what is neither proven nor accepted', () => {
  const report = sampleCheck();
  const { fail, unproven } = report.summary;
  expect(waitingText(report, 250_000)).toMatch(
    new RegExp(`^waiting: ${fail + unproven} of ${report.flows.length} not proven, 4m 10s left: .*on maps-a`),
  );
  const exception = {
    ...{ code: 'filtered', patterns: ['*'], rules: null, process: null, sources: null },
    ...{ reason: 'moved in May', until: '2027-05-31', place: 'x.yaml:1' },
  };
  const reviewed = applyExceptions(report, [exception], () => 10);
  expect(waitingText(reviewed, 9_500)).toMatch(new RegExp(`^waiting: ${unproven} of .* 10s left: `));
});
