import { causePlace, type CauseAt } from '../cause-at.ts';
import type { FindingKind } from '../finding-kind.ts';

type Args = CauseAt & {
  /** Place and text. */
  readonly rule: string;
};

export const ipsecRequired: FindingKind<Args> = {
  severity: 'warning',
  title: 'A rule is for traffic that IPsec protects',
  meaning:
    'The rule fits only traffic that IPsec authenticated or encrypted. Without IPsec between the two computers there is no such traffic.',
  message: (args) =>
    `${causePlace(args)}: ${args.rule} is for ${args.role} only if IPsec protects the connection.`,
  advice: () => [
    'If there is no IPsec between them, allow the flow by a rule without it; else prove it with vwaudit check from the other computer.',
  ],
};
