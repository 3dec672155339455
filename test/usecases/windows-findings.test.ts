// What audit finds of a Windows computer, a code each: the rule and the setting it names.
import { describe, expect, test } from 'vitest';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import { NOTHING_STATED, type WindowsOptions } from '../../src/usecases/audit/windows-options.ts';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import type { NaiveRule } from '../firewall/windows/naive.ts';
import { decidedText } from '../../src/report/text/audit/row.ts';
import { LOCAL, POLICY, reg, rule } from '../firewall/windows/texts.ts';
import { collectionText } from '../firewall/windows/write-collection.ts';

const SITE = siteFromYaml(
  `
hosts: { maps-a: { address: 10.20.0.11, instances: 1, allocator: false } }
peers: { client: [10.30.0.0/16], config-tool: [], web: [] }
`,
  'vwaudit.yaml',
);

async function audited(
  files: Readonly<Record<string, string>>,
  windows: Partial<WindowsOptions> = {},
): Promise<AuditReport> {
  const system = {
    ...nodeSystem,
    readBytes: (name: string) => Promise.resolve(Buffer.from(files[name] ?? '')),
  };
  const options = {
    ...{
      files: Object.keys(files),
      dialects: ANY_DIALECT,
      hook: 'input' as const,
      interfaces: [],
      rulesOf: null,
    },
    ...{ selfAddresses: [], isForwarding: false },
    windows: { ...NOTHING_STATED, profile: 'private', isComplete: true, ...windows },
  } as const;
  return audit(SITE, options, { system, tool: { name: 'vwaudit', version: 'test' } });
}

const found = ({ findings }: AuditReport, code: string): readonly string[] =>
  findings.filter((one) => one.code === code).map(({ message }) => message);

const CLIENTS = rule('LPort=102|RA4=10.30.0.0/255.255.0.0');
const local = (store: Parameters<typeof reg>[1]): string => reg(LOCAL, store);

describe('what an ordinary computer may make false is not proven until somebody states it', () => {
  const netsh = [
    ...['', 'Rule Name:                            x', '-'.repeat(70)],
    ...['Enabled:                              Yes', 'Direction:                            In'],
    ...['Profiles:                             Domain,Private,Public'],
    ...['LocalIP:                              Any', 'RemoteIP:                             10.30.0.0/16'],
    ...['Protocol:                             TCP', 'LocalPort:                            102,9999'],
    ...['RemotePort:                           Any', 'Program:                              Any'],
    ...['InterfaceTypes:                       Any', 'Security:                             NotRequired'],
    ...['Rule source:                          Local Setting', 'Action:                               Allow'],
    ...['Ok.', ''],
  ].join('\r\n');
  const all = { EnableFirewall: 1, DefaultInboundAction: 1, DefaultOutboundAction: 0 };
  const policy = reg(POLICY, { settings: { domain: all, private: all, public: all } });
  const verdicts = async (
    files: Readonly<Record<string, string>>,
    isComplete: boolean,
  ): Promise<readonly string[]> => {
    const { flows } = await audited(files, { isComplete });
    return [...new Set(flows.map(({ verdict, proof }) => `${proof.result} ${verdict}`))].sort();
  };

  test('rules of netsh beside Group Policy: "Block all connections" and MDM', async () => {
    const files = { 'rules.txt': netsh, 'policy.reg': policy };
    expect(await verdicts(files, false)).toEqual(['allowed unproven', 'blocked unproven']);
    expect(await verdicts(files, true)).toEqual(['allowed pass', 'blocked pass']);
    const [message = ''] = found(await audited(files, { isComplete: false }), 'unstated');
    expect(message).toMatch(/if "Block all connections" .* is off .*; and MDM \(Intune\) sets no rules/);
  });

  test('registry exports of both stores show all of it', async () => {
    const settings = { domain: {}, private: {}, public: {} };
    const files = { 'local.reg': local({ settings, rules: { a: CLIENTS } }), 'policy.reg': policy };
    expect(await verdicts(files, false)).toEqual(['allowed pass', 'blocked pass']);
  });

  test('a stated service: its hardening rules', async () => {
    const files = { 'rules.txt': netsh, 'policy.reg': policy };
    const stated = await audited(files, { isComplete: false, service: 'VizSvc' });
    expect(found(stated, 'unstated')).toEqual([expect.stringMatching(/no rule of service hardening blocks/)]);
  });

  test('what goes wrong fails all the same', async () => {
    expect(
      await verdicts({ 'rules.txt': netsh.replace('10.30.0.0/16', 'Any'), 'policy.reg': policy }, false),
    ).toEqual(expect.arrayContaining(['allowed fail']));
  });
});

