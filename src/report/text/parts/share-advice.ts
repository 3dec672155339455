import { groupBy } from '../../../group-by.ts';
import type { Finding } from '../../../verdict/findings/finding.ts';
import { PROMPT } from '../../../verdict/findings/step.ts';

type Advised = Pick<Finding, 'severity' | 'advice'>;

/**
 * Findings that the same commands mend, and notes that the same sentences settle, one after the other, and the advice once: after
 * the last of them. Sentences say of how many they are.
 */
export function shareAdvice<F extends Advised>(findings: readonly F[]): readonly F[] {
  let alone = 0;
  const groups = groupBy(findings, ({ severity, advice }) => {
    const isShared = severity === 'note' ? advice.length > 0 : hasCommandsIn(advice);
    return isShared ? JSON.stringify([severity, advice]) : `${(alone += 1)}`;
  });
  return groups.flatMap((group) =>
    group.map((one, index) => ({
      ...one,
      advice: index < group.length - 1 ? [] : adviceOf(one.advice, group.length),
    })),
  );
}

function adviceOf(advice: readonly string[], count: number): readonly string[] {
  return count < 2 || hasCommandsIn(advice) ? advice : [`For the ${count} above:`, ...advice];
}

function hasCommandsIn(advice: readonly string[]): boolean {
  return advice.some((line) => line.startsWith(PROMPT));
}
