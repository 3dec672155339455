import { expect, test } from 'vitest';
import { ports } from '../../src/usecases/ports.ts';
import { host } from '../ports/site.ts';
import { makeSite } from '../rules/sites.ts';

const TOOL = { name: 'vwaudit', version: '0.1.0' };
const HOSTS = [
  host('a', 2, false, ['10.0.0.1']),
  host('b', 1, false, ['10.0.0.2']),
  host('m', 0, true, ['10.0.0.3']),
];
const of = (reading: 'auto' | 'example' | 'table', hosts = HOSTS) =>
  ports(makeSite(hosts, {}, { source: 'file', reading }), TOOL).assumptions;

test('ports that only the other reading has are said: rules and audit count them', () => {
  expect(of('auto')).toEqual([
    expect.stringMatching(/^nothing listens on 10100\/udp on a, b, /),
    expect.stringMatching(/^nothing listens on 10200-10201\/udp on m, /),
  ]);
});

test('there are none in one reading, and none where servers and allocator share the host', () => {
  expect(of('example')).toEqual([]);
  expect(of('table')).toEqual([]);
  expect(of('auto', [host('a', 4, true, ['10.0.0.1'])])).toEqual([]);
});