describe('what can be stated comes as a command', () => {
  const adviceOf = async (...asked: Parameters<typeof audited>): Promise<readonly string[]> =>
    (await audited(...asked)).findings
      .flatMap(({ advice }) => advice)
      .filter((line) => line.startsWith('$ '));

  test('profile, program and subnet in one', async () => {
    const rules = {
      a: rule('LPort=102|RA4=LocalSubnet|RA4=10.30.0.0/255.255.0.0|Profile=Private'),
      b: rule('LPort=102|App=C:\\Program Files\\Viz\\viz.exe|Profile=Public', 'Block'),
      c: rule('LPort=102|RA4=LocalSubnet|Profile=Public'),
    };
    const [command = ''] = await adviceOf({ 'l.reg': local({ rules }) }, { profile: null });
    expect(command).toMatch(/^\$ vwaudit audit l\.reg --complete .*--profile \w+/);
  });

  test('a program with blanks, as all shells take it', async () => {
    const rules = { a: CLIENTS, b: rule('LPort=102|App=C:\\Program Files\\Viz\\viz.exe', 'Block') };
    expect(await adviceOf({ 'l.reg': local({ rules }) })).toContainEqual(
      expect.stringMatching(/ --program "C:\\Program Files\\Viz\\viz\.exe"$/),
    );
  });

  test('the store that is missing', async () => {
    expect(await adviceOf({ 'l.reg': local({ rules: { a: CLIENTS } }) }, { isComplete: false })).toEqual(
      expect.arrayContaining([
        '$ reg export "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall" policy.reg',
        expect.stringMatching(/ --complete$/),
      ]),
    );
  });
});

