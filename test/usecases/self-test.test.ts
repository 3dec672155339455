// What of a user's own files was not understood, ready to send in: nothing that tells whose they are.
import { expect, test } from 'vitest';
import { nodeSystem } from '../../src/system/node-system.ts';
import { selfTest, type SelfTest } from '../../src/usecases/audit/self-test.ts';
import { LOCAL, POLICY, reg } from '../firewall/windows/texts.ts';

function tested(text: string): Promise<SelfTest> {
  return testedFiles({ 'secret-host.reg': text });
}

function testedFiles(files: Readonly<Record<string, string>>): Promise<SelfTest> {
  const readBytes = (name: string): Promise<Buffer> => Promise.resolve(Buffer.from(files[name] ?? ''));
  const system = { ...nodeSystem, readBytes };
  return selfTest(Object.keys(files), { system, tool: { name: 'vwaudit', version: 'test' } });
}

const rule = (parts: string): string => `v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|${parts}|`;

test('unknown keys are reported, with everything private replaced', async () => {
  const sid = 'S-1-5-21-1111111111-2222222222-3333333333-1001';
  const { text, isClean } = await tested(
    reg(LOCAL, {
      rules: {
        '{12345678-1234-1234-1234-123456789abc}': rule(
          `LPort=10100|RA4=203.0.113.77|App=C:\\Users\\jdoe\\Acme Corp\\acme.exe|Svc=AcmeSvc|Name=Acme clients|Desc=For J. Doe|LUAuth=O:LSD:(A;;CC;;;${sid})|NewKey=acme-42`,
        ),
        b: rule(`App=C:\\Users\\jdoe\\other.exe|LUOwn=${sid}|Name=Acme clients|NewKey=1`),
      },
    }),
  );
  expect(isClean).toBe(false);
  expect(text).not.toMatch(/acme|doe|203\.0\.113\.77|1111111111|12345678|secret/i);
  expect(text).toMatch(/line 6: rule-key\n {4}part: NewKey=xxxx-00\n/);
  // The same everywhere.
  expect(text).toMatch(
    /App=C:\\Users\\folder-1\\folder-2\\folder-3\.exe\|Svc=name-1\|Name=name-2\|Desc=name-3/,
  );
  expect(text).toMatch(/App=C:\\Users\\folder-1\\folder-4\.exe\|LUOwn=S-1-5-21-1\|Name=name-2\|NewKey=1/);
});

test('all is understood: nothing of the file is shown', async () => {
  const { text, isClean } = await tested(reg(LOCAL, { rules: { a: rule('LPort=102|Name=x') } }));
  expect(isClean).toBe(true);
  expect(text.trim().split('\n')).toHaveLength(3);
  expect(text).toMatch(/^windows: 1 rules and settings read, 0 parts not understood$/m);
});

test('rules that are off and settings are counted too, and each once', async () => {
  const { text } = await tested(
    reg(LOCAL, {
      rules: { a: rule('LPort=102'), b: rule('LPort=103').replace('TRUE', 'FALSE') },
      settings: { public: { EnableFirewall: 1 } },
    }),
  );
  expect(text).toMatch(/^windows: 3 rules and settings read/m);
});

test('tables of ports alone', async () => {
  const table =
    'Protocol tcp Port Exclusion Ranges\r\n\r\nStart Port    End Port\r\n----------    --------\r\n      5357        5357\r\n';
  const { text } = await tested(table);
  expect(text).toMatch(/^port tables: 0 rules and settings read/m);
});

test('a file that cannot be read is reported by its place', async () => {
  const { text, isClean } = await tested(`${reg(LOCAL, {})}"Acme"=what:1\r\n`);
  expect(isClean).toBe(false);
  expect(text).toMatch(/not read: bad-ruleset at line 7, column 8/);
  expect(text).not.toMatch(/acme|secret/i);
});

test('other languages too: an unknown match of iptables', async () => {
  const { text } = await tested(
    '*filter\n:INPUT DROP [0:0]\n-A INPUT -s 203.0.113.9/32 -m acmematch --acme 7 -m comment --comment "John" -j ACCEPT\nCOMMIT\n',
  );
  expect(text).toMatch(/unknown-match-module|not read/);
  expect(text).not.toMatch(/203\.0\.113\.9|John/);
});

