import { listed } from '../at.ts';
import { causePlace, type CauseAt } from '../cause-at.ts';
import type { FindingKind } from '../finding-kind.ts';

type Args = CauseAt & {
  /** The rule that would let in: place and text. */
  readonly rule: string;
  readonly profiles: readonly string[];
  /** That of the interface. */
  readonly here: string;
};

export const profileMismatch: FindingKind<Args> = {
  severity: 'warning',
  title: 'The allow rule is for another network profile',
  meaning:
    'A rule allows the flow, but not in the network profile of the interface. A new or unidentified network is Public until somebody says otherwise.',
  message: (args) =>
    `${causePlace(args)}: ${args.rule} allows ${args.role} in the ${listed(args.profiles)} ${args.profiles.length === 1 ? 'profile' : 'profiles'} only.`,
  advice: ({ profiles, here }) => [
    here === 'domain'
      ? `Give the rule the domain profile too (${GIVE_PROFILE}): Windows itself makes the network of a domain DomainAuthenticated, and refuses another category.`
      : `So that the rule applies, ${waysTo(profiles).join(', or ')}. Else give the rule the profile of the network too (${GIVE_PROFILE}).`,
  ],
};

const GIVE_PROFILE = 'Set-NetFirewallRule -Profile; a rule of Group Policy in its GPO';

/** How a network that is not of a domain gets a profile that the rule is for; Public only where it is for no other. */
function waysTo(profiles: readonly string[]): readonly string[] {
  const ways = profiles.flatMap((profile) => WAYS[profile] ?? []);
  return ways.length > 0
    ? ways
    : ['make the network Public (Set-NetConnectionProfile -NetworkCategory Public)'];
}

const WAYS: Readonly<Record<string, string>> = {
  domain: 'connect the computer to its domain (it is a member and reaches a domain controller)',
  private: 'make the network Private (Set-NetConnectionProfile -NetworkCategory Private)',
};
