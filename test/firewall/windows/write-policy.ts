import type { NaivePolicy, NaiveRule, NaiveSettings } from './naive.ts';

const LOCAL =
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
const POLICY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall';

const KEYS = {
  local: `${LOCAL}\\FirewallRules`,
  policy: `${POLICY}\\FirewallRules`,
  mdm: `${LOCAL}\\Mdm\\FirewallRules`,
  static: `${LOCAL}\\RestrictedServices\\Static\\System`,
} as const;

/** The rule as the registry has it. */
export function ruleString(rule: NaiveRule): string {
  const range = ([from, to]: readonly [number, number], side: 'L' | 'R'): string =>
    from === to ? `${side}Port=${from}` : `${side}Port2_10=${from}-${to}`;
  const parts = [
    `Action=${rule.action}`,
    ...(rule.active === null ? [] : [`Active=${rule.active ? 'TRUE' : 'FALSE'}`]),
    `Dir=${rule.dir}`,
    ...(rule.protocol === null ? [] : [`Protocol=${rule.protocol}`]),
    ...rule.profiles.map((profile) => `Profile=${profile}`),
    ...rule.localPorts.map((one) => range(one, 'L')),
    ...rule.remotePorts.map((one) => range(one, 'R')),
    ...rule.localAddresses.map((address) => `LA4=${address}`),
    ...rule.remoteAddresses.map((address) => `RA4=${address}`),
    ...(rule.app === null ? [] : [`App=${rule.app}`]),
    ...(rule.svc === null ? [] : [`Svc=${rule.svc}`]),
    ...(rule.appPackage === null ? [] : [`AppPkgId=${rule.appPackage}`]),
    `Name=${rule.id}`,
    ...(rule.isStrange ? ['Strange=1'] : []),
    ...(rule.isSecured ? ['Security=Authenticate'] : []),
    ...(rule.action === 'ByPass' ? ['RMauth=O:LSD:(A;;CC;;;S-1-5-21-1)'] : []),
  ];
  return `v2.30|${parts.join('|')}|`;
}

/** Both stores as `reg export` writes them: keys in the order of the alphabet. */
export function regText({ rules, local, policy }: NaivePolicy): string {
  const settings = (values: NaiveSettings): readonly string[] =>
    Object.entries(values).map(([name, value]) => `"${name}"=dword:0000000${value}`);
  const quoted = (text: string): string => `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
  const ofStore = (store: NaiveRule['store']): readonly [string, readonly string[]] => [
    KEYS[store],
    rules
      .filter((rule) => rule.store === store)
      .map((rule) => `${quoted(rule.id)}=${quoted(ruleString(rule))}`),
  ];
  const keys: (readonly [string, readonly string[]])[] = [
    [LOCAL, []],
    [POLICY, []],
    [`${LOCAL}\\DomainProfile`, settings(local.Domain)],
    [`${LOCAL}\\StandardProfile`, settings(local.Private)],
    [`${LOCAL}\\PublicProfile`, settings(local.Public)],
    ...(['Domain', 'Private', 'Public', 'Standard'] as const).flatMap((profile) => {
      const values = policy[profile];
      return values === undefined ? [] : [[`${POLICY}\\${profile}Profile`, settings(values)] as const];
    }),
    ...(['local', 'policy', 'mdm', 'static'] as const).map(ofStore),
  ];
  const sorted = keys.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const blocks = sorted.map(([key, values]) => [`[${key}]`, ...values, ''].join('\r\n'));
  return ['Windows Registry Editor Version 5.00\r\n', ...blocks, ''].join('\r\n');
}
