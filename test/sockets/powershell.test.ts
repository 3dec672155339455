import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { Language, Parser } from 'web-tree-sitter';
import { POWERSHELL_SCRIPT, readPowershell } from '../../src/sockets/powershell.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import type { ProcessResult } from '../../src/system/system.ts';
import { ALL_PORTS, show } from './show.ts';

// Written by hand after the documented properties of MSFT_NetTCPConnection and MSFT_NetUDPEndpoint: no PowerShell here.
const ANSWER = {
  tcp: [
    { LocalAddress: '::', LocalPort: 10301, OwningProcess: 4 },
    { LocalAddress: '0.0.0.0', LocalPort: 10301, OwningProcess: 4 },
    { LocalAddress: '127.0.0.1', LocalPort: 102, OwningProcess: 5120 },
    { LocalAddress: 'fe80::4d2:1%12', LocalPort: 103, OwningProcess: 5120 },
  ],
  udp: [{ LocalAddress: '0.0.0.0', LocalPort: 10100, OwningProcess: 5300 }],
  processes: [
    { Id: 0, ProcessName: 'Idle' },
    { Id: 4, ProcessName: 'System' },
    { Id: 5120, ProcessName: 'Karten-Übersicht' },
  ],
};

const read = (result: Partial<ProcessResult>) =>
  readPowershell(
    {
      ...nodeSystem,
      platform: 'win32',
      run: () => Promise.resolve({ exitCode: 0, stdout: '', stderr: '', error: null, ...result }),
    },
    ALL_PORTS,
  );

const readJson = (answer: unknown) => read({ stdout: `${JSON.stringify(answer)}\r\n` });

test('listeners with their processes; what http.sys serves is System', async () => {
  const { listeners, ...rest } = await readJson(ANSWER);
  expect(listeners.map(show)).toEqual([
    'TCP 102 on 127.0.0.1 5120 Karten-Übersicht',
    'TCP 103 on fe80::4d2:1 5120 Karten-Übersicht',
    'TCP 10301 on 0.0.0.0 4 System',
    'TCP 10301 on :: both? 4 System',
    'UDP 10100 on 0.0.0.0 5300 -',
  ]);
  expect(rest).toEqual({ source: 'powershell', isComplete: true, gaps: [] });
});

test.each([
  [
    'one object instead of a list',
    { tcp: ANSWER.tcp[2], udp: ANSWER.udp[0], processes: ANSWER.processes[2] },
  ],
  [
    'lists as {value, Count}',
    {
      tcp: { value: [ANSWER.tcp[2]], Count: 1 },
      udp: { value: ANSWER.udp, Count: 1 },
      processes: { value: ANSWER.processes, Count: 3 },
    },
  ],
])('%s', async (_, answer) => {
  const { listeners, isComplete } = await readJson(answer);
  expect(listeners.map(show)).toEqual([
    'TCP 102 on 127.0.0.1 5120 Karten-Übersicht',
    'UDP 10100 on 0.0.0.0 5300 -',
  ]);
  expect(isComplete).toBe(true);
});

test('a byte order mark before the answer', async () => {
  expect((await read({ stdout: `\uFEFF${JSON.stringify(ANSWER)}` })).isComplete).toBe(true);
});

test('no UDP endpoint is an answer, no TCP listener is not', async () => {
  expect(await readJson({ ...ANSWER, udp: [] })).toMatchObject({ isComplete: true });
  expect(await readJson({ ...ANSWER, tcp: null })).toMatchObject({
    isComplete: false,
    gaps: ['PowerShell listed no TCP listeners at all'],
  });
});

test.each([
  ['no address', { LocalPort: 1, OwningProcess: 4 }],
  ['an address that is none', { LocalAddress: 'x', LocalPort: 1, OwningProcess: 4 }],
  ['a port that is text', { LocalAddress: '::', LocalPort: '1', OwningProcess: 4 }],
  ['nothing', null],
])('a socket with %s is a gap', async (_, row) => {
  const table = await readJson({ ...ANSWER, tcp: [...ANSWER.tcp, row] });
  expect(table.listeners).toHaveLength(5);
  expect(table).toMatchObject({ isComplete: false, gaps: ['PowerShell: 1 sockets were not understood'] });
});

test.each<[string, Partial<ProcessResult>, string]>([
  ['is missing', { exitCode: null, error: 'ENOENT' }, 'PowerShell failed (ENOENT)'],
  [
    'refuses',
    { exitCode: 1, stderr: 'Get-NetTCPConnection : Zugriff verweigert\r\nIn Zeile:1' },
    'PowerShell failed (exit 1: Get-NetTCPConnection : Zugriff verweigert)',
  ],
  ['says something else', { stdout: 'Windows PowerShell' }, 'PowerShell gave no JSON object'],
  ['says a list', { stdout: '[]' }, 'PowerShell gave no JSON object'],
])('PowerShell that %s is never "no listeners"', async (_, result, gap) => {
  expect(await read(result)).toEqual({
    source: 'powershell',
    listeners: [],
    isComplete: false,
    gaps: [gap],
  });
});

test('the script is PowerShell, without a double quote for the command line to lose', async () => {
  await Parser.init();
  const grammar = createRequire(import.meta.url).resolve(
    'tree-sitter-powershell/tree-sitter-powershell.wasm',
  );
  const parser = new Parser().setLanguage(await Language.load(grammar));
  expect(parser.parse(POWERSHELL_SCRIPT)?.rootNode.hasError).toBe(false);
  expect(parser.parse(`${POWERSHELL_SCRIPT} }`)?.rootNode.hasError).toBe(true);
  expect(POWERSHELL_SCRIPT).not.toContain('"');
});
