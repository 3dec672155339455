import { expect, test } from 'vitest';
import { mergeMatrix } from '../../../../src/report/text/matrix/merge-matrix.ts';
import type { Vantage } from '../../../../src/deployment/role.ts';
import { mergeChecks } from '../../../../src/verdict/merge/merge-checks.ts';
import type { Verdict } from '../../../../src/verdict/reports/report.ts';
import type { Host } from '../../../../src/deployment/site.ts';
import { host } from '../../../ports/site.ts';
import { checkReport, plain } from '../../check-report.ts';

const TOOL = { name: 'vwaudit', version: '0.1.0' };
const HOSTS = [
  host('maps-a', 8, true, ['10.20.0.11', 'fd00:20::11']),
  host('maps-b', 2, false, ['10.20.0.12']),
  host('maps-c', 2, false, ['10.20.0.13']),
];

const lines = (text: string) => text.split('\n');
const widest = (text: string) => Math.max(...lines(text).map((line) => line.length));

function report(
  views: readonly {
    as: Vantage;
    from: string;
    verdict?: (host: string, endpoint: string) => Verdict | null;
  }[],
  hosts: readonly Host[] = HOSTS,
) {
  return mergeChecks(
    views.map(({ as, from, verdict }, index) => ({
      file: `reports/${index}.json`,
      report: checkReport(hosts, { as, from: [from], ...(verdict && { verdict }) }),
    })),
    TOOL,
    Date.parse,
  );
}

const THREE = report([
  {
    as: 'client',
    from: '10.30.4.7',
    verdict: (_, endpoint) =>
      endpoint.endsWith('.client') ? (endpoint === 'server-4.client' ? 'fail' : 'pass') : null,
  },
  {
    as: 'config-tool',
    from: '10.20.9.5',
    verdict: (_, endpoint) => (endpoint.endsWith('.udp') ? 'unproven' : 'pass'),
  },
  {
    as: 'outsider',
    from: '10.99.0.1',
    verdict: (_, endpoint) => (endpoint === 'server-1.config' ? 'fail' : 'pass'),
  },
]);

test('a column for each vantage point; what is alike is one row, hosts that look alike one table', () => {
  expect(lines(mergeMatrix(THREE, plain(80))).slice(0, 36)).toEqual([
    '',
    '3 hosts · 3 vantage points',
    '',
    '     AS           FROM       AT (UTC)          FILE',
    '  1  client       10.30.4.7  2026-11-22 08:00  0.json',
    '  2  config-tool  10.20.9.5  2026-11-22 08:00  1.json',
    '  3  outsider     10.99.0.1  2026-11-22 08:00  2.json',
    '',
    'maps-a (10.20.0.11, fd00:20::11)',
    '',
    '  PORT               ENDPOINT                    client  config-tool  outsider',
    '  102, 10101-10102,  servers 1-3, 5-8  clients   ✓       ✓            ■',
    '  10104-10107/tcp',
    '  10103/tcp          server 4          clients   ✗       ✓            ■',
    '  103/tcp            server 1          config    ·       ✓            !',
    '  10301-10308/tcp    servers 1-8       HTTP      ·       ✓            ■',
    '  10200-10207/udp    servers 1-8       internal  ·       ?            ■',
    '  10100/tcp          allocator         clients   ✓       ✓            ■',
    '  10100/udp          allocator         internal  ·       ?            ■',
    '',
    'maps-b (10.20.0.12), maps-c (10.20.0.13)',
    '',
    '  PORT             ENDPOINT               client  config-tool  outsider',
    '  102, 10101/tcp   servers 1-2  clients   ✓       ✓            ■',
    '  103/tcp          server 1     config    ·       ✓            !',
    '  10301-10302/tcp  servers 1-2  HTTP      ·       ✓            ■',
    '  10200-10201/udp  servers 1-2  internal  ·       ?            ■',
    '',
    '✓ open, as it must be  ■ blocked, as it must be  ? unproven',
    '✗ must be open, is not  ! must be blocked, is not  · nothing expected or probed',
    '',
    '130 proven · 6 failed · 22 unproven of 158',
    '',
    '✗ 10103/tcp on maps-a (10.20.0.11): no answer, but the host answers on other',
    '  ports: a firewall drops it, or the queue of its listener is full.',
    '  seen from client',
  ]);
});

test('a finding everybody saw does not say who', () => {
  const failing = (_: string, endpoint: string): Verdict => (endpoint === 'server-1.http' ? 'fail' : 'pass');
  const text = mergeMatrix(
    report([
      { as: 'client', from: '10.30.4.7', verdict: failing },
      { as: 'web', from: '10.30.4.8', verdict: failing },
    ]),
    plain(80),
  );
  expect(text).not.toContain('seen from');
});

test('more vantage points than names fit are numbered; more than fit at all make another table', () => {
  const many = report(
    Array.from({ length: 40 }, (_, index) => ({
      as: 'client' as const,
      from: `10.30.5.${index + 1}`,
      verdict: () => (index === 17 ? ('fail' as const) : ('pass' as const)),
    })),
  );
  const text = mergeMatrix(many, plain(80));
  expect(widest(text)).toBeLessThanOrEqual(80);
  expect(
    lines(text)
      .filter((line) => line.startsWith('  PORT'))
      .at(-1),
  ).toMatch(/ 40$/);
  const at = lines(text).findIndex((line) => line.includes(' 18 ') && line.startsWith('  PORT'));
  const column = lines(text)[at]!.indexOf(' 18 ') + 1;
  expect(lines(text)[at + 1]?.charAt(column)).toBe('✗');
  expect(text).toContain('seen from client@10.30.5.18');
  expect(lines(text).filter((line) => line.startsWith('✗')).length).toBeLessThan(5);
});

test.each([
  [1, 40],
  [8, 40],
  [60, 10],
  [201, 3],
])('%i instances on %i hosts, seven vantage points: 80 columns', (instances, count) => {
  const hosts = Array.from({ length: count }, (_, index) =>
    host(`maps-${index}`, instances, true, [`10.20.0.${index + 1}`]),
  );
  const roles = ['all', 'client', 'config-tool', 'allocator', 'server', 'web', 'outsider'] as const;
  const views = roles.map((as, index) => ({
    as,
    from: `10.30.4.${index}`,
    verdict: (_: string, endpoint: string): Verdict => (endpoint.startsWith('server-7.') ? 'fail' : 'pass'),
  }));
  const text = mergeMatrix(report(views, hosts), plain(80));
  expect(widest(text)).toBeLessThanOrEqual(80);
  expect(lines(text).length).toBeLessThan(70);
});

test('hosts stand in the order of the site, not of their ids', () => {
  const hosts = ['h1', 'h2', 'h10'].map((key, index) => host(key, 1, true, [`10.20.0.${index + 1}`]));
  const text = mergeMatrix(report([{ as: 'client', from: '10.30.4.7' }], hosts), plain(80));
  expect(text).toContain('\nh1 (10.20.0.1), h2 (10.20.0.2), h10 (10.20.0.3)\n');
});