describe('why a required flow is blocked', () => {
  test('block-beats-allow names both rules', async () => {
    const report = await audited({
      'l.reg': local({ rules: { a: CLIENTS, b: rule('LPort=102', 'Block') } }),
    });
    expect(found(report, 'block-beats-allow')).toEqual([
      expect.stringMatching(
        /102\/tcp .* on maps-a: l\.reg:7 x \(b\) .*blocks client, though l\.reg:6 x \(a\)/,
      ),
    ]);
    // What it advises helps, so the advice that does not is left out.
    expect(report.findings.find(({ code }) => code === 'blocked')?.advice).toEqual([]);
  });

  test('none where no rule allows, or the one that would is for another program', async () => {
    const of = (rules: Readonly<Record<string, string>>): Promise<AuditReport> =>
      audited({ 'l.reg': local({ rules }) }, { program: 'C:\\viz\\viz.exe' });
    const block = rule('LPort=102', 'Block');
    expect(found(await of({ b: block }), 'block-beats-allow')).toEqual([]);
    const other = rule('LPort=102|App=C:\\other.exe');
    expect(found(await of({ a: other, b: block }), 'block-beats-allow')).toEqual([]);
  });

  test('a rule is named by its display name and ID; the data has its text', async () => {
    const id = 'TCP Query User{7E0D3C59-6C5B-4F6A-9A0E-2F1A5B0C4D01}C:\\viz\\viz.exe';
    const block = rule('App=C:\\viz\\viz.exe', 'Block');
    const report = await audited(
      { 'l.reg': local({ rules: { a: CLIENTS, [id]: block } }) },
      { program: 'C:\\viz\\viz.exe' },
    );
    const name = 'l.reg:7 x (TCP Query User{7E0D3C59-6C5B-4F6A-9A0E-2F1A5B0C4D01})';
    expect(found(report, 'query-user-block')).toEqual([
      `102/tcp (server 1, clients) on maps-a: ${name} blocks client: made when the pop-up of the program was cancelled.`,
    ]);
    expect(found(report, 'blocked')).toEqual([expect.stringMatching(/Rule: l\.reg:7 x \([^)]*\)$/)]);
    expect(report.findings.flatMap(({ rules = [] }) => rules.map(({ text }) => text))).toContain(
      `x (${id}) ${block}`,
    );
  });

  test('local-rules-ignored names the rule and the setting', async () => {
    const files = {
      'l.reg': local({ rules: { a: CLIENTS } }),
      'p.reg': reg(POLICY, { settings: { private: { AllowLocalPolicyMerge: 0 } } }),
    };
    expect(found(await audited(files), 'local-rules-ignored')).toEqual([
      expect.stringMatching(
        /l\.reg:6 x \(a\).*has no effect: p\.reg:6 private profile: AllowLocalPolicyMerge=0/,
      ),
    ]);
    expect(found(await audited(files, { profile: 'domain' }), 'local-rules-ignored')).toEqual([]);
  });

  test('where local rules do not count, all advice is about Group Policy', async () => {
    const files = {
      'l.reg': local({}),
      'p.reg': reg(POLICY, { settings: { public: { AllowLocalPolicyMerge: 0 } } }),
    };
    const advised = (report: AuditReport): string =>
      report.findings
        .filter(({ code }) => code === 'blocked')
        .flatMap(({ advice }) => advice)
        .join('\n');
    const ignored = advised(await audited(files, { profile: 'public' }));
    expect(ignored).toMatch(
      /Import the file as administrator.*\n\$ vwaudit rules --format windows-registry --profile /,
    );
    expect(ignored).not.toContain('--format windows ');
    expect(advised(await audited(files))).toMatch(
      /^Allow them, as administrator:\n.*--format windows --site/,
    );
  });

  test('a local block rule without effect is found where it lets outsiders in', async () => {
    const files = {
      'l.reg': local({ rules: { b: rule('LPort=102', 'Block') } }),
      'p.reg': reg(POLICY, {
        rules: { a: rule('LPort=102') },
        settings: { private: { AllowLocalPolicyMerge: 0 } },
      }),
    };
    expect(found(await audited(files), 'local-rules-ignored')).toEqual([
      expect.stringMatching(/l\.reg:6 x \(b\).*would block outsider but has no effect/),
    ]);
    const advice = (await audited(files)).findings.flatMap((one) => one.advice).join('\n');
    expect(advice).toMatch(/Narrow the allow rule/);
    expect(advice).not.toMatch(/Put the rule into Group Policy/);
  });

  test('query-user-block, and in which case', async () => {
    const id = 'TCP Query User{7E0D3C59-6C5B-4F6A-9A0E-2F1A5B0C4D01}C:\\viz\\viz.exe';
    const files = {
      'l.reg': local({ rules: { a: CLIENTS, [id]: rule('App=C:\\viz\\viz.exe', 'Block') } }),
    };
    expect(found(await audited(files), 'query-user-block')).toEqual([
      expect.stringMatching(/on maps-a, if the listener is C:\\viz\\viz\.exe: l\.reg:7 /),
    ]);
    const known = await audited(files, { program: 'c:\\VIZ\\viz.exe' });
    expect(found(known, 'query-user-block')).toEqual([expect.stringMatching(/on maps-a: l\.reg:7 /)]);
    expect(found(await audited(files, { program: 'D:\\viz.exe' }), 'query-user-block')).toEqual([]);
  });

  test('profile-mismatch names the profiles of the rule', async () => {
    const files = { 'l.reg': local({ rules: { a: rule('LPort=102|Profile=Domain|Profile=Private') } }) };
    expect(found(await audited(files, { profile: 'public' }), 'profile-mismatch')).toEqual([
      expect.stringMatching(/l\.reg:6 .* allows client in the domain and private profiles only/),
    ]);
    expect(found(await audited(files, { profile: 'private' }), 'profile-mismatch')).toEqual([]);
    expect(found(await audited(files, { profile: null }), 'profile-mismatch')).toEqual([
      expect.stringMatching(/, in the public profile: /),
    ]);
  });

  test.each([
    ['Domain', /connect the computer to its domain/, /NetworkCategory/],
    ['Private', /-NetworkCategory Private/, /domain/],
    ['Public', /-NetworkCategory Public/, /domain|Private/],
  ])('profile-mismatch of a rule for %s names a way to that profile', async (of, named, other) => {
    const files = { 'l.reg': local({ rules: { a: rule(`LPort=102|Profile=${of}`) } }) };
    const report = await audited(files, { profile: of === 'Private' ? 'public' : 'private' });
    const advice = report.findings.find(({ code }) => code === 'profile-mismatch')?.advice.join('\n');
    expect(advice).toMatch(named);
    expect(advice).not.toMatch(other);
    expect(advice).toMatch(/Set-NetFirewallRule -Profile/);
  });

  test('profile-mismatch on a domain network, whose category nobody can change', async () => {
    const files = { 'l.reg': local({ rules: { a: rule('LPort=102|Profile=Private|Profile=Public') } }) };
    for (const profile of ['domain', null] as const) {
      const report = await audited(files, { profile });
      const advice = report.findings.find(({ code }) => code === 'profile-mismatch')?.advice.join('\n');
      expect(advice).toMatch(/^Give the rule the domain profile too/);
      expect(advice).not.toMatch(/-NetworkCategory/);
    }
  });

  test('shields-up is not the default action', async () => {
    const on = {
      'l.reg': local({ rules: { a: CLIENTS }, settings: { private: { DoNotAllowExceptions: 1 } } }),
    };
    expect(found(await audited(on), 'shields-up')).toEqual([
      expect.stringMatching(/l\.reg:6 private profile: DoNotAllowExceptions=1 blocks client/),
    ]);
    const block = {
      'l.reg': local({ rules: { a: CLIENTS }, settings: { private: { DefaultInboundAction: 1 } } }),
    };
    expect(found(await audited(block), 'shields-up')).toEqual([]);
  });
});

