import { describe, expect, test } from 'vitest';
import { applyExceptions, withoutAcceptance } from '../../../src/verdict/accept/apply-exceptions.ts';
import type { AcceptableReport } from '../../../src/verdict/accept/accepted-parts.ts';
import { fits, type Exception } from '../../../src/verdict/accept/exception.ts';
import { outcomeOf } from '../../../src/cli/exit/outcome.ts';
import { sampleAudit, sampleCheck, sampleMerge } from '../../report/formats/sample-reports.ts';

const exception = (parts: Partial<Exception>): Exception => ({
  code: 'filtered',
  patterns: ['*'],
  rules: null,
  process: null,
  sources: null,
  reason: 'moved in May',
  until: '2026-12-31',
  place: 'x.yaml:3',
  ...parts,
});

/** Days from 2026-11-29. */
const daysFrom = (day: string): number => (Date.parse(day) - Date.parse('2026-11-29')) / 86_400_000;

const applied = <R extends AcceptableReport>(report: R, ...exceptions: readonly Partial<Exception>[]): R =>
  applyExceptions(report, exceptions.map(exception), daysFrom);

const exitCode = (report: AcceptableReport) =>
  outcomeOf(report, { 'fail-on': 'error', 'accept-unproven': false });

const MATRIX = [
  ['a', 'a', true],
  ['a', 'ab', false],
  ['*', '', true],
  ['client>*', 'client>maps-a/x', true],
  ['*@10.0.0.1', 'c>h/x@10.0.0.1', true],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'acb', false],
  ['ab*ba', 'aba', false],
  ['a.c', 'abc', false],
] as const;

test.each(MATRIX)('pattern %s and %s: %s', (pattern, text, isFit) => {
  expect(fits(pattern, text)).toBe(isFit);
});

test('a pattern of many stars takes no longer than its length', () => {
  expect(fits('*a'.repeat(5000), `${'a'.repeat(10_000)}b`)).toBe(false);
});

describe('a failure', () => {
  test('is accepted: the verdict stays, the summary counts it apart, the finding carries the reason', () => {
    const before = sampleCheck();
    const report = applied(before, { patterns: ['client>maps-a/server-2.client@10.20.0.11'] });
    const flow = report.flows.find(({ endpoint }) => endpoint === 'server-2.client')!;
    const accepted = { reason: 'moved in May', until: '2026-12-31' };
    expect(flow).toMatchObject({ verdict: 'fail', accepted });
    expect(report.findings.find(({ code }) => code === 'filtered')).toMatchObject({ accepted });
    expect(report.summary).toEqual({ ...before.summary, fail: 0, accepted: 1 });
    expect([exitCode(before), exitCode(report)]).toEqual([1, 3]);
    expect(withoutAcceptance(report)).toEqual(before);
  });

  test('of another code, flow or rule is not hidden', () => {
    const before = sampleCheck();
    for (const parts of [
      { code: 'closed' },
      { patterns: ['client>maps-b/*'] },
      { rules: ['-A INPUT -j DROP'] },
    ]) {
      const report = applied(before, parts);
      expect(report.summary).toEqual(before.summary);
      expect(exitCode(report)).toBe(1);
    }
  });

  test('beside another one of the same flow stays a failure of that flow', () => {
    const before = sampleCheck();
    const [one] = before.findings;
    const two = { ...before, findings: [...before.findings, { ...one!, code: 'not-http' as const }] };
    const report = applied(two, {});
    expect(report.summary).toEqual(before.summary);
    expect(report.findings.filter(({ accepted }) => accepted !== undefined).map(({ code }) => code)).toEqual([
      'filtered',
    ]);
    expect(exitCode(report)).toBe(1);
    expect(applied(two, {}, { code: 'not-http' }).summary).toMatchObject({ fail: 0, accepted: 1 });
  });

  test('a note beside it need not be accepted', () => {
    const before = sampleCheck();
    const [one] = before.findings;
    const note = { ...one!, code: 'refused-alike' as const, severity: 'note' as const };
    expect(applied({ ...before, findings: [...before.findings, note] }, {}).summary.fail).toBe(0);
  });
});

test('unproven flows are accepted, those without a finding by the code unproven', () => {
  const before = sampleCheck();
  const report = applied(before, {}, { code: 'unproven', patterns: ['*'] });
  expect(report.summary).toMatchObject({ fail: 0, unproven: 0 });
  expect(exitCode(report)).toBe(0);
});

