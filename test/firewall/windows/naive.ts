// One packet at a time, written from the specification of the firewall (decision, merge laws, defaults), not from the program.

export type Profile = 'Domain' | 'Private' | 'Public';

export interface NaiveRule {
  readonly id: string;
  readonly store: 'local' | 'policy' | 'mdm' | 'static';
  readonly action: 'Allow' | 'Block' | 'ByPass';
  /** Null where the string has no such part. */
  readonly active: boolean | null;
  readonly dir: 'In' | 'Out';
  readonly profiles: readonly Profile[];
  readonly protocol: number | null;
  readonly localPorts: readonly (readonly [number, number])[];
  readonly remotePorts: readonly (readonly [number, number])[];
  /** `a.b.c.d`, `a-b`, `a/len` or `LocalSubnet`. */
  readonly localAddresses: readonly string[];
  readonly remoteAddresses: readonly string[];
  readonly app: string | null;
  readonly svc: string | null;
  readonly appPackage: string | null;
  /** A part whose meaning nobody knows. */
  readonly isStrange: boolean;
  readonly isSecured: boolean;
}

export type NaiveSettings = Readonly<Partial<Record<SettingKey, number>>>;
export type SettingKey =
  | 'EnableFirewall'
  | 'DoNotAllowExceptions'
  | 'DefaultInboundAction'
  | 'DefaultOutboundAction'
  | 'AllowLocalPolicyMerge';

export interface NaivePolicy {
  readonly rules: readonly NaiveRule[];
  readonly local: Readonly<Record<Profile, NaiveSettings>>;
  /** A key that is missing is undefined. */
  readonly policy: Readonly<Record<Profile | 'Standard', NaiveSettings | undefined>>;
}

export interface NaivePacket {
  readonly dir: 'In' | 'Out';
  readonly protocol: 6 | 17;
  readonly profile: Profile;
  readonly local: number;
  readonly remote: number;
  readonly localPort: number;
  readonly remotePort: number;
  readonly program: string;
  readonly service: string | null;
}

/** Lower-case paths that the variables stand for. */
const FOLDERS: Readonly<Record<string, string>> = {
  '%programfiles%': 'c:\\program files',
  '%systemroot%': 'c:\\windows',
};

const SUBNET = [ip('10.1.2.0'), ip('10.1.2.255')] as const;

export function ip(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function policySettings({ policy }: NaivePolicy, profile: Profile): NaiveSettings {
  const isOld = policy.Private === undefined && policy.Public === undefined;
  if (profile !== 'Domain' && isOld) return policy.Standard ?? {};
  return policy[profile] ?? {};
}

/** The answer where everything is known; several where a strange rule may count or not. */
export function decide(policy: NaivePolicy, packet: NaivePacket): 'allow' | 'block' | 'unknown' {
  const [gp, own] = [policySettings(policy, packet.profile), policy.local[packet.profile]];
  const isOff = (gp.EnableFirewall ?? own.EnableFirewall ?? 1) === 0;
  const isShut = gp.DoNotAllowExceptions === 1 || own.DoNotAllowExceptions === 1;
  // Only service hardening filters what the computer sends to itself.
  const isUnfiltered = isOff || packet.local === packet.remote;
  if (!isUnfiltered && packet.dir === 'In' && isShut) return 'block';
  const merges = (gp.AllowLocalPolicyMerge ?? 1) === 1;
  const fitting = policy.rules.filter(
    (rule) =>
      // A strange part may be what is left of the one that says so.
      (rule.active ?? (rule.store === 'static' || rule.isStrange)) &&
      (rule.store !== 'local' || merges) &&
      (rule.store === 'static' || !isUnfiltered) &&
      fits(rule, packet),
  );
  // Service hardening is a layer of its own, whose blocks stand.
  const ofHardening = fitting.filter(({ store }) => store === 'static');
  if (isUnfiltered && ofHardening.length === 0) return 'allow';
  const strange = fitting.filter((rule) => rule.isStrange || rule.isSecured);
  const answers = new Set<string>();
  // A strange rule counts or not; one bound to IPsec may also let pass what plain rules let pass, or block it.
  for (let mask = 0; mask < 3 ** strange.length; mask++) {
    const mode = (rule: NaiveRule): number => Math.floor(mask / 3 ** strange.indexOf(rule)) % 3;
    const counted = fitting.flatMap((rule): readonly NaiveRule[] => {
      if (!strange.includes(rule)) return [rule];
      if (mode(rule) === 0) return [];
      if (!rule.isSecured || rule.action !== 'Allow' || mode(rule) === 1) return [rule];
      return [{ ...rule, action: 'Block' }];
    });
    answers.add(answer(counted, packet, gp, own, isUnfiltered));
  }
  return answers.size === 1 ? ([...answers][0] as 'allow' | 'block') : 'unknown';
}

function answer(
  rules: readonly NaiveRule[],
  { dir }: NaivePacket,
  gp: NaiveSettings,
  own: NaiveSettings,
  isUnfiltered: boolean,
): 'allow' | 'block' {
  // Hardening is a layer of its own.
  if (rules.some(({ store, action }) => store === 'static' && action === 'Block')) return 'block';
  if (isUnfiltered) return 'allow';
  const ordinary = rules.filter(({ store }) => store !== 'static');
  if (ordinary.some(({ action }) => action === 'ByPass')) return 'allow';
  if (ordinary.some(({ action }) => action === 'Block')) return 'block';
  if (ordinary.some(({ action }) => action === 'Allow')) return 'allow';
  const key = dir === 'In' ? 'DefaultInboundAction' : 'DefaultOutboundAction';
  return (gp[key] ?? own[key] ?? (dir === 'In' ? 1 : 0)) === 1 ? 'block' : 'allow';
}

function fits(rule: NaiveRule, packet: NaivePacket): boolean {
  const { profiles, protocol, app, svc, appPackage } = rule;
  const within = (ranges: NaiveRule['localPorts'], port: number): boolean =>
    ranges.length === 0 || ranges.some(([from, to]) => from <= port && port <= to);
  const among = (list: readonly string[], address: number): boolean =>
    list.length === 0 || list.some((text) => contains(text, address));
  return (
    rule.dir === packet.dir &&
    (profiles.length === 0 || profiles.includes(packet.profile)) &&
    (protocol === null || protocol === packet.protocol) &&
    within(rule.localPorts, packet.localPort) &&
    within(rule.remotePorts, packet.remotePort) &&
    among(rule.localAddresses, packet.local) &&
    among(rule.remoteAddresses, packet.remote) &&
    appPackage === null &&
    (app === null || path(app) === path(packet.program)) &&
    (svc === null ||
      (packet.service !== null && (svc === '*' || svc.toLowerCase() === packet.service.toLowerCase())))
  );
}

function path(text: string): string {
  return text.toLowerCase().replace(/^%\w+%/, (name) => FOLDERS[name] ?? name);
}

function contains(text: string, address: number): boolean {
  if (text === 'LocalSubnet') return SUBNET[0] <= address && address <= SUBNET[1];
  const [from = '', to] = text.split('-');
  if (to !== undefined) return ip(from) <= address && address <= ip(to);
  const [base = '', length = '32'] = text.split('/');
  const size = 2 ** (32 - Number(length));
  return Math.floor(ip(base) / size) === Math.floor(address / size);
}
