// What of a user's own files was not understood, ready to send in: nothing that tells whose they are.
import { expect, test } from 'vitest';
import { nodeSystem } from '../../src/system/node-system.ts';
import { selfTest, type SelfTest } from '../../src/usecases/audit/self-test.ts';
import { LOCAL, reg } from '../firewall/windows/texts.ts';

function tested(text: string): Promise<SelfTest> {
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(text)) };
  return selfTest(['secret-host.reg'], { system, tool: { name: 'vwaudit', version: 'test' } });
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
  expect(text).toMatch(/windows: \d+ rules and settings read, 0 parts not understood/);
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
