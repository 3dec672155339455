import { groupBy } from '../../../group-by.ts';
import type { Finding } from '../../../verdict/findings/finding.ts';
import { PROMPT } from '../../../verdict/findings/step.ts';

type Advised = Pick<Finding, 'severity' | 'advice'>;

/** Findings that the same commands mend, one after the other, and the commands once: after the last of them. */
export function shareAdvice<F extends Advised>(findings: readonly F[]): readonly F[] {
  let alone = 0;
  const groups = groupBy(findings, ({ severity, advice }) => {
    const hasCommands = advice.some((line) => line.startsWith(PROMPT));
    return hasCommands ? JSON.stringify([severity, advice]) : `${(alone += 1)}`;
  });
  return groups.flatMap((group) =>
    group.map((one, index) => (index < group.length - 1 ? { ...one, advice: [] } : one)),
  );
}
