import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import type { Host, Site } from '../../deployment/site.ts';
import { ruleRef, type Fate } from '../trace/deciding-rule.ts';
import { ruleLabel } from '../trace/rule-label.ts';
import { say, type Step } from '../findings/step.ts';
import { ownRules } from './own-rules.ts';

/** What the advice needs to know of a Windows computer. */
export interface WindowsCircumstances {
  /** That of the interface; null where nobody knows. */
  readonly profile: string | null;
  /** Profiles in which rules made on the computer itself do not count. */
  readonly withoutLocalRules: readonly string[];
}

interface Known {
  readonly site: Site;
  readonly windows?: WindowsCircumstances;
}

/** What to do on a Windows computer: allow rules add up, and a block rule beats all of them. */
export function windowsCure(entry: TraceEntry | null, fate: Fate, known: Known, host: Host): readonly Step[] {
  const isDefault = entry === null || entry.kind === 'policy';
  if (fate === 'allowed')
    return isDefault
      ? [
          say('Set the default inbound action to Block, and allow only the permitted addresses.'),
          ...allow(known, host),
        ]
      : [
          say(
            `Narrow or disable ${ruleLabel(ruleRef(entry))}: allow rules add up, so a narrower one beside it changes nothing.`,
          ),
        ];
  if (entry !== null && entry.kind === 'rule' && entry.actions.includes('drop'))
    return [say(`Disable or narrow ${ruleLabel(ruleRef(entry))}: a block rule beats every allow rule.`)];
  return allow(known, host);
}

/** Rules that allow them, where such rules count and in the profile of the interface. */
function allow({ site, windows = NOTHING_KNOWN }: Known, host: Host): readonly Step[] {
  const { profile, withoutLocalRules } = windows;
  const isLocalIdle = profile === null ? withoutLocalRules.length > 0 : withoutLocalRules.includes(profile);
  const profiles = profile === 'public' ? EVERY_PROFILE : [];
  return [
    say(
      isLocalIdle
        ? 'Allow them in Group Policy, since local rules do not count. Import the file as administrator where no domain manages the computer; else make the same rules in a GPO (Windows Defender Firewall with Advanced Security):'
        : 'Allow them, as administrator:',
    ),
    ...ownRules(isLocalIdle ? 'windows-registry' : 'windows', site, host, { profiles }),
    ...(profile === null
      ? [
          say(
            `These rules are for the domain and private profiles. Where the network is Public, add: --profile ${EVERY_PROFILE.join(',')}`,
          ),
        ]
      : []),
  ];
}

const NOTHING_KNOWN: WindowsCircumstances = { profile: null, withoutLocalRules: [] };

/** The rules take the place of those loaded before, which are for the first two unless somebody said otherwise. */
const EVERY_PROFILE = ['domain', 'private', 'public'];
