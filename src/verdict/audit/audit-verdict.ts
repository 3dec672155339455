import { FAMILIES } from '../../net/address.ts';
import type { Proof } from '../../firewall/proof/proof.ts';
import type { Expected, Verdict } from '../reports/report.ts';
import type { Audited } from './judge-audit.ts';

/** The verdict table of docs/design.md; what surely goes wrong for some is a failure, whatever is left open for others. */
export function auditVerdict(expected: Expected, { result, allowed, blocked }: Proof): Verdict {
  const wrong = expected === 'reachable' ? blocked : allowed;
  if (FAMILIES.some((family) => wrong[family].length > 0)) return 'fail';
  return result === 'undecided' ? 'unproven' : 'pass';
}

/** What is right only as long as nobody has stated what it relies on is not proven; of rules with other addresses nothing is. */
export function isUnstated({ flow, found, circumstances }: Audited): boolean {
  const { unstated = [], areAddressesReplaced = false } = circumstances;
  if (areAddressesReplaced) return true;
  return unstated.length > 0 && auditVerdict(flow.expected, found.proof) === 'pass';
}