test('what an interrupted run did not ask cannot be accepted', () => {
  const before = sampleCheck();
  const unasked = before.flows.map((flow) =>
    flow.verdict === 'unproven' ? { ...flow, state: 'error' as const, reason: 'interrupted' as const } : flow,
  );
  const report = applied({ ...before, flows: unasked }, {}, { code: 'unproven', patterns: ['*'] });
  expect(report.summary.unproven).toBe(before.summary.unproven);
  expect(exitCode(report)).toBe(3);
});

test('an audit: the rule text tells one exposure from another, and one finding is divided', async () => {
  const before = await sampleAudit();
  const exposed = before.findings.find(({ code }) => code === 'exposed')!;
  const rules = exposed.rules!.map(({ text }) => text);
  expect(exposed.flows.length).toBeGreaterThan(0);
  const report = applied(before, { code: 'exposed', rules });
  expect(report.summary.accepted).toBe(exposed.flows.length);
  // One of the reviewed rules is mended since, or none of them decides.
  expect(applied(before, { code: 'exposed', rules: ['tcp dport 9 accept', ...rules] }).summary).toEqual(
    report.summary,
  );
  expect(applied(before, { code: 'exposed', rules: ['tcp dport 9 accept'] }).summary).toEqual(before.summary);
  const many = before.findings.find(({ flows }) => flows.length > 1)!;
  const part = applied(before, { code: many.code, patterns: [many.flows[0]!] });
  const parts = part.findings.filter(({ code, args }) => code === many.code && args.host === many.args.host);
  expect(parts.flatMap(({ flows }) => flows).sort()).toEqual(
    before.findings
      .filter(({ code, args }) => code === many.code && args.host === many.args.host)
      .flatMap(({ flows }) => flows)
      .sort(),
  );
  expect(parts.filter(({ accepted }) => accepted !== undefined).map(({ flows }) => flows)).toEqual([
    [many.flows[0]],
  ]);
});

test('an audit: a further rule that lets others in is another exposure, whichever address is the witness', async () => {
  const rules = (more: string): string => `table inet t {
  chain c {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
    ip saddr 10.30.0.0/16 tcp dport { 102, 10100, 10101, 10102 } accept
    ip saddr 10.20.9.5 tcp dport 103 accept
    ip saddr 203.0.113.0/24 tcp dport 10102 accept
    ${more}
  }
}
`;
  const before = await sampleAudit('a.nft', rules(''));
  const exposed = before.findings.find(({ code }) => code === 'exposed')!;
  const accepted = { code: 'exposed', rules: exposed.rules!.map(({ text }) => text) };
  expect(applied(before, accepted).summary.fail).toBe(before.summary.fail - 1);
  for (const more of [
    'ip saddr 198.51.100.1 tcp dport 10102 accept',
    'ip saddr 198.51.100.0/22 tcp dport 10102 accept',
  ]) {
    const after = await sampleAudit('a.nft', rules(more));
    expect(applied(after, accepted).summary).toEqual(before.summary);
  }
});

test('a merged report: a pattern may name the vantage point, and what another one saw stays', () => {
  const before = sampleMerge();
  const failing = before.flows.filter(({ verdict }) => verdict === 'fail');
  const [one] = failing;
  const report = applied(before, { patterns: [`* as ${one!.vantage}`] });
  const excused = report.flows.filter(({ accepted }) => accepted !== undefined);
  expect(new Set(excused.map(({ vantage }) => vantage))).toEqual(new Set([one!.vantage]));
  expect(report.summary.fail).toBe(failing.filter(({ vantage }) => vantage !== one!.vantage).length);
  const all = applied(before, { until: '2026-12-01' });
  for (const { vantages } of all.findings) expect(vantages.length).toBeGreaterThan(0);
});

