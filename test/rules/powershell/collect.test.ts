// The script that collects a Windows computer's facts: it parses, and every cmdlet and parameter is one that exists.
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { powershellParser, type Script } from './parse-powershell.ts';

const TEXT = readFileSync(new URL('../../../templates/collect.ps1', import.meta.url), 'utf8');

let script: Script;

beforeAll(async () => {
  script = (await powershellParser())(TEXT);
});

// After the reference of NetSecurity, NetConnection, NetTCPIP, CimCmdlets and the core modules: parameters that both Windows
// PowerShell 5.1 and PowerShell 7 have; only what a script that reads may use.
const STORE = ['All', 'PolicyStore'];
const CMDLETS: Readonly<Record<string, readonly string[]>> = {
  'Get-NetFirewallRule': [...STORE, 'TracePolicyStore'],
  'Get-NetFirewallPortFilter': STORE,
  'Get-NetFirewallAddressFilter': STORE,
  'Get-NetFirewallApplicationFilter': STORE,
  'Get-NetFirewallServiceFilter': STORE,
  'Get-NetFirewallInterfaceFilter': STORE,
  'Get-NetFirewallInterfaceTypeFilter': STORE,
  'Get-NetFirewallSecurityFilter': STORE,
  'Get-NetFirewallProfile': STORE,
  'Get-NetConnectionProfile': [],
  'Get-NetIPAddress': [],
  'Get-NetTCPConnection': ['State'],
  'Get-NetUDPEndpoint': [],
  'Get-CimInstance': ['ClassName', 'Namespace', 'Property', 'Filter'],
  'New-Object': ['TypeName', 'ArgumentList'],
  'Remove-TypeData': ['TypeName', 'ErrorAction'],
  'Write-Progress': ['Activity', 'Status', 'PercentComplete', 'Completed'],
  'Test-Path': ['LiteralPath'],
  'ConvertTo-Json': ['InputObject', 'Depth', 'Compress'],
  // The script's own functions take what they need by position.
  'Read-Part': [],
  'Select-Plain': [],
  // Calls a block, or a program.
  '&': [],
};

test('it parses', () => {
  expect(script.errors).toEqual([]);
});

test('every cmdlet and parameter is in the table', () => {
  expect(script.commands.length).toBeGreaterThan(40);
  const unknown = script.commands.flatMap(({ name, parameters, line }) => {
    const known = CMDLETS[name];
    if (known === undefined) return [`${line}: ${name}`];
    return Object.keys(parameters)
      .filter((parameter) => !known.includes(parameter))
      .map((parameter) => `${line}: ${name} -${parameter}`);
  });
  expect(unknown).toEqual([]);
});

test('the table has no cmdlet that writes, and all of it is used', () => {
  const used = new Set(script.commands.map(({ name }) => name));
  expect(Object.keys(CMDLETS).filter((name) => !used.has(name))).toEqual([]);
  const verbs = [...used].flatMap((name) => /^([A-Z]\w+)-/.exec(name)?.[1] ?? []);
  // Remove-TypeData changes the session of the script alone.
  expect(new Set(verbs)).toEqual(
    new Set(['Get', 'New', 'Remove', 'Write', 'Test', 'ConvertTo', 'Read', 'Select']),
  );
});

test('the only program it runs is netsh, to show', () => {
  const called = [...TEXT.matchAll(/& (\S+)(.*)/g)].filter(([, what]) => what !== '$Action)');
  expect(called.map(([, what]) => what)).toEqual(['netsh.exe', 'netsh.exe']);
  for (const [, , rest] of called) expect(rest).toMatch(/^ int "ipv\$family" show /);
});

test('one call a filter type and store: no rule is asked for by itself', () => {
  const asked = script.commands.filter(({ name }) => name.startsWith('Get-NetFirewall'));
  for (const { parameters } of asked) expect(Object.keys(parameters)).toEqual(expect.arrayContaining(STORE));
  expect(TEXT).not.toMatch(/Get-NetFirewallRule[^\n]*\|\s*Get-NetFirewall/);
});

test('Windows PowerShell 5.1 reads it: no byte outside ASCII, nothing of PowerShell 7 alone', () => {
  expect(TEXT).toMatch(/^[\n\x20-\x7e]*$/);
  expect(TEXT).not.toMatch(/-AsArray|-EnumsAsStrings|\?\?|&&|\|\||-Parallel|\?\./);
});
