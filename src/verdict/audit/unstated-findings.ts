import { groupBy } from '../../group-by.ts';
import type { At } from '../findings/at.ts';
import { finding, type Finding } from '../findings/finding.ts';
import { run, say } from '../findings/step.ts';
import type { JudgedAccess } from './causes.ts';
import { isUnstated } from './audit-verdict.ts';

/** Flows that are as they should be as long as what nobody stated is true: one finding a host. */
export function unstatedFindings(
  judged: readonly JudgedAccess[],
  atOf: (group: readonly JudgedAccess[]) => At,
): readonly Finding[] {
  const open = judged.filter(({ audited }) => isUnstated(audited));
  return groupBy(open, ({ result: { host } }) => host).flatMap((group) => {
    const [one] = group;
    if (one === undefined) return [];
    const { invocation, unstated = [], areAddressesReplaced } = one.audited.circumstances;
    const ids = group.map(({ result: { id } }) => id);
    if (areAddressesReplaced === true) return [finding('redacted', atOf(group), ids)];
    const roles = [...new Set(group.map(({ result: { from } }) => from.role))];
    const steps = [
      say('If it is so, state that the files are all there is:'),
      run(...invocation.argv, '--complete'),
    ];
    return [finding('unstated', { ...atOf(group), roles, unstated }, ids, steps)];
  });
}
