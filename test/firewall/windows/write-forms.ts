import type { NaivePolicy, NaiveRule, NaiveSettings } from './naive.ts';
import { regText, ruleString } from './write-policy.ts';

/** The group policy as `Registry.pol` (MS-GPREG 2.2.1). */
export function polBytes({ rules, policy }: NaivePolicy): Buffer {
  const root = 'Software\\Policies\\Microsoft\\WindowsFirewall';
  const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const entry = (key: string, name: string, type: number, data: Buffer): Buffer =>
    Buffer.concat([
      ...[wide('['), wide(`${key}\0`), wide(';'), wide(`${name}\0`), wide(';'), number(type), wide(';')],
      ...[number(data.length), wide(';'), data, wide(']')],
    ]);
  return Buffer.concat([
    Buffer.from('PReg\x01\0\0\0', 'latin1'),
    entry(root, 'PolicyVersion', 4, number(0x21e)),
    ...Object.entries(policy).flatMap(([profile, values]) =>
      values === undefined
        ? []
        : Object.entries(values).map(([name, value]) =>
            entry(`${root}\\${profile}Profile`, name, 4, number(value)),
          ),
    ),
    ...rules
      .filter(({ store }) => store === 'policy')
      .map((rule) => entry(`${root}\\FirewallRules`, rule.id, 1, wide(`${ruleString(rule)}\0`))),
  ]);
}

/** One store alone as a registry export. */
export function regOf(policy: NaivePolicy, store: 'local' | 'policy'): string {
  const text = regText({ ...policy, rules: policy.rules.filter((rule) => rule.store === store) });
  const root = store === 'local' ? /\\SYSTEM\\/ : /\\SOFTWARE\\Policies\\/;
  const [head = '', ...keys] = text.split(/(?=^\[)/m);
  return [head, ...keys.filter((key) => root.test(key.split('\r\n', 1)[0] ?? ''))].join('');
}

const row = (label: string, value: string): string => `${`${label}:`.padEnd(38)}${value}`;

/** The local store as `netsh advfirewall firewall show rule name=all verbose` prints it in English. */
export function netshRules({ rules }: NaivePolicy): string {
  const range = ([from, to]: readonly [number, number]): string =>
    from === to ? `${from}` : `${from}-${to}`;
  const all = (values: readonly string[]): string => (values.length === 0 ? 'Any' : values.join(','));
  const blocks = rules
    .filter(({ store }) => store === 'local')
    .map((rule: NaiveRule) =>
      [
        '',
        row('Rule Name', rule.id),
        '-'.repeat(70),
        row('Enabled', rule.active === true ? 'Yes' : 'No'),
        row('Direction', rule.dir),
        row('Profiles', rule.profiles.length === 0 ? 'Domain,Private,Public' : rule.profiles.join(',')),
        row('Grouping', ''),
        row('LocalIP', all(rule.localAddresses)),
        row('RemoteIP', all(rule.remoteAddresses)),
        row('Protocol', rule.protocol === null ? 'Any' : rule.protocol === 6 ? 'TCP' : 'UDP'),
        ...(rule.protocol === null
          ? []
          : [
              row('LocalPort', all(rule.localPorts.map(range))),
              row('RemotePort', all(rule.remotePorts.map(range))),
            ]),
        row('Edge traversal', 'No'),
        row('Program', rule.app ?? 'Any'),
        ...(rule.svc === null ? [] : [row('Service', rule.svc)]),
        row('InterfaceTypes', 'Any'),
        row('Security', rule.isSecured ? 'Authenticate' : 'NotRequired'),
        row('Rule source', 'Local Setting'),
        row('Action', rule.action === 'ByPass' ? 'Bypass' : rule.action),
      ].join('\r\n'),
    );
  return `${blocks.join('\r\n')}\r\nOk.\r\n\r\n`;
}

/** The settings of the local store as `netsh advfirewall show allprofiles` prints them. */
export function netshProfiles({ local }: NaivePolicy): string {
  const inbound = (values: NaiveSettings): string =>
    values.DoNotAllowExceptions === 1
      ? 'BlockInboundAlways'
      : values.DefaultInboundAction === 0
        ? 'AllowInbound'
        : 'BlockInbound';
  const outbound = (values: NaiveSettings): string =>
    values.DefaultOutboundAction === 1 ? 'BlockOutbound' : 'AllowOutbound';
  const line = (label: string, value: string): string => `${label.padEnd(38)}${value}`;
  const blocks = (['Domain', 'Private', 'Public'] as const).map((profile) =>
    [
      '',
      `${profile} Profile Settings: `,
      '-'.repeat(70),
      line('State', local[profile].EnableFirewall === 0 ? 'OFF' : 'ON'),
      line('Firewall Policy', `${inbound(local[profile])},${outbound(local[profile])}`),
      line('LocalFirewallRules', 'N/A (GPO-store only)'),
      line('InboundUserNotification', 'Enable'),
      '',
    ].join('\r\n'),
  );
  return `${blocks.join('\r\n')}\r\nOk.\r\n\r\n`;
}
