import { causePlace, type CauseAt } from '../cause-at.ts';
import type { FindingKind } from '../finding-kind.ts';

type Args = CauseAt & {
  /** The setting: place and text. */
  readonly rule: string;
};

export const firewallOff: FindingKind<Args> = {
  severity: 'warning',
  title: 'The firewall is off',
  meaning: 'The firewall is off in the network profile: it blocks nothing there, whatever the rules say.',
  message: (args) =>
    `${causePlace(args)}: ${args.rule}: the firewall lets in ${args.role} because it is off.`,
  advice: () => ['Turn it on: Set-NetFirewallProfile -Enabled True. Rules decide only then.'],
};