test('what is not given is the reason, whatever rules are', async () => {
  const files = { 'l.reg': local({ rules: { a: CLIENTS, b: rule('LPort=102', 'Block') } }) };
  const report = await audited(files, { isComplete: false });
  for (const message of found(report, 'undecided'))
    expect(message).toMatch(/Group Policy is not given .* Rule: .*rules of the store Group Policy/);
  expect(report.flows[0]?.proof.rules.map(({ text }) => text)).toEqual(['rules of the store Group Policy']);
});

test('--verbose shows the program of a long rule that decides', async () => {
  const program = 'C:\\Program Files\\Vizrt\\VizWorld\\VizWorld.exe';
  const block = rule(`LPort=102|RA4=10.30.0.0/255.255.0.0|RA4=10.31.0.0/255.255.0.0|App=${program}`, 'Block');
  const report = await audited({ 'l.reg': local({ rules: { a: block } }) }, { program });
  const flow = report.flows.find(({ from, port }) => from.role === 'client' && port === 102);
  expect(decidedText(flow!, { withFile: true, amount: 'whole' })).toContain(`App=${program}`);
});

test('firewall-off: of who must get in and of who must not', async () => {
  const files = { 'l.reg': local({ settings: { private: { EnableFirewall: 0 } } }) };
  const report = await audited(files);
  expect(found(report, 'firewall-off').join('\n')).toMatch(/lets in client because it is off/);
  expect(found(report, 'firewall-off').join('\n')).toMatch(/lets in outsider because it is off/);
  expect(found(await audited(files, { profile: 'public' }), 'firewall-off')).toEqual([]);
});

test('ipsec-required', async () => {
  const files = { 'l.reg': local({ rules: { a: rule('LPort=102|Security=Authenticate') } }) };
  expect(found(await audited(files), 'ipsec-required').join('\n')).toMatch(/is for client only if IPsec/);
});

