import type { NaivePolicy, NaiveRule, NaiveSettings, Profile } from './naive.ts';

// One model as the script of `vwaudit collect --script powershell` writes it: a JavaScript model of its output, no proof that it runs.

export interface CollectionOptions {
  /** Windows PowerShell 5.1 may write lists as objects and one-element lists as one value. */
  readonly powershell: '5.1' | '7';
  /** Replaces what is written at the top level. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const ACTIONS = { Allow: 2, Block: 4, ByPass: 3 } as const;
const BITS: Readonly<Record<Profile, number>> = { Domain: 1, Private: 2, Public: 4 };
/** PolicyStoreSourceType of the active store. */
const SOURCES = { local: 1, policy: 2, mdm: 6, static: 5 } as const;

export function collectionText(policy: NaivePolicy, { powershell, more = {} }: CollectionOptions): string {
  const isOld = powershell === '5.1';
  const one = (values: readonly unknown[]): unknown =>
    values.length === 0 ? 'Any' : isOld && values.length === 1 ? values[0] : values;
  const list = (values: readonly unknown[]): unknown =>
    isOld ? { value: values, Count: values.length } : values;
  const store = (rules: readonly NaiveRule[], settings: NaivePolicy['policy'] | null): unknown => ({
    rules: list(rules.map((rule) => ruleObject(rule))),
    port: list(
      rules.map((rule) => ({
        ...ofFilter(rule),
        Protocol:
          rule.protocol === null ? 'Any' : ({ 6: 'TCP', 17: 'UDP' }[rule.protocol] ?? String(rule.protocol)),
        LocalPort: one(rule.localPorts.map(rangeText)),
        RemotePort: one(rule.remotePorts.map(rangeText)),
        IcmpType: 'Any',
        DynamicTransport: 0,
      })),
    ),
    address: list(
      rules.map((rule) => ({
        ...ofFilter(rule),
        LocalAddress: one(rule.localAddresses),
        RemoteAddress: one(rule.remoteAddresses),
      })),
    ),
    application: list(
      rules.map((rule) => ({ ...ofFilter(rule), AppPath: rule.app ?? 'Any', Package: rule.appPackage })),
    ),
    service: list(rules.map((rule) => ({ ...ofFilter(rule), ServiceName: rule.svc ?? 'Any' }))),
    interface: list(rules.map((rule) => ({ ...ofFilter(rule), InterfaceAlias: one([]) }))),
    interfaceType: list(rules.map((rule) => ({ ...ofFilter(rule), InterfaceType: 0 }))),
    security: list(
      rules.map((rule) => ({
        ...ofFilter(rule),
        Authentication: rule.isSecured ? 1 : 0,
        Encryption: 0,
        OverrideBlockRules: rule.action === 'ByPass',
        LocalUsers: 'Any',
        RemoteUsers: 'Any',
        RemoteMachines: rule.action === 'ByPass' ? 'O:LSD:(A;;CC;;;S-1-5-21-1)' : 'Any',
      })),
    ),
    profiles: list(
      (['Domain', 'Private', 'Public'] as const).map((name) => profileObject(name, settings?.[name] ?? {})),
    ),
  });
  const of = (wanted: NaiveRule['store']): readonly NaiveRule[] =>
    policy.rules.filter((rule) => rule.store === wanted);
  return JSON.stringify({
    ...{ schemaVersion: 1, kind: 'machine', platform: 'windows', collectedAt: '2026-11-29T10:00:00Z' },
    ...{ host: 'MAPS-A', windowsVersion: '10.0.19045.0', powershellVersion: powershell },
    ...{ isAdministrator: true, hasPolicyKey: true },
    stores: {
      PersistentStore: store(of('local'), { ...policy.local, Standard: undefined }),
      RSOP: store(of('policy'), policy.policy),
      ActiveStore: store(policy.rules, null),
    },
    ...{ networks: list([]), addresses: list([]), tcp: list([]), udp: list([]), processes: list([]) },
    ...{ services: list([]), portTables: [], firewallProducts: list([]), failures: [] },
    ...more,
  });
}

function ofFilter(rule: NaiveRule): Readonly<Record<string, unknown>> {
  return {
    CreationClassName: `MSFT|FW|FirewallRule|${rule.id}`,
    InstanceID: rule.id,
    IsNegated: false,
  };
}

function ruleObject(rule: NaiveRule): unknown {
  return {
    CreationClassName: `MSFT|FW|FirewallRule|${rule.id}`,
    InstanceID: rule.id,
    DisplayName: rule.id,
    RuleGroup: '',
    Enabled: rule.active === true ? 1 : 2,
    Profiles: rule.profiles.reduce((bits, profile) => bits | BITS[profile], 0),
    Direction: rule.dir === 'In' ? 1 : 2,
    Action: ACTIONS[rule.action],
    EdgeTraversalPolicy: 0,
    LooseSourceMapping: false,
    LocalOnlyMapping: false,
    Owner: null,
    Platforms: [],
    PrimaryStatus: 1,
    EnforcementStatus: [1],
    PolicyStoreSource: 'PersistentStore',
    PolicyStoreSourceType: SOURCES[rule.store],
  };
}

function profileObject(name: Profile, settings: NaiveSettings): unknown {
  const flag = (value: number | undefined): number => value ?? 2;
  const action = (value: number | undefined): number => (value === undefined ? 0 : value === 0 ? 2 : 4);
  const shut = settings.DoNotAllowExceptions;
  return {
    Name: name,
    Enabled: flag(settings.EnableFirewall),
    DefaultInboundAction: action(settings.DefaultInboundAction),
    DefaultOutboundAction: action(settings.DefaultOutboundAction),
    AllowInboundRules: flag(shut === undefined ? undefined : 1 - shut),
    AllowLocalFirewallRules: flag(settings.AllowLocalPolicyMerge),
    AllowLocalIPsecRules: 2,
    AllowUserApps: 2,
    AllowUserPorts: 2,
    DisabledInterfaceAliases: ['NotConfigured'],
  };
}

function rangeText([from, to]: readonly [number, number]): string {
  return from === to ? String(from) : `${from}-${to}`;
}
