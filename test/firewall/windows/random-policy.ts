import type { NaivePacket, NaivePolicy, NaiveRule, NaiveSettings, Profile, SettingKey } from './naive.ts';
import { ip } from './naive.ts';
import type { Random } from './random.ts';

export const PROFILES: readonly Profile[] = ['Domain', 'Private', 'Public'];

/** Few values, so that rules and packets meet. */
const PORTS = [102, 103, 10100, 10101, 10200, 10301];
const RANGES = [
  [102, 103],
  [10000, 10199],
  [10300, 10399],
  [1, 65535],
] as const;
const ADDRESSES = [
  '10.1.2.30',
  '10.1.2.0/24',
  '10.0.0.0/8',
  '10.1.2.20-10.1.2.40',
  '10.9.9.9',
  'LocalSubnet',
];
const OWN_ADDRESSES = ['10.1.2.10', '10.1.2.0/24', '10.1.3.1'];
export const PROGRAMS = [
  'C:\\Program Files\\Vizrt\\viz.exe',
  'D:\\tools\\other.exe',
  'C:\\Windows\\System32\\svchost.exe',
];
const APPS = [
  '%ProgramFiles%\\Vizrt\\VIZ.exe',
  'd:\\tools\\other.exe',
  '%SystemRoot%\\system32\\svchost.exe',
];
const SETTINGS: readonly SettingKey[] = [
  'EnableFirewall',
  'DoNotAllowExceptions',
  'DefaultInboundAction',
  'DefaultOutboundAction',
  'AllowLocalPolicyMerge',
];

export function randomPolicy(random: Random): NaivePolicy {
  const settings = (keys: readonly SettingKey[]): NaiveSettings =>
    Object.fromEntries(
      keys.flatMap((key) => {
        if (!random.chance(key === 'EnableFirewall' || key === 'DoNotAllowExceptions' ? 0.15 : 0.3))
          return [];
        return [[key, random.below(2)]];
      }),
    );
  const maybe = (keys: readonly SettingKey[]): NaiveSettings | undefined =>
    random.chance(0.6) ? settings(keys) : undefined;
  return {
    rules: Array.from({ length: 1 + random.below(8) }, (_, index) => randomRule(random, index)),
    local: { Domain: settings(SETTINGS), Private: settings(SETTINGS), Public: settings(SETTINGS) },
    policy: {
      Domain: maybe(SETTINGS),
      Private: maybe(SETTINGS),
      Public: maybe(SETTINGS),
      Standard: maybe(['EnableFirewall', 'DoNotAllowExceptions']),
    },
  };
}

function randomRule(random: Random, index: number): NaiveRule {
  const protocol = random.pick([6, 6, 6, 17, null]);
  const hasPorts = protocol !== null;
  const ports = (probability: number): NaiveRule['localPorts'] =>
    !hasPorts || !random.chance(probability)
      ? []
      : Array.from({ length: 1 + random.below(2) }, () => {
          const port = random.pick(PORTS);
          return random.chance(0.6) ? ([port, port] as const) : random.pick(RANGES);
        });
  const store = random.pick(['local', 'local', 'local', 'policy', 'policy', 'mdm', 'static'] as const);
  const isStatic = store === 'static';
  const action = isStatic
    ? 'Block'
    : random.pick(['Allow', 'Allow', 'Allow', 'Block', 'Block', 'ByPass'] as const);
  return {
    id: `r${index}`,
    store,
    action,
    active: random.chance(0.85) ? true : random.pick([false, null]),
    dir: random.chance(0.75) ? 'In' : 'Out',
    profiles: random.chance(0.5) ? [] : random.some(PROFILES),
    protocol,
    localPorts: ports(0.6),
    remotePorts: ports(0.1),
    localAddresses: random.chance(0.15) ? random.some(OWN_ADDRESSES) : [],
    remoteAddresses: random.chance(0.4) ? random.some(ADDRESSES) : [],
    app: random.chance(0.2) ? random.pick(APPS) : null,
    svc: isStatic
      ? random.pick(['VizSvc', '*'])
      : random.chance(0.15)
        ? random.pick(['VizSvc', 'Other', '*'])
        : null,
    appPackage: random.chance(0.05) ? 'S-1-15-2-1-2-3' : null,
    isStrange: random.chance(0.05),
    isSecured: action === 'ByPass' || (action === 'Allow' && random.chance(0.05)),
  };
}

export function randomPacket(random: Random): NaivePacket {
  const local = random.pick(['10.1.2.10', '10.1.3.1']);
  const remote = random.pick(['10.1.2.30', '10.1.2.31', '10.9.9.9', '192.0.2.1', '10.200.0.1']);
  return {
    dir: random.chance(0.75) ? 'In' : 'Out',
    protocol: random.pick([6, 6, 17] as const),
    profile: random.pick(PROFILES),
    local: ip(local),
    // Now and then the computer talks to itself.
    remote: ip(random.chance(0.05) ? local : remote),
    localPort: random.pick(PORTS),
    remotePort: random.pick([102, 10100, 40000, 50000]),
    ...randomListener(random),
  };
}

export function randomListener(random: Random): Pick<NaivePacket, 'program' | 'service'> {
  return { program: random.pick(PROGRAMS), service: random.pick([null, null, 'VizSvc']) };
}