test('same-id-in-both-stores names both places; equal rules are no fault', async () => {
  const files = (policy: string): Readonly<Record<string, string>> => ({
    'l.reg': local({ rules: { a: CLIENTS } }),
    'p.reg': reg(POLICY, { rules: { A: policy } }),
  });
  expect(
    found(await audited(files(rule('LPort=102', 'Block'))), 'same-id-in-both-stores').join('\n'),
  ).toMatch(/rule ID a is in Local \(l\.reg:6\) and Group Policy \(p\.reg:6\)/);
  expect(found(await audited(files(CLIENTS)), 'same-id-in-both-stores')).toEqual([]);
});

test('other-firewall-registered', async () => {
  const object = {
    DisplayName: 'x',
    InstanceID: 'r',
    Direction: 1,
    Action: 2,
    Enabled: 1,
    EnforcementStatus: [3],
  };
  const report = await audited({ 'r.json': JSON.stringify([object]) });
  expect(found(report, 'other-firewall-registered').join('\n')).toMatch(
    /another firewall product is registered/,
  );
  expect(report.summary.pass).toBe(0);
});

const EXCLUDED = `\r\nProtocol tcp Port Exclusion Ranges\r\n\r\nStart Port    End Port      \r\n----------    --------      \r\n        90         110     \r\n`;
const DYNAMIC = `\r\n协议 tcp 动态端口范围\r\n---------------------------------\r\n启动端口        : 50\r\n端口数          : 200\r\n`;

describe('reserved ports', () => {
  const rules = { 'l.reg': local({ rules: { a: CLIENTS } }) };
  test('port-excluded, and not where an administrator reserved it', async () => {
    const excluded = await audited({ ...rules, t: EXCLUDED });
    expect(found(excluded, 'port-excluded').join()).toMatch(/^102\/tcp .*excluded port range 90-110/);
    expect(excluded.findings.flatMap(({ advice }) => advice)).toContain(
      '$ netsh int ipv4 add excludedportrange protocol=tcp startport=102 numberofports=1 store=persistent',
    );
    const starred = EXCLUDED.replace('110     ', '110     *');
    const report = await audited({ ...rules, t: starred, d: DYNAMIC });
    expect(found(report, 'port-excluded')).toEqual([]);
    // The reservation keeps others away from the port.
    expect(found(report, 'dynamic-range-overlap')).toEqual([]);
  });

  test('dynamic-range-overlap, in any language, and of the transport it is about', async () => {
    expect(found(await audited({ ...rules, t: DYNAMIC }), 'dynamic-range-overlap').join()).toMatch(
      /^102\/tcp .*50-249/,
    );
    const udp = DYNAMIC.replace('tcp', 'udp');
    expect(found(await audited({ ...rules, t: udp }), 'dynamic-range-overlap')).toEqual([]);
  });
});

