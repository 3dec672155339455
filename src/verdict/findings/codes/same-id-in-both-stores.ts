import { listed } from '../at.ts';
import { causePlace, type CauseAt } from '../cause-at.ts';
import type { FindingKind } from '../finding-kind.ts';

type Args = CauseAt & {
  readonly id: string;
  /** The stores with a place each. */
  readonly places: readonly string[];
};

export const sameIdInBothStores: FindingKind<Args> = {
  severity: 'warning',
  title: 'Two stores have different rules with one ID',
  meaning:
    'The local store and Group Policy have a rule with the same ID and different contents. Whether both count or one replaces the other is not documented.',
  message: (args) =>
    `${causePlace(args)}: the rule ID ${args.id} is in ${listed(args.places)} with different contents, so ${args.role} is undecided.`,
  advice: () => ['Give one of the rules another ID, or delete the one that is not wanted.'],
};
