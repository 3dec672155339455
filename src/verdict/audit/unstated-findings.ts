import { groupBy } from '../../group-by.ts';
import type { At } from '../findings/at.ts';
import { finding, type Finding } from '../findings/finding.ts';
import { run, say, type Step } from '../findings/step.ts';
import type { Invocation } from '../advice/ask-again.ts';
import type { Unstated } from '../advice/cure.ts';
import { collectSteps } from '../advice/settling-advice.ts';
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
    const { invocation, areAddressesReplaced } = one.audited.circumstances;
    const ids = group.map(({ result: { id } }) => id);
    if (areAddressesReplaced === true) return [finding('redacted', atOf(group), ids)];
    const roles = [...new Set(group.map(({ result: { from } }) => from.role))];
    const all = group.flatMap(({ audited }) => audited.circumstances.unstated ?? []);
    const unstated = [...new Map(all.map((each) => [each.text, each])).values()];
    const texts = unstated.map(({ text }) => text);
    return [
      finding('unstated', { ...atOf(group), roles, unstated: texts }, ids, stating(unstated, invocation)),
    ];
  });
}

/** The flags that say it is so, or what shows whether it is. */
function stating(unstated: readonly Unstated[], { argv, files }: Invocation): readonly Step[] {
  const flags = [...new Set(unstated.flatMap(({ statedBy }) => statedBy ?? []))];
  if (flags.includes('--complete'))
    return [say('If it is so, state that the files are all there is:'), run(...argv, ...flags)];
  const collect = collectSteps({ argv, files, isWindows: false });
  const isForFlag = unstated.every(({ statedBy }) => statedBy !== null);
  return [
    ...(isForFlag ? [say('If it is so, state it:'), run(...argv, ...flags)] : []),
    say(`${isForFlag ? 'Or collect' : 'Collect'} what the machine knows beside its rules, and audit that:`),
    ...collect,
  ];
}
