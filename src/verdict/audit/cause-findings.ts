import { groupBy } from '../../group-by.ts';
import type { At } from '../findings/at.ts';
import { finding, type Finding } from '../findings/finding.ts';
import { causesOf, type Cause, type JudgedAccess } from './causes.ts';

/** One finding for all flows of a host and role that have one cause. */
export function causeFindings(
  judged: readonly JudgedAccess[],
  atOf: (group: readonly JudgedAccess[]) => At,
): readonly Finding[] {
  const caused = judged.flatMap((one) => causesOf(one).map((cause) => ({ one, cause })));
  const keyOf = ({ one: { result }, cause }: (typeof caused)[number]): string =>
    JSON.stringify([result.host, result.from.role, cause]);
  return groupBy(caused, keyOf).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const members = [...new Set(group.map(({ one }) => one))];
    const at = { ...atOf(members), role: first.one.result.from.role };
    const flows = members.map(({ result: { id } }) => id);
    return [{ ...toFinding(first.cause, at, flows), rules: first.cause.rules }];
  });
}

/** The arguments of a cause and of its place make up those of its code. */
function toFinding(cause: Cause, at: At & { readonly role: string }, flows: readonly string[]): Finding {
  return finding(cause.code, { ...at, ...cause.args }, flows);
}
