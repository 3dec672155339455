import { nearestWord } from '../../../../nearest-word.ts';
import type { Profile } from '../policy/profile.ts';
import type { SettingStore } from '../policy/policy.ts';

/** What a registry key is to the firewall, by its path below the store's root; null for keys that say nothing of traffic. */
export type FirewallKey =
  | { readonly kind: 'root'; readonly store: SettingStore }
  | { readonly kind: 'rules'; readonly store: SettingStore | 'mdm' | 'hardening' }
  | { readonly kind: 'profile'; readonly store: SettingStore; readonly profile: Profile | 'standard' }
  /** `AuthorizedApplications` and `GloballyOpenPorts`: whether rules of these kinds count. */
  | {
      readonly kind: 'merge';
      readonly of: 'Apps' | 'Ports';
      readonly store: SettingStore;
      readonly profile: Profile | 'standard';
    }
  /** A form of Windows XP, or a setting of MDM, whose effect beside the rules is not known. */
  | { readonly kind: 'unread'; readonly profile: Profile | null; readonly path: string };

/** Keys that hold rules or settings nobody asks about: what "restore defaults" restores, IPsec, Hyper-V. */
const OF_OTHERS =
  /\\(?:sharedaccess\\defaults|firewallpolicy\\consecrules|windowsfirewall\\consecrules|(?:firewallpolicy|windowsfirewall)\\hyperv[^\\]*)(?:\\|$)/;

/** Whether a key that is none of the firewall's may hold its rules or settings. @param path in lower case */
export function isOfOthers(path: string): boolean {
  return OF_OTHERS.test(path);
}

const LOCAL =
  /\\(?:currentcontrolset|(controlset\d{3}))\\services\\sharedaccess\\parameters\\firewallpolicy(?:\\(.+))?$/;
const POLICY = /(?:^|\\)software\\policies\\microsoft\\windowsfirewall(?:\\(.+))?$/;

const PROFILE_KEYS: Readonly<Record<SettingStore, Readonly<Record<string, Profile | 'standard'>>>> = {
  // Of the local store StandardProfile is the private profile.
  local: { domainprofile: 'domain', standardprofile: 'private', publicprofile: 'public' },
  policy: {
    domainprofile: 'domain',
    privateprofile: 'private',
    publicprofile: 'public',
    standardprofile: 'standard',
  },
};

/** Keys of a store below its root that rules and settings are in. */
const HEADS: Readonly<Record<SettingStore, readonly string[]>> = {
  local: ['DomainProfile', 'StandardProfile', 'PublicProfile', 'FirewallRules', 'RestrictedServices', 'Mdm'],
  policy: ['DomainProfile', 'PrivateProfile', 'PublicProfile', 'StandardProfile', 'FirewallRules'],
};

/**
 * What a key below a store's root, which is none of the firewall's, is called there, and what may have been meant; null for any other.
 * @param path in lower case
 */
export function nearlyKey(path: string): { readonly name: string; readonly perhaps: string } | null {
  const local = LOCAL.exec(path)?.[2];
  const [name = ''] = (local ?? POLICY.exec(path)?.[1] ?? '').split('\\', 1);
  const perhaps = nearestWord(name, HEADS[local === undefined ? 'policy' : 'local']);
  return perhaps === undefined || perhaps.toLowerCase() === name ? null : { name, perhaps };
}

/** @param path in lower case */
export function firewallKey(path: string): FirewallKey | null {
  const local = LOCAL.exec(path);
  if (local !== null) return localKey(local[2] ?? '');
  const policy = POLICY.exec(path);
  return policy === null ? null : storeKey('policy', policy[1] ?? '');
}

/**
 * Whether a file with these keys, in its order, may lack some without showing it: one that was cut between two keys looks whole. Windows
 * writes keys in the order of the alphabet, so the local store ends with StandardProfile, after PublicProfile, which every computer
 * has; in another order, and of Group Policy, any key may be the last.
 */
export function mayLackKeys(paths: Iterable<string>): boolean {
  const found = [...paths].filter((path) => firewallKey(path) !== null);
  const last = found.at(-1) ?? '';
  if (!LOCAL.test(last)) return true;
  const heads = found
    .filter((path) => LOCAL.test(path) && controlSetOf(path) === controlSetOf(last))
    .map((path) => LOCAL.exec(path)?.[2]?.split('\\', 1)[0] ?? '');
  const isInOrder = heads.every((head, at) => (heads[at - 1] ?? '') <= head);
  return !(isInOrder && heads.includes('publicprofile') && heads.at(-1) === 'standardprofile');
}

/** The control set a key of the local store is of, null for the current one and for other keys. */
export function controlSetOf(path: string): string | null {
  return LOCAL.exec(path)?.[1] ?? null;
}

/** Whether it is of the local store of the current control set. */
export function isOfCurrent(path: string): boolean {
  const found = LOCAL.exec(path);
  return found !== null && found[1] === undefined;
}

function localKey(rest: string): FirewallKey | null {
  if (rest === 'mdm\\firewallrules') return { kind: 'rules', store: 'mdm' };
  if (rest.startsWith('mdm\\') && !rest.endsWith('\\logging'))
    return { kind: 'unread', profile: null, path: rest };
  if (/^restrictedservices\\(?:static\\system|configurable\\system|appiso\\firewallrules)$/.test(rest))
    return { kind: 'rules', store: 'hardening' };
  return storeKey('local', rest);
}

function storeKey(store: SettingStore, rest: string): FirewallKey | null {
  if (rest === '') return { kind: 'root', store };
  if (rest === 'firewallrules') return { kind: 'rules', store };
  const [head = '', ...tail] = rest.split('\\');
  const profile = Object.hasOwn(PROFILE_KEYS[store], head) ? PROFILE_KEYS[store][head] : undefined;
  if (profile === undefined) return null;
  const below = tail.join('\\');
  switch (below) {
    case '':
      return { kind: 'profile', store, profile };
    case 'logging':
      return null;
    case 'authorizedapplications':
      return { kind: 'merge', of: 'Apps', store, profile };
    case 'globallyopenports':
      return { kind: 'merge', of: 'Ports', store, profile };
    default:
      return { kind: 'unread', profile: profile === 'standard' ? null : profile, path: rest };
  }
}
