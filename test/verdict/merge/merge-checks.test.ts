import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/input-error.ts';
import { mergeChecks } from '../../../src/verdict/merge/merge-checks.ts';
import type { SavedFile } from '../../../src/verdict/merge/assert-mergeable.ts';
import type { CheckReport } from '../../../src/verdict/reports/check-report.ts';
import type { Verdict } from '../../../src/verdict/reports/report.ts';
import { host } from '../../ports/site.ts';
import { checkReport } from '../../report/check-report.ts';

const TOOL = { name: 'vwaudit', version: '0.1.0' };
const HOSTS = [host('maps-a', 2, true, ['10.20.0.11']), host('maps-b', 1, false, ['10.20.0.12'])];

const saved = (file: string, report: CheckReport): SavedFile => ({ file, report });
const seen = (
  file: string,
  as: 'all' | 'client' | 'config-tool' | 'outsider',
  from: readonly string[],
  verdict: (host: string, endpoint: string) => Verdict = () => 'pass',
): SavedFile => saved(file, checkReport(HOSTS, { as, from, verdict }));

const merge = (...files: SavedFile[]) => mergeChecks(files, TOOL, Date.parse);

function errorOf(...files: SavedFile[]): string {
  try {
    merge(...files);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('no error');
}

test('one report: every flow as it was, with its vantage', () => {
  const one = seen('a.json', 'client', ['10.30.4.7']);
  const merged = merge(one);
  expect(merged.vantages).toEqual([
    { id: 'client', as: 'client', addresses: ['10.30.4.7'], startedAt: one.report.startedAt, file: 'a.json' },
  ]);
  const ids = one.report.flows.map(({ id }) => id);
  expect(merged.flows.map(({ id }) => id)).toEqual([...ids].sort());
  for (const { vantage, ...flow } of merged.flows) {
    expect(vantage).toBe('client');
    expect(one.report.flows).toContainEqual(flow);
  }
  expect(merged.summary).toEqual(one.report.summary);
});

test('the order of the files does not matter', () => {
  const files = [
    seen('o.json', 'outsider', ['10.99.0.1']),
    seen('c9.json', 'client', ['10.30.4.9']),
    seen('c10.json', 'client', ['10.30.4.10'], () => 'fail'),
    seen('c6.json', 'client', ['fd00::1']),
    seen('t.json', 'config-tool', ['10.20.9.5']),
  ];
  const text = JSON.stringify(merge(...files));
  expect(JSON.stringify(merge(...files.toReversed()))).toBe(text);
  expect(merge(...files).vantages.map(({ id }) => id)).toEqual([
    'client@10.30.4.9',
    'client@10.30.4.10',
    'client@fd00::1',
    'config-tool',
    'outsider',
  ]);
});

test('two of one role that disagree both stand there, sorted by id, then vantage', () => {
  const { flows, summary } = merge(
    seen('b.json', 'client', ['10.30.4.8'], () => 'fail'),
    seen('a.json', 'client', ['10.30.4.7']),
  );
  expect(flows.slice(0, 2).map(({ id, vantage, verdict }) => [id, vantage, verdict])).toEqual([
    ['client>maps-a/allocator.client@10.20.0.11', 'client@10.30.4.7', 'pass'],
    ['client>maps-a/allocator.client@10.20.0.11', 'client@10.30.4.8', 'fail'],
  ]);
  expect(flows).toHaveLength(2 * (9 + 4));
  expect(summary).toEqual({ pass: 13, fail: 13, unproven: 0 });
});

test('a finding several saw is there once, with who saw it; one that differs in an argument is not the same', () => {
  const failing = (_: string, endpoint: string): Verdict =>
    endpoint === 'server-1.config' ? 'fail' : 'pass';
  const other = seen('c.json', 'outsider', ['10.99.0.1'], failing);
  const changed = {
    ...other,
    report: {
      ...other.report,
      findings: other.report.findings.map((one) => ({
        ...one,
        args: { ...one.args, reason: 'admin-prohibited' },
      })),
    },
  };
  const { findings } = merge(
    seen('a.json', 'client', ['10.30.4.7'], failing),
    seen('b.json', 'all', ['10.30.4.8'], failing),
    changed,
  );
  expect(
    findings.map(({ args, vantages, flows }) => [args.host, args.reason, vantages, flows.length]),
  ).toEqual([
    ['maps-a', 'no-response', ['all', 'client'], 2],
    ['maps-b', 'no-response', ['all', 'client'], 2],
    ['maps-a', 'admin-prohibited', ['outsider'], 1],
    ['maps-b', 'admin-prohibited', ['outsider'], 1],
  ]);
});

test('findings: most severe first, whoever saw them', () => {
  const note = {
    code: 'interrupted',
    severity: 'note',
    message: 'x',
    advice: [],
    args: {},
    flows: [],
  } as const;
  const quiet = seen('a.json', 'all', ['10.30.4.7']);
  const merged = merge(
    { ...quiet, report: { ...quiet.report, findings: [note] } },
    seen('b.json', 'client', ['10.30.4.8'], () => 'fail'),
  );
  expect(new Set(merged.findings.slice(0, -1).map(({ severity }) => severity))).toEqual(new Set(['error']));
  expect(merged.findings.at(-1)).toMatchObject({ severity: 'note', vantages: ['all'] });
});

test('a name with other addresses elsewhere is one host with both', () => {
  const elsewhere = checkReport([host('maps-a', 2, true, ['10.9.0.11']), HOSTS[1]!], {
    as: 'outsider',
    from: ['10.99.0.1'],
  });
  const merged = merge(seen('a.json', 'client', ['10.30.4.7']), saved('b.json', elsewhere));
  expect(merged.site.hosts['maps-a']?.addresses).toEqual(['10.9.0.11', '10.20.0.11']);
});

describe('reports that do not belong together', () => {
  const first = seen('a.json', 'client', ['10.30.4.7']);
  const other = (change: (report: CheckReport) => CheckReport): SavedFile =>
    saved('b.json', change(checkReport(HOSTS, { as: 'outsider', from: ['10.99.0.1'] })));
  const withSite = (site: Partial<CheckReport['site']>): SavedFile =>
    other((report) => ({ ...report, site: { ...report.site, ...site } }));

  test.each([
    [
      'another name',
      withSite({ name: 'Maps' }),
      /^b\.json: .* another site than a\.json: the name "Maps", there not given/,
    ],
    ['another reading', withSite({ reading: 'table' }), /the reading table, there auto/],
    ['another offset', withSite({ portOffset: 5 }), /the port offset 5, there 0/],
    [
      'other peers',
      withSite({ peers: { ...first.report.site.peers, web: [] } }),
      /the web peers nobody, there not stated/,
    ],
    [
      'another host',
      withSite({
        hosts: { ...first.report.site.hosts, 'maps-c': { addresses: [], instances: 1, allocator: false } },
      }),
      /host "maps-c" with 1 instances, there missing/,
    ],
    [
      'another count',
      withSite({
        hosts: { ...first.report.site.hosts, 'maps-b': { addresses: [], instances: 3, allocator: true } },
      }),
      /host "maps-b" with 3 instances and an allocator, there with 1 instances/,
    ],
  ])('%s', (_, file, message) => {
    expect(errorOf(first, file)).toMatch(message);
  });

  test('the same report twice, and the same vantage at another time', () => {
    expect(errorOf(first, { ...first, file: 'b.json' })).toMatch(
      /^b\.json: this is the same report as a\.json/,
    );
    const later = saved(
      'b.json',
      checkReport(HOSTS, { as: 'client', startedAt: '2026-11-22T09:00:00.000Z' }),
    );
    expect(errorOf(first, later)).toMatch(
      /^b\.json: this was seen as client from 10\.30\.4\.7, like a\.json \(/,
    );
  });

  test('"this machine" is another one in every report; alone it is fine', () => {
    const here = (as: 'all' | 'client', from: string) =>
      saved(`${as}.json`, checkReport([host('localhost', 1, true, ['127.0.0.1'])], { as, from: [from] }));
    expect(errorOf(here('all', '127.0.0.1'), here('client', '127.0.0.1'))).toMatch(
      /host "localhost" means "this machine".*--host 10\.20\.0\.11/,
    );
    expect(merge(here('all', '127.0.0.1')).flows).toHaveLength(6);
  });
});

test('reports more than a day apart are a warning, which names the times; within a day they are not', () => {
  const at = (file: string, as: 'client' | 'outsider', startedAt: string): SavedFile => {
    const { report } = seen(file, as, [as === 'client' ? '10.30.4.7' : '10.99.0.1']);
    return { file, report: { ...report, startedAt } };
  };
  const today = at('o.json', 'outsider', '2026-11-29T08:00:00.000Z');
  expect(merge(today, at('c.json', 'client', '2026-11-28T08:00:00.000Z')).findings).toEqual([]);
  for (const files of [
    [today, at('c.json', 'client', '2020-01-01T00:00:00.000Z')],
    [at('c.json', 'client', '2020-01-01T00:00:00.000Z'), today],
  ]) {
    expect(merge(...files).findings).toEqual([
      expect.objectContaining({
        code: 'reports-apart',
        severity: 'warning',
        message:
          'The reports are 2524 days apart (2020-01-01T00:00:00.000Z and 2026-11-29T08:00:00.000Z): the firewall may have changed since.',
        vantages: ['client', 'outsider'],
      }),
    ]);
  }
});