describe('a file of the collector', () => {
  const ROW = { LocalAddress: '0.0.0.0', LocalPort: 102, OwningProcess: 700 };
  const KNOWN = {
    addresses: [{ IPAddress: '10.20.0.11', PrefixLength: 24, InterfaceAlias: 'Ethernet', InterfaceIndex: 5 }],
    networks: [{ InterfaceAlias: 'Ethernet', InterfaceIndex: 5, NetworkCategory: 1 }],
    tcp: [ROW],
    processes: [{ ProcessId: 700, Name: 'viz.exe', ExecutablePath: 'C:\\viz\\viz.exe' }],
  };
  const RULE: NaiveRule = {
    ...{
      id: 'a',
      store: 'local',
      action: 'Allow',
      active: true,
      dir: 'In',
      profiles: ['Private'],
      protocol: 6,
    },
    ...{ localPorts: [[102, 102]], remotePorts: [], localAddresses: [], remoteAddresses: ['10.30.0.0/16'] },
    ...{ app: 'c:\\viz\\VIZ.exe', svc: null, appPackage: null, isStrange: false, isSecured: false },
  };
  const collected = (
    rules: readonly NaiveRule[],
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<AuditReport> => {
    const policy = {
      ...{ rules, local: { Domain: {}, Private: {}, Public: {} } },
      policy: { Domain: {}, Private: {}, Public: {}, Standard: undefined },
    };
    const text = collectionText(policy, { powershell: '5.1', more: { ...KNOWN, ...more } });
    return audited({ 'machine.json': text }, { profile: null, isComplete: false });
  };
  const client = ({ flows }: AuditReport): unknown =>
    flows.find(({ from }) => from.role === 'client')?.verdict;

  test('the profile comes from the network, the program from the listener', async () => {
    expect(client(await collected([RULE]))).toBe('pass');
    const other = [{ ProcessId: 700, Name: 'x.exe', ExecutablePath: 'D:\\x.exe' }];
    expect(client(await collected([RULE], { processes: other }))).toBe('fail');
    const bare = [{ ProcessId: 700, Name: 'viz.exe', ExecutablePath: 'x.exe' }];
    expect(client(await collected([RULE], { processes: bare }))).toBe('unproven');
    const networks = [{ InterfaceAlias: 'Ethernet', InterfaceIndex: 5, NetworkCategory: 0 }];
    const elsewhere = await collected([RULE], { networks });
    expect(client(elsewhere)).toBe('fail');
    expect(found(elsewhere, 'profile-mismatch')).toEqual([
      expect.stringMatching(/in the private profile only/),
    ]);
  });

  test('rules for other programs are those for none of the listeners', async () => {
    const ids = ({ setAside = [] }: AuditReport): unknown => setAside.map(({ title }) => title);
    const rules = [RULE, { ...RULE, id: 'y', app: 'D:\\y.exe' }, { ...RULE, id: 's', app: 'System' }];
    expect(ids(await collected(rules))).toEqual(['s']);
  });

  test('http.sys is the kernel: rules for System are for it', async () => {
    const ofKernel = { ...RULE, app: 'System' };
    expect(client(await collected([ofKernel], { tcp: [{ ...ROW, OwningProcess: 4 }] }))).toBe('pass');
    expect(client(await collected([ofKernel]))).toBe('fail');
  });

  test('a listener whose program could not be read need not be an ordinary one', async () => {
    const OPEN = { ...RULE, app: null };
    const unread = { processes: [{ ProcessId: 700, Name: 'viz.exe', ExecutablePath: null }] };
    const ofWindows = {
      ...OPEN,
      id: 'b',
      action: 'Block' as const,
      app: 'C:\\Windows\\System32\\svchost.exe',
    };
    expect(client(await collected([OPEN, ofWindows]))).toBe('pass');
    expect(client(await collected([OPEN], unread))).toBe('pass');
    expect(client(await collected([OPEN, ofWindows], unread))).toBe('unproven');
    // Nor one that has no process, or where two programs listen.
    const nameless = { tcp: [{ ...ROW, OwningProcess: null }] };
    expect(client(await collected([OPEN, ofWindows], nameless))).toBe('unproven');
    const two = { tcp: [ROW, { ...ROW, LocalAddress: '10.20.0.11', OwningProcess: 701 }] };
    expect(client(await collected([OPEN, ofWindows], two))).toBe('unproven');
    // It is not the kernel, whose process is known by its number.
    expect(client(await collected([OPEN, { ...ofWindows, app: 'System' }], unread))).toBe('pass');
  });

  test('without administrator rights Group Policy is not known, unless its key is missing', async () => {
    expect(client(await collected([RULE], { isAdministrator: false }))).toBe('unproven');
    const report = await collected([RULE], { isAdministrator: false, hasPolicyKey: false });
    expect(client(report)).toBe('unproven');
    // Only what MDM may have set is still open, which the active store has for an administrator.
    expect(report.flows[0]?.proof.result).toBe('allowed');
    expect(found(report, 'unstated')).toEqual([
      expect.stringMatching(/as it should be for client and outsider, if MDM \(Intune\) sets no/),
    ]);
  });

  test('another firewall product leaves everything open', async () => {
    const firewallProducts = [{ displayName: 'Example Security', productState: 0x41000 }];
    const report = await collected([RULE], { firewallProducts });
    expect(client(report)).toBe('unproven');
    expect(found(report, 'other-firewall-registered')[0]).toMatch(/Example Security is registered/);
  });

  test('a port that nothing listens on', async () => {
    expect(found(await collected([RULE], { tcp: [] }), 'nothing-listens')).not.toEqual([]);
  });
});

describe('rules for other programs', () => {
  const rules = {
    a: CLIENTS,
    s: rule('LPort=102|App=System'),
    w: rule('App=%SystemRoot%\\system32\\svchost.exe|Svc=x'),
    o: rule('App=%SystemRoot%\\x.exe').replace('Dir=In', 'Dir=Out'),
  };

  test('are counted and listed, those of the direction asked about', async () => {
    const report = await audited({ 'l.reg': local({ rules }) });
    expect(report.assumptions.join('\n')).toMatch(/2 active rules are for other programs/);
    expect(report.setAside?.map(({ line, chain }) => `${line} ${chain}`)).toEqual([
      '7 Inbound Rules',
      '8 Inbound Rules',
    ]);
  });

  test('where the listener is stated or collected, those that are not for it', async () => {
    const lines = ({ setAside }: AuditReport): unknown => setAside?.map(({ line }) => line);
    const files = { 'l.reg': local({ rules: { ...rules, v: rule('LPort=102|App=C:\\viz.exe') } }) };
    expect(lines(await audited(files, { program: 'C:\\viz.exe' }))).toEqual([7, 8]);
    expect(lines(await audited(files, { program: 'System' }))).toEqual([8, 10]);
  });
});

test('cases that differ in the profile alone are one', async () => {
  const files = { 'l.reg': local({ rules: { a: rule('LPort=102|App=C:\\viz\\viz.exe') } }) };
  const report = await audited(files, { profile: null });
  const proof = report.flows.find(({ from, port }) => from.role === 'client' && port === 102)?.proof;
  expect(proof?.result).toBe('depends');
  expect(report.findings.find(({ code }) => code === 'depends')?.message).toMatch(
    /\): if the listener is C:\\viz\\viz\.exe: allowed \(line 6\) .* File: l\.reg$/,
  );
});

