import { describe, expect, test } from 'vitest';
import { checkMatrix } from '../../../../src/report/text/matrix/check-matrix.ts';
import { checkText } from '../../../../src/report/text/check-text.ts';
import type { Verdict } from '../../../../src/verdict/reports/report.ts';
import { host } from '../../../ports/site.ts';
import { checkReport, plain } from '../../check-report.ts';

const lines = (text: string) => text.split('\n');
const widest = (text: string) => Math.max(...lines(text).map((line) => line.length));
const rowOf = (text: string, start: string) => lines(text).find((line) => line.trimStart().startsWith(start));

const two = [
  host('maps-a', 8, true, ['10.20.0.11', 'fd00:20::11']),
  host('maps-b', 2, false, ['10.20.0.12']),
];

const mixed = (_: string, endpoint: string): Verdict =>
  endpoint.endsWith('.udp') ? 'unproven' : endpoint === 'server-4.client' ? 'fail' : 'pass';

test('one row a host address, one symbol an instance, and dots where a host has fewer', () => {
  const text = checkMatrix(checkReport(two, { verdict: mixed }), plain(80));
  expect(lines(text).slice(1, 13)).toEqual([
    '2 hosts · seen from 10.30.4.7 as all',
    '',
    '  HOST    ADDRESS      CLIENTS   CONFIG  HTTP      UDP       ALLOCATOR',
    '                       12345678          12345678  12345678  tcp udp',
    '  maps-a  10.20.0.11   ✓✓✓✗✓✓✓✓  ✓       ✓✓✓✓✓✓✓✓  ????????  ✓   ?',
    '  maps-a  fd00:20::11  ✓✓✓✗✓✓✓✓  ✓       ✓✓✓✓✓✓✓✓  ????????  ✓   ?',
    '  maps-b  10.20.0.12   ✓✓······  ✓       ✓✓······  ??······  ·   ·',
    '',
    '✓ open, as it must be  ■ blocked, as it must be  ? unproven',
    '✗ must be open, is not  ! must be blocked, is not  · nothing expected or probed',
    '',
    '39 proven · 2 failed · 20 unproven of 61 · 1.3 s',
  ]);
});

test('forty hosts of eight instances fit 80 columns, and forty failures of one cause are said once', () => {
  const forty = Array.from({ length: 40 }, (_, index) =>
    host(`maps-${String(index + 1).padStart(2, '0')}`, 8, index === 0, [
      `10.20.0.${index + 11}`,
      `fd00:20::${index + 11}`,
    ]),
  );
  const text = checkMatrix(checkReport(forty, { verdict: mixed }), plain(80));
  expect(widest(text)).toBeLessThanOrEqual(80);
  expect(lines(text).filter((line) => line.startsWith('  maps-'))).toHaveLength(80);
  expect(lines(text).filter((line) => line.startsWith('✗ 10103/tcp'))).toHaveLength(1);
  expect(text).toMatch(/the same 79 more times: maps-01 \(fd00:20::11\), .* and 75 more/s);
});

test('few findings are printed one by one', () => {
  const text = checkMatrix(checkReport(two, { verdict: mixed }), plain(80));
  expect(lines(text).filter((line) => line.startsWith('✗ 10103/tcp'))).toHaveLength(2);
});

test('one cause on other ports of each host is still one finding, with the ports', () => {
  const hosts = Array.from({ length: 20 }, (_, index) =>
    host(`h${index + 1}`, 20, true, [`10.20.0.${index + 11}`]),
  );
  const verdict = (key: string, endpoint: string): Verdict =>
    endpoint === `server-${key.slice(1)}.http` ? 'fail' : 'pass';
  const text = checkMatrix(checkReport(hosts, { verdict }), plain(80));
  expect(text).toContain('the same 19 more times: 10302/tcp on h2 (10.20.0.12), ');
});

