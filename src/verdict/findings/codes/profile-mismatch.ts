import { listed } from '../at.ts';
import { causePlace, type CauseAt } from '../cause-at.ts';
import type { FindingKind } from '../finding-kind.ts';

type Args = CauseAt & {
  /** The rule that would let in: place and text. */
  readonly rule: string;
  readonly profiles: readonly string[];
};

export const profileMismatch: FindingKind<Args> = {
  severity: 'warning',
  title: 'The allow rule is for another network profile',
  meaning:
    'A rule allows the flow, but not in the network profile of the interface. A new or unidentified network is Public until somebody says otherwise.',
  message: (args) =>
    `${causePlace(args)}: ${args.rule} allows ${args.role} in the ${listed(args.profiles)} ${args.profiles.length === 1 ? 'profile' : 'profiles'} only.`,
  advice: () => [
    'Give the network the profile it should have (Set-NetConnectionProfile -NetworkCategory Private), or the rule the profile of the network.',
  ],
};