describe('the exception itself', () => {
  const findingsOf = (parts: Partial<Exception>) =>
    applied(sampleCheck(), parts).findings.filter(({ code }) => code.startsWith('acceptance-'));

  test('expired: an error, and it accepts nothing', () => {
    const report = applied(sampleCheck(), { until: '2026-11-28' });
    expect(report.summary).toEqual(sampleCheck().summary);
    expect(findingsOf({ until: '2026-11-28' })).toMatchObject([
      {
        code: 'acceptance-expired',
        severity: 'error',
        message:
          'x.yaml:3: the exception for filtered of * expired on 2026-11-28. Its reason was: moved in May',
      },
    ]);
    const passing = { ...sampleCheck(), flows: [], findings: [] };
    expect(
      exitCode(applied({ ...passing, summary: { pass: 0, fail: 0, unproven: 0 } }, { until: '2026-11-28' })),
    ).toBe(1);
  });

  test.each([
    ['2026-11-29', 'ends today (2026-11-29)'],
    ['2026-11-30', 'ends in 1 day (2026-11-30)'],
    ['2026-12-13', 'ends in 14 days (2026-12-13)'],
  ])('ends soon, %s: a note', (until, text) => {
    expect(findingsOf({ until })).toMatchObject([
      { code: 'acceptance-ends', severity: 'note', message: expect.stringContaining(text) as string },
    ]);
  });

  test('ends later: nothing', () => {
    expect(findingsOf({ until: '2026-12-14' })).toEqual([]);
  });

  const FLOW = 'client>maps-a/server-1.client@10.20.0.11';
  test.each([
    [{ patterns: [FLOW] }, `matches nothing: the flow ${FLOW} is now pass (open, syn-ack).`],
    [
      { code: 'closed', patterns: ['client>maps-a/server-2.client*'] },
      'server-2.client@10.20.0.11 is now fail (filtered).',
    ],
    [{ rules: ['x'], patterns: ['*/server-2.client*'] }, 'is now fail (filtered by no rule).'],
    [
      { patterns: ['client>maps-z/*'] },
      'matches nothing: the nearest flow is client>maps-a/server-2.client@10.20.0.11.',
    ],
    [
      { code: 'closed', patterns: ['client>maps-b/server-1.cleint@fd00::12'] },
      'the nearest flow is client>maps-b/server-1.client@fd00::12.',
    ],
    [{ code: 'closed', patterns: ['nobody'] }, 'matches nothing: no flow of the report is like it.'],
  ])('matches nothing: a warning with the nearest miss %#', (parts, text) => {
    expect(findingsOf(parts)).toMatchObject([
      { code: 'acceptance-unmatched', severity: 'warning', message: expect.stringContaining(text) as string },
    ]);
  });
});

describe('one file for the runs of all roles and hosts', () => {
  const unmatched = (report: AcceptableReport, ...patterns: readonly string[]) =>
    applied(report, { patterns }).findings.filter(({ code }) => code === 'acceptance-unmatched').length;
  const client = sampleCheck();
  const ofA = { ...client, flows: client.flows.filter(({ host }) => host === 'maps-a') };

  test.each([
    [client, ['outsider>maps-a/server-2.client@10.20.0.11'], 0],
    [client, ['outsider>*'], 0],
    [client, ['outsider>*', 'client>maps-a/server-9.client@*'], 1],
    [client, ['guest>*'], 1],
    [client, ['outsider*'], 1],
    [client, ['-'], 1],
    [client, ['client>maps-x/*'], 1],
    [client, ['client>maps-b/server-9*'], 1],
    [ofA, ['client>maps-b/server-9*'], 0],
    [ofA, ['*>maps-b/*'], 0],
    [ofA, ['client>maps*'], 0],
    [ofA, ['client>mapsb/*'], 1],
  ] as const)('%#: entries about another role or host are no warning', (report, patterns, count) => {
    expect(unmatched(report, ...patterns)).toBe(count);
  });

  test('a merged report is about its vantage points, an audit about every role', async () => {
    expect(unmatched(sampleMerge(), 'outsider>maps-a/server-9*')).toBe(1);
    expect(unmatched(sampleMerge(), 'web>maps-a/server-9*')).toBe(0);
    expect(unmatched(await sampleAudit(), 'web>maps-a/server-9*')).toBe(1);
    expect(unmatched(await sampleAudit(), 'all>maps-a/server-9*')).toBe(0);
  });

  test('one that has expired is an error in each of them', () => {
    const { findings } = applied(client, { patterns: ['outsider>*'], until: '2026-01-01' });
    expect(findings.filter(({ code }) => code === 'acceptance-expired')).toHaveLength(1);
  });
});