test('201 instances: runs instead of symbols, within 80 columns, whatever the names', () => {
  const hosts = [
    host('maps-a.newsroom.example.com', 201, true, ['10.20.0.11', 'fd00:1111:2222:3333:4444:5555:6666:7777']),
    host('maps-b', 2, false, ['10.20.0.12']),
  ];
  const verdict = (_: string, endpoint: string): Verdict =>
    endpoint.startsWith('server-101.') ? 'fail' : 'pass';
  const text = checkMatrix(checkReport(hosts, { verdict }), plain(80));
  expect(widest(text)).toBeLessThanOrEqual(80);
  expect(lines(text).slice(3, 11)).toEqual([
    '  HOST         ADDRESS          CLIENTS   CONFIG  HTTP      UDP       ALLOCATOR',
    '                                                                      tcp udp',
    '  maps-a.      10.20.0.11       ✓1-100    ✓       ✓1-100    ✓1-100    ✓   ✓',
    '  newsroom.                     ✗101              ✗101      ✗101',
    '  example.com                   ✓102-201          ✓102-201  ✓102-201',
    '  maps-a.      fd00:1111:2222:  ✓1-100    ✓       ✓1-100    ✓1-100    ✓   ✓',
    '  newsroom.    3333:4444:5555:  ✗101              ✗101      ✗101',
    '  example.com  6666:7777        ✓102-201          ✓102-201  ✓102-201',
  ]);
  expect(rowOf(text, 'maps-b')).toMatch(/✓1-2 +✓ +✓1-2 +✓1-2 +· +·$/);
});

test.each([3, 8, 9, 20, 60, 201])('%i instances fit 80 and 132 columns, and a pipe', (instances) => {
  const hosts = [host('maps-a', instances, true, ['10.20.0.11']), host('maps-b', 1, false, ['fd00:20::12'])];
  const report = checkReport(hosts);
  for (const width of [80, 132]) expect(widest(checkMatrix(report, plain(width)))).toBeLessThanOrEqual(width);
  expect(checkMatrix(report, plain(null)).split('\n').slice(0, 8)).toEqual(
    checkMatrix(report, plain(80)).split('\n').slice(0, 8),
  );
});

describe('where nothing is expected', () => {
  test('a group nobody has anything in is left out', () => {
    const hosts = [host('a', 1, false, ['10.0.0.1']), host('b', 1, false, ['10.0.0.2'])];
    const text = checkMatrix(checkReport(hosts), plain(80));
    expect(text).not.toMatch(/ALLOCATOR|UDP/);
    expect(rowOf(text, 'a ')).toBe('  a     10.0.0.1  ✓        ✓       ✓');
  });

  test('a flow that was not asked is a dot in its place', () => {
    const verdict = (_: string, endpoint: string): Verdict | null =>
      endpoint === 'server-2.client' ? null : 'pass';
    const text = checkMatrix(checkReport(two, { verdict }), plain(80));
    expect(rowOf(text, 'maps-b')).toContain('  ✓·······  ');
  });
});

test('hosts given by address need no second column', () => {
  const hosts = [host('10.20.0.11', 1, true, ['10.20.0.11']), host('10.20.0.12', 1, true, ['10.20.0.12'])];
  expect(checkMatrix(checkReport(hosts), plain(80))).not.toContain('ADDRESS');
});

test('symbols are coloured by run, labels never', () => {
  const style = {
    ...plain(80).paint,
    pass: (text: string) => `<${text}>`,
    fail: (text: string) => `[${text}]`,
  };
  const text = checkMatrix(checkReport(two, { verdict: mixed }), { width: null, paint: style });
  expect(rowOf(text, 'maps-a')).toContain('<✓✓✓>[✗]<✓✓✓✓>');
});

test('what was left alone is one line a reason', () => {
  const skipped = two.flatMap(({ key }) => [
    { host: key, endpoint: 'server-1.config', reason: '--skip' },
    { host: key, endpoint: 'server-1.http', reason: 'an address of this machine itself' },
  ]);
  const text = checkMatrix({ ...checkReport(two), skipped }, plain(80));
  expect(text).toContain(
    '\n- not probed: server-1.config on maps-a, maps-b (--skip)\n- not probed: server-1.http on',
  );
});

describe('table or matrix', () => {
  test.each([
    ['one host, one address', [host('maps-a', 4, true, ['10.20.0.11'])], false],
    ['one host, two addresses', [host('maps-a', 4, true, ['10.20.0.11', 'fd00::1'])], true],
    ['two hosts', two, true],
  ])('%s', (_, hosts, isMatrix) => {
    expect(checkText(checkReport(hosts), plain(80)).includes('VERDICT')).toBe(!isMatrix);
  });
});
