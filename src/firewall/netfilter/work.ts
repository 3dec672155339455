import type { Firewall } from './machine/firewall.ts';
import { onceAFirewall } from './machine/once-a-firewall.ts';

/** What has gone into the answers of one firewall so far. */
export interface Work {
  /** Rules looked at, once for each state of a packet. */
  steps: number;
  questions: number;
  /** Some question was not followed to its end. */
  isCut: boolean;
}

/** So many steps are a few seconds. */
const FREE = 2_000_000;

export const workOf = onceAFirewall((): Work => ({ steps: 0, questions: 0, isCut: false }));

/** The steps that every question may take, however many others took: many times those of ordinary rules. */
export function fairShare({ ruleCount }: Firewall): number {
  return 200 + 10 * ruleCount;
}

/**
 * Chains that call each other twice a level, marks and limits on each, cost so much that what is left takes its {@link fairShare} and no
 * more: some answers stay undecided, and some paths are not shown.
 */
export function isSpent(firewall: Firewall): boolean {
  const { steps, questions } = workOf(firewall);
  return steps > FREE + questions * fairShare(firewall);
}