test('one program spelled in two ways is one case', async () => {
  const files = {
    'l.reg': local({
      rules: {
        a: rule('LPort=102|App=C:\\Program Files\\viz.exe'),
        b: rule('App=%ProgramFiles%\\VIZ.exe', 'Block'),
      },
    }),
  };
  const report = await audited(files);
  expect(report.findings.find(({ code }) => code === 'depends')).toBe(undefined);
  expect(report.flows.find(({ from }) => from.role === 'client')?.proof.result).toBe('blocked');
});

describe('what the words of a rule leave open', () => {
  const answer = async (text: string, id: string): Promise<unknown> => {
    const { flows } = await audited({ 'l.reg': text });
    return flows.find((flow) => flow.id === id)?.proof.result;
  };
  const OUTSIDER = 'outsider>maps-a/server-1.client';

  test('local-only mapping: whom an allow rule fits is open, also beyond its addresses', async () => {
    const of = (flag: string): string =>
      local({ rules: { m: rule(`LPort=102|RA4=10.99.0.0/255.255.0.0|${flag}`) } });
    expect(await answer(of('LOM=TRUE'), OUTSIDER)).toBe('undecided');
    expect(await answer(of('LOM=FALSE'), OUTSIDER)).toBe('partly');
  });

  test('local-only mapping is ignored on a block rule', async () => {
    const block = rule('LPort=102|RA4=10.99.0.0/255.255.0.0|LOM=TRUE', 'Block');
    expect(await answer(local({ rules: { a: CLIENTS, b: block } }), 'client>maps-a/server-1.client')).toBe(
      'allowed',
    );
  });

  test('GloballyOpenPorts switches off rules of one port entry, not of two that touch', async () => {
    const off = `\r\n[${LOCAL}\\StandardProfile\\GloballyOpenPorts]\r\n"AllowUserPrefMerge"=dword:00000000\r\n\r\n`;
    expect(await answer(local({ rules: { a: rule('LPort=102') } }) + off, OUTSIDER)).toBe('blocked');
    expect(await answer(local({ rules: { a: rule('LPort=102|LPort=103') } }) + off, OUTSIDER)).toBe(
      'allowed',
    );
  });
});
