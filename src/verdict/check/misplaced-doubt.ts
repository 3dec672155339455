import type { Misplaced } from '../../ports/misplaced.ts';
import type { Checked } from './checked.ts';
import type { CombinedEvidence } from './combine-evidence.ts';

/**
 * Why what was seen proves nothing for the role that was claimed; null where this machine speaks for it, and where the answer is the
 * same for everybody: nobody listens there, or the host has no address. Over loopback only an open port is in doubt. An open port
 * that must be blocked is exposed whoever reached it, but for who is stated to use it.
 */
export function misplacedDoubt(
  { flow: { misplaced, expected, endpoint } }: Pick<Checked, 'flow'>,
  { state, reason }: Pick<CombinedEvidence, 'state' | 'reason'>,
): Misplaced | null {
  if (misplaced === undefined || state === 'error') return null;
  const { why, stated } = misplaced;
  if (why !== 'wrong-address') return state === 'open' ? why : null;
  if (expected === 'reachable') return state === 'closed' || reason === 'no-such-host' ? null : why;
  const isStatedUser = endpoint.audience.some((role) => stated.includes(role));
  return state !== 'open' || isStatedUser ? why : null;
}
