import { groupBy } from '../../group-by.ts';
import type { At } from '../findings/at.ts';
import { finding, type Finding } from '../findings/finding.ts';
import { run, say, type Step } from '../findings/step.ts';
import type { Invocation } from '../advice/ask-again.ts';
import type { Unstated } from '../advice/circumstances.ts';
import { check, collectSteps } from '../advice/settling-advice.ts';
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
    const { site, invocation, areAddressesReplaced } = one.audited.circumstances;
    const { host } = one.audited.flow;
    const ids = group.map(({ result: { id } }) => id);
    if (areAddressesReplaced === true) return [finding('redacted', atOf(group), ids)];
    const roles = [...new Set(group.map(({ result: { from } }) => from.role))];
    const all = group.flatMap(({ audited }) => audited.circumstances.unstated ?? []);
    const unstated = [...new Map(all.map((each) => [each.text, each])).values()];
    const texts = unstated.map(({ text }) => text);
    const checks = roles.map((as) => check({ site, host, as }));
    const steps = stating(unstated, invocation, checks);
    return [finding('unstated', { ...atOf(group), roles, unstated: texts }, ids, steps)];
  });
}

/** The flags that say it is so, or what shows whether it is. */
function stating(
  unstated: readonly Unstated[],
  invocation: Invocation,
  checks: readonly Step[],
): readonly Step[] {
  const { argv, files } = invocation;
  const settledBy = new Set(unstated.map((one) => one.settledBy));
  if (settledBy.has('--complete'))
    return [say('If it is so, state that the files are all there is:'), run(...argv, '--complete')];
  const ways = unstated.flatMap(({ settledBy: by, value }) =>
    by === '--interface' && value !== undefined ? [by, value] : [],
  );
  const isForFlag = [...settledBy].every((one) => one === '--forwarding');
  const isForMachine = settledBy.has('--forwarding') || settledBy.has('collect');
  return [
    ...(settledBy.has('check')
      ? [say('Ask from there whether it does, or take out the rule that leads elsewhere:'), ...checks]
      : []),
    ...(settledBy.has('nat')
      ? [
          say(
            'Take the source NAT out for these connections, or let the host admit its address and ask from there whether it does:',
          ),
          ...checks,
        ]
      : []),
    ...(settledBy.has('route')
      ? [
          say(
            'Give these addresses a route by the interface they are at, and collect the machine again; or ask from there whether answers arrive:',
          ),
          ...checks,
        ]
      : []),
    ...(ways.length === 0
      ? []
      : [
          say(
            'What is sent to these addresses leaves by that interface, so who has them elsewhere needs other addresses, or the interface another network. Where nobody has, state it:',
          ),
          run(...argv, ...ways),
        ]),
    ...(isForFlag ? [say('If it is so, state it:'), run(...argv, '--forwarding')] : []),
    ...(settledBy.has('nft')
      ? [
          say('Install nft on the machine (package nftables), then collect it again:'),
          ...collectSteps({ argv, files, isWindows: false }),
        ]
      : []),
    ...(isForMachine
      ? [
          say(
            `${isForFlag ? 'Or collect' : 'Collect'} what the machine knows beside its rules, and audit that:`,
          ),
          ...collectSteps({ argv, files, isWindows: false }),
        ]
      : []),
  ];
}
