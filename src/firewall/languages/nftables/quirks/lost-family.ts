import { unknown, type Match } from '../../../model/match.ts';
import type { TableFamily } from '../../../model/ruleset.ts';
import type { Statement } from '../syntax/syntax.ts';

/**
 * What a rule may test besides what is listed. Before `reject with tcp reset` nft lists no `meta nfproto` and no `ether type`, though
 * the kernel has them (nft 1.0.6); a statement between the tests and the reject, such as `counter`, keeps them in the listing.
 */
export function lostFamilyTest(
  statement: Statement,
  before: Statement | undefined,
  table: TableFamily,
): readonly Match[] {
  const isReset = statement.kind === 'reject' && statement.type === 'tcp reset';
  const hasBothFamilies = table !== 'ip' && table !== 'ip6';
  return isReset && hasBothFamilies && (before === undefined || before.kind === 'match') ? LOST : [];
}

const LOST = [unknown('reject with tcp reset', { code: 'unlisted-family-of-reset' })];