test('rules of service hardening for other programs too', async () => {
  const key = `[${LOCAL}\\RestrictedServices\\Static\\System]`;
  const odd =
    'V4.0|Action=Block|Dir=in|App=%SystemRoot%\\\\system32\\\\svchost.exe|Svc=AcmeSvc|NewKey=1|Name=x|';
  const { text } = await tested(`${reg(LOCAL, {})}${key}\r\n"acme"="${odd}"\r\n\r\n`);
  expect(text).toMatch(/rule-version\n/);
  expect(text).toMatch(/rule-key\n {4}part: NewKey=1/);
  expect(text).not.toMatch(/acme/i);
});

test('settings, names and the end of a file too, without what an administrator wrote there', async () => {
  const old = `[${LOCAL}\\DomainProfile\\AuthorizedApplications\\List]`;
  const settings = { domain: { EnableFirewal: 0 }, public: { DefaultInboundAction: 3 } };
  const { text, isClean } = await tested(
    `${reg(LOCAL, { settings })}${old}\r\n"C:\\\\Users\\\\jdoe\\\\acme.exe"="Acme"\r\n`,
  );
  expect(isClean).toBe(false);
  expect(text).toMatch(/: misspelt-name\n {4}part: EnableFirewal \(perhaps EnableFirewall\)\n/);
  expect(text).toMatch(/: setting-unclear\n {4}part: DefaultInboundAction=3\n/);
  expect(text).toMatch(
    /: unread-setting\n {4}part: domainprofile\\authorizedapplications\\list\\x:\\xxxxx\\xxxx\\xxxx\.xxx\n/,
  );
  expect(text).not.toMatch(/acme|doe/i);
});

test('a value of a profile that Windows does not document, without what was set', async () => {
  const key = `[${LOCAL}\\PublicProfile]\r\n"QuantumFiltering"="acme"\r\n"For J. Doe"=dword:00000001\r\n\r\n`;
  const { text, isClean } = await tested(`${reg(LOCAL, {})}${key}`);
  expect(isClean).toBe(false);
  expect(text).toMatch(/2 parts not understood/);
  expect(text).toMatch(/line 8: undocumented-value\n {4}part: QuantumFiltering="xxxx"\n/);
  expect(text).toMatch(/line 9: undocumented-value\n {4}part: xxx x\. xxx=1\n/);
  expect(text).not.toMatch(/acme|doe/i);
});

test('a rule below the heading of a profile tells no path of a user', async () => {
  const id = 'TCP Query User{12345678-1234-1234-1234-123456789abc}C:\\\\Users\\\\jdoe\\\\acme.exe';
  const key = `[${LOCAL}\\PublicProfile]\r\n"${id}"="${rule('LPort=102')}"\r\n\r\n`;
  const { text } = await tested(`${reg(LOCAL, {})}${key}`);
  expect(text).toMatch(/: misspelt-name\n/);
  expect(text).not.toMatch(/acme|doe|12345678/i);
});

test('of several files the one that cannot be read is told by its place among them', async () => {
  const { text } = await testedFiles({
    'acme-local.reg': reg(LOCAL, {}),
    'acme-policy.reg': `${reg(POLICY, {})}"Acme"=what:1\r\n`,
  });
  expect(text).toMatch(/^not read: bad-ruleset at file-2 line 7, column 8$/m);
  expect(text).not.toMatch(/acme/i);
});

test('of several files of other languages too', async () => {
  const match = '-A INPUT -m acmematch --acme 7 -j ACCEPT';
  const save = `*filter\n:INPUT DROP [0:0]\n${match}\nCOMMIT\n`;
  const { text } = await testedFiles({ 'host.v4': save, 'host.v6': `# ip6tables\n${save}` });
  const lines = text.split('\n').filter((line) => /line \d/.test(line));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toMatch(/^(?:not read: .* at )?file-[12] line \d+/);
});

test('of several files each line says which one it is of', async () => {
  const bad = rule('LPort=102|NewKey=1');
  const { text } = await testedFiles({
    'acme-local.reg': reg(LOCAL, { rules: { a: bad }, settings: { public: { QuantumFiltering: 1 } } }),
    'acme-policy.reg': reg(POLICY, { rules: { b: bad }, settings: { public: { EnableFirewal: 1 } } }),
  });
  expect(text).toMatch(/^file-1 line \d+: undocumented-value$/m);
  expect(text).toMatch(/^file-1 line \d+: rule-key$/m);
  expect(text).toMatch(/^file-2 line \d+: rule-key$/m);
  expect(text).toMatch(/^file-2 line \d+: misspelt-name$/m);
});
