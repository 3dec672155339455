import { causePlace, type CauseAt } from '../cause-at.ts';
import type { FindingKind } from '../finding-kind.ts';

type Args = CauseAt & {
  /** The setting: place and text. */
  readonly rule: string;
};

export const shieldsUp: FindingKind<Args> = {
  severity: 'warning',
  title: 'All inbound connections are blocked',
  meaning:
    '"Block all connections, including those in the list of allowed apps" is on: no inbound rule counts. That is not the same as the default action Block, which rules overrule.',
  message: (args) => `${causePlace(args)}: ${args.rule} blocks ${args.role} whatever the rules say.`,
  advice: () => [
    'Turn it off for the profile (Set-NetFirewallProfile -AllowInboundRules True), in every store that has it: where one says "on", it is on.',
  ],
};
