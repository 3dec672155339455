import { listed } from '../at.ts';
import { causePlace, type CauseAt } from '../cause-at.ts';
import type { FindingKind } from '../finding-kind.ts';

type Args = CauseAt & {
  /** As they registered themselves; none where the name is not known. */
  readonly products: readonly string[];
};

export const otherFirewallRegistered: FindingKind<Args> = {
  severity: 'warning',
  title: 'Another firewall product is registered',
  meaning:
    'A product has registered itself as the firewall of the computer. It decides in place of the rules that were given, or beside them.',
  message: ({ products, ...args }) =>
    `${causePlace(args)}: ${products.length === 0 ? 'another firewall product' : listed(products)} is registered as the firewall, so these rules alone do not tell whether ${args.role} gets in.`,
  advice: () => ['Look up the rules of that product, and prove the flow with vwaudit check.'],
};
