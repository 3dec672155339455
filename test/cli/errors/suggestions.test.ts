import { expect, test } from 'vitest';
import type { KnownCommands } from '../../../src/cli/errors/known-commands.ts';
import { flagFor, meantWord, unknownCommand, unknownFlag } from '../../../src/cli/errors/suggestions.ts';

const flag = (name: string, choices: readonly string[] = [], hasNo = false) => ({ name, choices, hasNo });
const CHECK = [
  flag('instances'),
  flag('host'),
  flag('allocator', [], true),
  flag('as', ['all', 'client', 'outsider']),
  flag('allow'),
  flag('skip'),
  flag('site'),
];
test('a dialect without its flag', () => {
  expect(flagFor('nft', [flag('dialect')])).toBe('--dialect nft');
});

const KNOWN: KnownCommands = new Map([
  ['check', CHECK],
  ['rules', [flag('format', ['nft', 'iptables']), flag('host')]],
]);

test.each([
  ['instancs', 'instances'],
  ['inst', 'instances'],
  ['no-alocator', undefined],
  ['a', undefined],
  ['xyzzy', undefined],
] as const)('%s means %s', (typed, meant) => {
  expect(
    meantWord(
      typed,
      CHECK.map(({ name }) => name),
    ),
  ).toBe(meant);
});

test.each([
  ['--instancs=4', /^did you mean --instances\? see vwaudit check --help$/],
  ['--no-alocator', /^did you mean --no-allocator\?/],
  ['--format', /^it is a flag of rules; see vwaudit check --help$/],
  ['-x', /^see vwaudit check --help$/],
])('unknown flag %s', (typed, fix) => {
  expect(unknownFlag(typed, 'check', KNOWN).fix).toMatch(fix);
});

test.each([
  ['chek', /^did you mean check\? see vwaudit --help/],
  ['xyzzy', /^see vwaudit --help/],
  ['--host', /^put the command first/],
])('unknown command %s', (typed, fix) => {
  expect(unknownCommand(typed, [...KNOWN.keys()]).fix).toMatch(fix);
});

test.each([
  ['10.20.0.11', '--host 10.20.0.11'],
  ['fd00:20::11', '--host fd00:20::11'],
  ['maps-a.example', '--host maps-a.example'],
  ['4', '--instances 4'],
  ['client', '--as client'],
  ['client=10.0.0.0/8', '--allow client=10.0.0.0/8'],
  ['server-1.config', '--skip server-1.config'],
  ['maps.yaml', '--site maps.yaml'],
  ['help', undefined],
  ['$(id)', undefined],
  ['10.20.0', undefined],
])('check %s', (word, meant) => {
  expect(flagFor(word, CHECK)).toBe(meant);
});

test('a name is no host where none is resolved', () => {
  expect(flagFor('maps-a', KNOWN.get('rules') ?? [])).toBeUndefined();
  expect(flagFor('nft', KNOWN.get('rules') ?? [])).toBe('--format nft');
});
