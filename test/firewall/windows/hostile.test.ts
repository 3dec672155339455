// What is cut, damaged or unknown: one error with its place, or undecided, and nothing is dropped.
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../src/decode-text.ts';
import { InputError } from '../../../src/input-error.ts';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../../src/firewall/languages/windows/lower/circumstances.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

const KEY =
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy';
const regOf = (...values: readonly string[]): string =>
  [
    'Windows Registry Editor Version 5.00',
    '',
    `[${KEY}]`,
    '',
    `[${KEY}\\FirewallRules]`,
    ...values,
    '',
    '',
  ].join('\r\n');

/** What becomes of port 102 in the domain profile, or the message of the error. */
function answer(text: string, isComplete = true): string {
  try {
    const known = { ...NOTHING_KNOWN, isComplete };
    const machine = firewall(parseRulesets([{ text, file: 'x', dialect: null }], known));
    const sources = [parsePrefix('10.1.2.30', 'x')];
    return evaluate(
      machine,
      flowQuestion({ sources, destination: null, transport: 'tcp', port: 102, profile: 0 }),
    ).result;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

const ALLOW = 'v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=102|Name=x|';
const BLOCK = ALLOW.replace('Allow', 'Block');

describe('rule strings', () => {
  test.each([
    ['as it should be', ALLOW, 'allowed'],
    ['a missing pipe in the middle', ALLOW.replace('|Protocol', 'Protocol'), 'undecided'],
    ['no pipe at the end', ALLOW.slice(0, -1), 'undecided'],
    ['an unknown key', ALLOW.replace('Name', 'NewKey=1|Name'), 'undecided'],
    ['a higher major version', ALLOW.replace('v2.30', 'v3.0'), 'undecided'],
    ['an action twice', ALLOW.replace('Active', 'Action=Block|Active'), 'undecided'],
    ['no version', ALLOW.replace('v2.30|', ''), 'undecided'],
    ['a damaged character', ALLOW.replace('Name=x', 'Name=\ufffd'), 'undecided'],
    ['half of a surrogate pair', ALLOW.replace('Name=x', 'Name=\ud800'), 'undecided'],
    ['a damaged program', ALLOW.replace('Name', 'App=C:\\\\a\ufffd.exe|Name'), 'undecided'],
    [
      'a damaged profile among others',
      ALLOW.replace('Name', 'Profile=Public|Pro\ufffd=Domain|Name'),
      'undecided',
    ],
    ['Action and Active run together', ALLOW.replace('Allow|', 'Allow'), 'undecided'],
    ['a program and a service run together', ALLOW.replace('Name', 'App=C:\\\\a.exeSvc=x|Name'), 'undecided'],
    ['two profiles run together', ALLOW.replace('Name', 'Profile=PublicProfile=Domain|Name'), 'undecided'],
    ['no Active', ALLOW.replace('Active=TRUE|', ''), 'blocked'],
    ['off', ALLOW.replace('TRUE', 'FALSE'), 'blocked'],
    ['off, with an unknown key', ALLOW.replace('TRUE', 'FALSE|NewKey=1'), 'blocked'],
    ['a reversed range', ALLOW.replace('LPort=102', 'LPort2_10=103-101'), 'undecided'],
    ['a port too high', ALLOW.replace('LPort=102', 'LPort=65536'), 'undecided'],
    ['100,000 ports', ALLOW.replace('LPort=102', 'LPort=102|'.repeat(100_000).slice(0, -1)), 'undecided'],
    ['100,000 keys nobody knows', ALLOW.replace('Name', `${'x=1|'.repeat(100_000)}Name`), 'undecided'],
    ['a name like a key that the rule has', ALLOW.replace('Name=x', 'Name=Foo Action=Bar'), 'allowed'],
    ['a name like a key that it lacks', ALLOW.replace('Name=x', 'Name=xSecurity=Authenticate'), 'undecided'],
    ['a name like a key of a list', ALLOW.replace('Name=x', 'Name=xProfile=Public'), 'undecided'],
  ])('%s', (_, rule, expected) => {
    expect(answer(regOf(`"r"="${rule}"`))).toBe(expected);
  });

  test('cut at any place but after a pipe: never allowed', () => {
    for (let end = 1; end < ALLOW.length; end++)
      if (ALLOW[end - 1] !== '|')
        expect(['undecided', 'blocked'], ALLOW.slice(0, end)).toContain(
          answer(regOf(`"r"="${ALLOW.slice(0, end)}"`)),
        );
  });
});

describe('registry exports', () => {
  test.each([
    ['a NUL in a rule', regOf(`"r"="${ALLOW.replace('x', 'a\0b')}"`), /^x:6:\d+: a NUL character/],
    ['cut within a rule', regOf(`"r"="${ALLOW}"`).slice(0, -22), /^x:6:5: a text without its closing/],
    ['cut within a key', regOf().slice(0, -6), /^x:5:1: a key without its closing bracket/],
    ['a line of something else', regOf('hello'), /^x:6:1: not a line of a registry export/],
    [
      'no key of the firewall',
      'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_USERS\\x]\r\n',
      /no key of Windows Defender/,
    ],
    [
      'a value without key',
      'Windows Registry Editor Version 5.00\r\n\r\n"r"="x"\r\n',
      /^x:3:1: a value that belongs to no key/,
    ],
    ['an unknown type', regOf('"r"=what:1'), /^x:6:5: a value whose data is not of a known form/],
  ])('%s', (_, text, message) => {
    expect(answer(text)).toMatch(message);
  });

  test('a later value counts, and what is deleted is gone', () => {
    const again = `[${KEY.toUpperCase()}\\FirewallRules]`;
    expect(answer(regOf(`"r"="${ALLOW}"`, again, `"R"="${BLOCK}"`))).toBe('blocked');
    // Twice below one heading, as where the one between was lost.
    expect(answer(regOf(`"r"="${ALLOW}"`, `"R"="${BLOCK}"`))).toMatch(/stands twice/);
    expect(answer(regOf(`"r"="${ALLOW}"`, `"b"="${BLOCK}"`, '"B"=-'))).toBe('allowed');
    expect(answer(regOf(`"r"="${ALLOW}"`, '', `[-${KEY.toLowerCase()}\\FirewallRules]`))).toBe('blocked');
  });

  test('an expandable string over several lines is the same text', () => {
    const bytes = [...Buffer.from(`${ALLOW}\0`, 'utf16le')].map((byte) => byte.toString(16).padStart(2, '0'));
    const lines = Array.from({ length: Math.ceil(bytes.length / 20) }, (_, row) =>
      bytes.slice(row * 20, row * 20 + 20).join(','),
    );
    expect(answer(regOf(`"r"=hex(2):${lines.join(',\\\r\n  ')}`))).toBe('allowed');
  });

  test.each(['utf-16le', 'utf-8', 'windows-1252'])('%s', (encoding) => {
    const text = regOf(`"r"="${ALLOW.replace('Name=x', 'Name=Prüfung')}"`);
    const bytes =
      encoding === 'utf-16le'
        ? Buffer.from(`\ufeff${text}`, 'utf16le')
        : Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'latin1');
    expect(answer(decodeText(bytes))).toBe('allowed');
    if (encoding !== 'utf-16le') return;
    // Cut in the middle of a character.
    expect(answer(decodeText(bytes.subarray(0, -1)))).toMatch(/not a line|text after the end|allowed/);
  });
});

describe('Registry.pol', () => {
  const entry = (name: string, text: string): Buffer => {
    const wide = (part: string): Buffer => Buffer.from(part, 'utf16le');
    const data = wide(`${text}\0`);
    const number = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
    const key = 'Software\\Policies\\Microsoft\\WindowsFirewall\\FirewallRules\0';
    return Buffer.concat([
      ...[wide('['), wide(key), wide(';'), wide(`${name}\0`), wide(';'), number(1), wide(';')],
      ...[number(data.length), wide(';'), data, wide(']')],
    ]);
  };
  const pol = (...entries: readonly Buffer[]): Buffer =>
    Buffer.concat([Buffer.from('PReg\x01\0\0\0', 'latin1'), ...entries]);

  test('entries count in order', () => {
    expect(answer(decodeText(pol(entry('r', ALLOW))))).toBe('allowed');
    expect(answer(decodeText(pol(entry('r', ALLOW), entry('b', BLOCK))))).toBe('blocked');
    expect(answer(decodeText(pol(entry('r', ALLOW), entry('b', BLOCK), entry('**del.B', ''))))).toBe(
      'allowed',
    );
    expect(answer(decodeText(pol(entry('r', ALLOW), entry('**DelVals.', ''))))).toBe('blocked');
  });

  test.each(['**Delete.r', '**Del', '**DelRules.r', '**x'])(
    'an instruction that is not known (%s): open',
    (name) => {
      expect(answer(decodeText(pol(entry('r', ALLOW), entry(name, 'r'))))).toBe('undecided');
    },
  );

  test('that it is not cut between two entries is an assumption', () => {
    const known = { ...NOTHING_KNOWN, isComplete: true };
    const text = decodeText(pol(entry('r', ALLOW)));
    const [ruleset] = parseRulesets([{ text, file: 'x', dialect: null }], known);
    expect(ruleset?.assumptions?.map((one) => one.text)).toContain(
      'x is whole (a Registry.pol does not show its end)',
    );
  });

  test('cut at any byte: one error', () => {
    const whole = pol(entry('r', ALLOW));
    for (let end = 9; end < whole.length; end++)
      expect(answer(decodeText(whole.subarray(0, end)))).toMatch(/the file ends within an entry/);
  });
});

describe('cut at any byte: what is decided is right for the whole file', () => {
  const netsh = (action: string): string =>
    [
      ...['', 'Rule Name:                            x', '-'.repeat(70)],
      ...['Enabled:                              Yes', 'Direction:                            In'],
      ...['Profiles:                             Domain,Private,Public'],
      ...['LocalIP:                              Any', 'RemoteIP:                             Any'],
      ...['Protocol:                             TCP', 'LocalPort:                            102'],
      ...['RemotePort:                           Any', 'Program:                              Any'],
      ...['InterfaceTypes:                       Any', 'Security:                             NotRequired'],
      ...[
        'Rule source:                          Local Setting',
        `Action:                               ${action}`,
      ],
    ].join('\r\n');
  const off = [`[${KEY}\\DomainProfile]`, '"EnableFirewall"=dword:00000001', ''];
  test.each([
    ['a registry export', regOf(`"r"="${ALLOW}"`, `"b"="${BLOCK}"`, '', ...off), 'blocked'],
    ['output of netsh', `${netsh('Allow')}\r\n${netsh('Block')}\r\nOk.\r\n\r\n`, 'blocked'],
  ])('%s', (_, text, whole) => {
    expect(answer(text)).toBe(whole);
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    // Whole units of UTF-16 and halves.
    for (let end = text.indexOf('Allow') * 2; end < bytes.length; end += 3)
      expect(answer(decodeText(bytes.subarray(0, end))), `${end}`).not.toBe('allowed');
  });

  test('a number that the file ends within, in a file edited elsewhere', () => {
    const text = regOf('', ...off)
      .replaceAll('\r\n', '\n')
      .trimEnd();
    expect(answer(text)).toBe('blocked');
    expect(answer(text.slice(0, -1))).toMatch(/a number that the file ends within/);
  });
});

describe('where a file does not show its end, that it is whole is an assumption', () => {
  const assumed = (text: string): readonly string[] => {
    const known = { ...NOTHING_KNOWN, isComplete: true };
    const [ruleset] = parseRulesets([{ text, file: 'x', dialect: null }], known);
    return (ruleset?.assumptions ?? []).map((one) => one.text);
  };
  test.each([
    ['a registry export edited elsewhere', regOf(`"r"="${ALLOW}"`).replaceAll('\r\n', '\n').trimEnd(), true],
    [
      'the same with the empty line and the last key of Windows',
      regOf(`"r"="${ALLOW}"`, '', `[${KEY}\\PublicProfile]`, `[${KEY}\\StandardProfile]`).replaceAll(
        '\r\n',
        '\n',
      ),
      false,
    ],
    ['its last key, but not those before it', regOf(`"r"="${ALLOW}"`, '', `[${KEY}\\StandardProfile]`), true],
    [
      'its last key in another order',
      regOf('', `[${KEY}\\PublicProfile]`, `[${KEY}\\DomainProfile]`, '', `[${KEY}\\StandardProfile]`),
      true,
    ],
    ['one that may have been cut between two keys', regOf(`"r"="${ALLOW}"`), true],
    ['rule strings', `${ALLOW}\n`, true],
  ])('%s', (_, text, isAssumed) => {
    expect(assumed(text).some((one) => /show its end|is whole/.test(one))).toBe(isAssumed);
  });

  test('profiles of netsh without its last line', () => {
    const text = [
      ...['', 'Domain Profile Settings: ', '-'.repeat(70)],
      'State                                 ON',
      'Firewall Policy                       AllowInbound,AllowOutbound',
      '',
    ].join('\r\n');
    expect(answer(`${text}Ok.\r\n`)).toBe('allowed');
    expect(answer(text)).toBe('undecided');
  });
});

test('an export of all that lacks the keys of its profiles says nothing of them', () => {
  expect(
    answer(
      `${regOf(`"r"="${ALLOW}"`)}[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall]\r\n\r\n`,
      false,
    ),
  ).toBe('undecided');
});

test.each([
  ['UTF-16 LE', 'utf16le', false],
  ['UTF-16 BE', 'utf16le', true],
] as const)('%s without a byte order mark', (_, encoding, isSwapped) => {
  const bytes = Buffer.from(regOf(`"r"="${ALLOW}"`), encoding);
  expect(answer(decodeText(isSwapped ? bytes.swap16() : bytes))).toBe('allowed');
});

test.each([
  ['the firewall is off', '"EnableFirewall"=dword:00000000'],
  ['every exception is refused', '"DoNotAllowExceptions"=dword:00000001'],
])('%s in a file that was cut, or with a damaged setting beside it: undecided', (_, setting) => {
  const profile = ['', `[${KEY}\\DomainProfile]`, setting];
  expect(answer(regOf(...profile))).not.toBe('undecided');
  expect(
    answer(
      regOf(...profile)
        .trimEnd()
        .concat('\r\n'),
    ),
  ).toBe('undecided');
  expect(answer(regOf(...profile, '"EnableFire\ufffdall"=dword:00000001'))).toBe('undecided');
});

test('UTF-8 in which characters were lost before is not taken for a code page', () => {
  const bytes = Buffer.from(regOf(`"r"="${BLOCK}"`, '', `[${KEY}\\Domain\ufffdProfile]`));
  expect(answer(decodeText(bytes))).toMatch(/could not be read/);
  expect(decodeText(Buffer.from(regOf(`"r"="${ALLOW.replace('=x', '=\u00fc')}"`), 'latin1'))).toContain(
    '=\u00fc',
  );
});

test('one store without the other decides nothing', () => {
  expect(answer(regOf(`"r"="${ALLOW}"`), false)).toBe('undecided');
  expect(answer(regOf(`"r"="${BLOCK}"`), false)).toBe('undecided');
});

test.each([
  ['<GPO xmlns="http://www.microsoft.com/GroupPolicy/Settings">', /report of Group Policy.*reg export/],
  ['ElfFile\0\0\0', /event log/],
  ['regf\0\0', /registry hive.*reg load/],
  ['Name\tGroup\tProfile\tEnabled\n', /wf\.msc exported/],
  [
    'Name,Gruppe,Profil,Aktiviert,Aktion,Außer Kraft setzen,Programm,Lokale Adresse,Remoteadresse,Protokoll,Lokaler Port\nViz,,Alle,Ja,Zulassen,Nein,Beliebig,Beliebig,Beliebig,TCP,102\n',
    /wf\.msc exported/,
  ],
  ['New-NetFirewallRule -DisplayName x', /a script that makes rules/],
  ['netsh advfirewall firewall add rule name=x dir=in action=allow', /a script that makes rules/],
  // As `rules` begins its own.
  ['#Requires -RunAsAdministrator\n', /a script that makes rules/],
  ['@echo off\r\nrem Who may connect to the Viz World ports', /a script that makes rules/],
  ['\r\nNo rules match the specified criteria.\r\n\r\n', /netsh found no rule.*rule name=all verbose/],
  [
    'Regelname:                            x\n----------------------------------------------------------------------\nAktiviert:                            Ja\n',
    /not in English.*JSON/,
  ],
  [
    'Règle :                               x\n----------------------------------------------------------------------\nActivé :                              Oui\n',
    /not in English.*JSON/,
  ],
])('%j is refused with what to give instead', (text, message) => {
  expect(answer(text)).toMatch(message);
});

test('more rules than any computer has are refused at once', () => {
  const rules = Array.from({ length: 50_001 }, (_, nth) => `"r${nth}"="${ALLOW}"`);
  expect(answer(regOf(...rules))).toContain('more than 50000 rules');
});
