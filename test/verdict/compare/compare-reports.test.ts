import { describe, expect, test } from 'vitest';
import { compareReports, sinceBaseline } from '../../../src/verdict/compare/compare-reports.ts';
import type { ComparableReport } from '../../../src/verdict/compare/assert-comparable.ts';
import { mergeChecks } from '../../../src/verdict/merge/merge-checks.ts';
import type { AuditReport } from '../../../src/verdict/reports/audit-report.ts';
import type { Verdict } from '../../../src/verdict/reports/report.ts';
import { host } from '../../ports/site.ts';
import { checkReport, plain } from '../../report/check-report.ts';
import { compareText } from '../../../src/report/text/compare-text.ts';
import { sampleAudit, sampleCheck, sampleMerge } from '../../report/formats/sample-reports.ts';

const TOOL = { name: 'vwaudit', version: '0.1.0' };
const HOSTS = [host('maps-a', 2, true, ['10.20.0.11'])];

const compared = (before: ComparableReport, after: ComparableReport, failOn: 'error' | 'warning' = 'error') =>
  compareReports(
    { file: 'before.json', report: before },
    { file: 'after.json', report: after },
    failOn,
    TOOL,
  );

/** A check in which `server-2.client` has this verdict and all else passes. */
const checked = (verdict: Verdict, parts: Parameters<typeof checkReport>[1] = {}) =>
  checkReport(HOSTS, {
    verdict: (_, endpoint) => (endpoint === 'server-2.client' ? verdict : 'pass'),
    ...parts,
  });

describe('a flow of a check', () => {
  test.each([
    ['pass', 'pass', 'unchanged', null, 0],
    ['pass', 'unproven', 'worse', 'verdict', 1],
    ['pass', 'fail', 'worse', 'verdict', 1],
    ['unproven', 'pass', 'better', null, 0],
    ['unproven', 'unproven', 'unchanged', null, 0],
    ['unproven', 'fail', 'worse', 'verdict', 1],
    ['fail', 'pass', 'better', null, 0],
    ['fail', 'unproven', 'better', null, 0],
    ['fail', 'fail', 'unchanged', null, 0],
  ] as const)('%s, then %s: %s', (before, after, change, regression, regressions) => {
    const report = compared(checked(before), checked(after));
    const flow = report.flows.find(({ endpoint }) => endpoint === 'server-2.client')!;
    expect({ change: flow.change, regression: flow.regression }).toEqual({ change, regression });
    expect(report.regressions).toBe(regressions);
    expect(report.flows.filter((one) => one !== flow).every((one) => one.change === 'unchanged')).toBe(true);
  });

  test('an exception that has expired fails also where it had expired before', () => {
    const report = checked('fail');
    const [one] = report.findings;
    const expired = { ...one!, code: 'acceptance-expired' as const, severity: 'error' as const };
    const both = { ...report, findings: [...report.findings, expired] };
    expect(compared(both, both).regressions).toBe(1);
  });

  test('a flow that an interrupted run did not ask is no better than one that failed', () => {
    const after = checked('unproven');
    const unasked = after.flows.map((flow) =>
      flow.verdict === 'unproven'
        ? { ...flow, state: 'error' as const, reason: 'interrupted' as const }
        : flow,
    );
    const { summary } = compared(checked('fail'), { ...after, flows: unasked });
    expect(summary).toMatchObject({ better: 0, changed: 1 });
  });

  test('known failures are counted, and times and round trips do not count as a change', () => {
    const later = checked('fail', { startedAt: '2026-11-29T08:00:00.000Z' });
    const report = compared(checked('fail'), {
      ...later,
      flows: later.flows.map((flow) => ({ ...flow, rttMs: 9.5, evidence: ['other words'] })),
    });
    expect(report).toMatchObject({ regressions: 0, known: 1, summary: { unchanged: report.flows.length } });
    expect(report.findings.map(({ change }) => change)).toEqual(['unchanged']);
  });

  test('another failure of a failed flow is a regression: code and flow tell', () => {
    const before = checked('fail');
    const after = {
      ...before,
      flows: before.flows.map((flow) =>
        flow.verdict === 'fail'
          ? { ...flow, state: 'closed' as const, reason: 'conn-refused' as const }
          : flow,
      ),
      findings: before.findings.map((one) => ({ ...one, code: 'closed' as const })),
    };
    const report = compared(before, after);
    expect(report.flows.find(({ endpoint }) => endpoint === 'server-2.client')).toMatchObject({
      change: 'changed',
      regression: 'finding',
    });
    expect(report.findings.map(({ code, change }) => `${change} ${code}`)).toEqual([
      'new closed',
      'gone filtered',
    ]);
    expect(report.regressions).toBe(1);
  });

  test('a new finding about no flow counts when it is severe enough', () => {
    const [one] = checked('fail').findings;
    const before = checked('pass');
    const after = { ...before, findings: [{ ...one!, severity: 'warning' as const, flows: [] }] };
    expect(compared(before, after).regressions).toBe(0);
    expect(compared(before, after, 'warning').regressions).toBe(1);
    expect(compared(after, after, 'warning').regressions).toBe(0);
  });

  test('gone: a regression where it must be reachable; new: where it fails', () => {
    const all = checked('fail');
    const isIt = ({ endpoint }: { readonly endpoint: string }): boolean => endpoint === 'server-2.client';
    const without = { ...all, flows: all.flows.filter((flow) => !isIt(flow)), findings: [] };
    expect(compared(all, without).flows.filter(isIt)).toMatchObject([
      { change: 'gone', regression: 'required-gone', after: null },
    ]);
    expect(compared(without, all).flows.filter(isIt)).toMatchObject([
      { change: 'new', regression: 'new-failure', before: null },
    ]);
    const blocked = (report: typeof all) => ({
      ...report,
      flows: report.flows.map((flow) => ({
        ...flow,
        expected: 'blocked' as const,
        verdict: 'pass' as const,
      })),
    });
    expect(compared(blocked(all), blocked(without)).regressions).toBe(0);
    const unproven = checked('unproven');
    expect(compared(without, unproven)).toMatchObject({ regressions: 0, newUnproven: 1 });
  });

  test('an exception keeps a flow from being a regression; one that ended makes it one', () => {
    const failed = checked('fail');
    const accepted = { reason: 'moved in May', until: '2027-05-01' };
    const excused = {
      ...failed,
      flows: failed.flows.map((flow) => (flow.verdict === 'fail' ? { ...flow, accepted } : flow)),
      findings: failed.findings.map((one) => ({ ...one, accepted })),
    };
    expect(compared(checked('pass'), excused)).toMatchObject({ regressions: 0, summary: { worse: 1 } });
    expect(compared(excused, failed)).toMatchObject({ regressions: 1, summary: { worse: 1 } });
    expect(compared(failed, excused)).toMatchObject({ regressions: 0, summary: { changed: 1 } });
  });
});

describe('an audit', () => {
  const RULES = `table inet t {
  chain c {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
    ip saddr 10.30.0.0/16 tcp dport { 102, 10100, 10101 } accept
    ip saddr 203.0.113.0/28 tcp dport 10102 accept
  }
}
`;
  const from = (rules: string) => sampleAudit('rules.nft', rules);

  test('a rule that moved to other lines changes nothing', async () => {
    const moved = await from(RULES.replace('    ct state', '    # moved\n\n    ct state'));
    const report = compared(await from(RULES), moved);
    expect(report.summary.unchanged).toBe(report.flows.length);
    expect(report.findings.every(({ change }) => change === 'unchanged')).toBe(true);
  });

  test('a counter that went on changes nothing', async () => {
    const counted = (packets: number) =>
      from(
        RULES.replace('tcp dport 10102 accept', `tcp dport 10102 counter packets ${packets} bytes 1 accept`),
      );
    const report = compared(await counted(1), await counted(999));
    expect(report).toMatchObject({ regressions: 0, summary: { unchanged: report.flows.length } });
  });

  test('an exposure by another rule is a regression, though the flow failed before', async () => {
    const before = await from(RULES);
    const after = await from(RULES.replace('ip saddr 203.0.113.0/28 tcp', 'ip saddr 203.0.113.0/29 tcp'));
    const failing = compared(before, after).flows.filter(({ regression }) => regression !== null);
    expect(failing.length).toBeGreaterThan(0);
    for (const flow of failing) expect(flow).toMatchObject({ change: 'changed', regression: 'finding' });
  });

  test('of two rules that exposed a flow one is removed: no regression; one is added: a regression', async () => {
    const further = '    ip saddr 198.51.100.0/28 tcp dport 10102 accept\n  }\n}';
    const [one, two] = [await from(RULES), await from(RULES.replace('  }\n}', further))];
    const lessOf = compared(two, one);
    expect(lessOf.regressions).toBe(0);
    expect(lessOf.findings.filter(({ change }) => change === 'new')).toEqual([]);
    expect(lessOf.summary).toMatchObject({ changed: 1, worse: 0 });
    expect(compared(one, two).regressions).toBe(1);
  });

  test('what two findings told of a flow and one tells now is the same, unless one of the two was accepted', async () => {
    const further = '    ip saddr 198.51.100.0/28 tcp dport 10102 accept\n  }\n}';
    const after = await from(RULES.replace('  }\n}', further));
    const divided = (accepted: object): AuditReport => ({
      ...after,
      findings: after.findings.flatMap((one) => {
        const allowing = (one.decidedBy ?? []).filter(({ result }) => result === 'allowed');
        if (one.code !== 'exposed' || allowing.length < 2) return [one];
        return allowing.map((share, at) => ({
          ...one,
          ...{ rules: share.rules, decidedBy: [share] },
          ...(at === 0 ? accepted : {}),
        }));
      }),
    });
    const before = divided({});
    expect(before.findings.length).toBeGreaterThan(after.findings.length);
    const report = compared(before, after);
    expect(report.regressions).toBe(0);
    expect(report.findings.every(({ change }) => change === 'unchanged')).toBe(true);
    expect(compared(divided({ accepted: { reason: 'x', until: '2030-01-01' } }), after).regressions).toBe(1);
  });

  const withSet = (elements: string) =>
    from(
      RULES.replace(
        'chain c {',
        `set s { type ipv4_addr; flags interval; elements = { ${elements} }; }\n chain c {`,
      ).replace('ip saddr 203.0.113.0/28', 'ip saddr @s'),
    );

  test('a set that grew exposes to more addresses by the same rule', async () => {
    const [small, large] = [await withSet('203.0.113.0/28'), await withSet('203.0.113.0/24')];
    expect(compared(small, large).flows.filter(({ regression }) => regression !== null)).toMatchObject([
      { id: 'outsider>maps-a/server-3.client', change: 'worse', regression: 'more-addresses' },
    ]);
    expect(compared(large, small).regressions).toBe(0);
  });

  test('a set of which a report lists only the first prefixes exposes to more where they are more', async () => {
    const every = (count: number): string =>
      Array.from({ length: count }, (_, i) => `203.${i >> 7}.${(i & 127) * 2}.0/24`).join(', ');
    const [small, large] = [await withSet(every(1500)), await withSet(every(1501))];
    expect(small.flows.some(({ proof }) => proof.isCut)).toBe(true);
    expect(compared(small, large).flows.filter(({ regression }) => regression !== null)).toMatchObject([
      { id: 'outsider>maps-a/server-3.client', change: 'worse', regression: 'more-addresses' },
    ]);
    expect(compared(large, small).regressions).toBe(0);
    expect(compared(large, small).summary).toMatchObject({ changed: 1 });
  });

  const limited = (elements: string) =>
    from(
      RULES.replace(
        'chain c {',
        `set s { type ipv4_addr; flags interval; elements = { ${elements} }; }\n chain c {`,
      ).replace('ip saddr 203.0.113.0/28', 'ip saddr @s meta cgroup 7'),
    );

  test('an undecided flow that is undecided for more addresses is worse, for fewer it is changed', async () => {
    const [small, large] = [await limited('203.0.113.0/28'), await limited('203.0.113.0/24')];
    const isIt = ({ id }: { readonly id: string }): boolean => id === 'outsider>maps-a/server-3.client';
    expect(small.flows.find(isIt)).toMatchObject({ verdict: 'unproven' });
    expect(compared(small, large).flows.filter(({ regression }) => regression !== null)).toMatchObject([
      { id: 'outsider>maps-a/server-3.client', change: 'worse', regression: 'more-undecided' },
    ]);
    expect(compared(large, small)).toMatchObject({ regressions: 0, summary: { changed: 1 } });
    expect(compareText(compared(small, large), plain(80))).toContain('flow got worse: outsider → 10102/tcp');
  });

  test('a flow that fails as before, and is undecided for others who were right, is worse', async () => {
    const wide = await limited('203.0.113.0/28');
    const both = await from(
      RULES.replace(
        'accept\n  }',
        'accept\n    ip saddr 198.51.100.0/24 tcp dport 10102 meta cgroup 7 accept\n  }',
      ),
    );
    const one = await from(RULES);
    expect(wide.flows.length).toBe(both.flows.length);
    expect(compared(one, both).flows.filter(({ change }) => change === 'worse')).toMatchObject([
      { id: 'outsider>maps-a/server-3.client', regression: 'more-undecided' },
    ]);
    expect(compared(both, one).regressions).toBe(0);
  });

  test('an exposure from one source port that becomes one from any is worse', async () => {
    const jumping = (test: string) =>
      from(
        `table ip t {\n chain x {\n  accept\n }\n chain c {\n  type filter hook input priority 0; policy drop;\n  ${test}jump x\n }\n}\n`,
      );
    const [one, any] = [await jumping('tcp sport 53 '), await jumping('meta l4proto tcp ')];
    const worse = compared(one, any).flows.filter(({ regression }) => regression === 'more-addresses');
    expect(worse.map(({ id }) => id)).toContain('outsider>maps-a/server-3.client');
  });

  test('a finding that is not about rules stays the same where the rules of its flows change', async () => {
    const withProgram = async (rules: string): Promise<AuditReport> => {
      const report = await from(rules);
      const warning = {
        ...({ code: 'nothing-listens', severity: 'warning', message: 'nothing listened there' } as const),
        ...{ advice: [], args: { host: 'maps-a' }, flows: report.flows.map(({ id }) => id) },
      };
      return { ...report, findings: [...report.findings, warning] };
    };
    const [before, after] = [await withProgram(RULES), await withProgram(RULES.replace(', 10101', ''))];
    const about = (findings: readonly { readonly code: string; readonly change: string }[]) =>
      findings.flatMap(({ code, change }) => (code === 'nothing-listens' ? change : []));
    expect(about(compared(before, after).findings)).toEqual(['unchanged']);
    const since = sinceBaseline({ file: 'b', report: before }, { file: null, report: after }, 'warning');
    expect(about(since.findings)).toEqual([]);
  });

  test('one of a version that named no rules is compared by the rules of its paths', async () => {
    const now = await from(RULES);
    const old = {
      ...now,
      findings: now.findings.map((one) => ({ ...one, rules: undefined })),
      flows: now.flows.map((flow) => ({ ...flow, proof: { ...flow.proof, rules: [] } })),
    } as unknown as AuditReport;
    const report = compared(old, now);
    expect(report).toMatchObject({ regressions: 0, summary: { unchanged: report.flows.length } });
    expect(report.findings.every(({ change }) => change === 'unchanged')).toBe(true);
  });
});

describe('another place', () => {
  const at = (...addresses: readonly string[]) => checked('pass', { as: 'client', from: addresses });

  test.each([
    [at('10.30.4.7'), at('10.30.4.7'), undefined],
    [at('10.30.4.7', 'fd00::7'), at('10.30.4.7', 'fd00::8'), undefined],
    [at(), at('10.30.4.7'), undefined],
    [at('10.30.4.7'), at('192.0.2.9'), [{ vantage: 'client', before: ['10.30.4.7'], after: ['192.0.2.9'] }]],
  ])('a vantage point without a common address is told %#', (before, after, moved) => {
    const report = compared(before, after);
    expect(report.moved).toEqual(moved);
    expect(report.regressions).toBe(0);
    const text = compareText(report, plain(null));
    expect(text.includes('client: probed from 192.0.2.9, before from 10.30.4.7')).toBe(moved !== undefined);
    const since = sinceBaseline({ file: 'b', report: before }, { file: null, report: after }, 'error');
    expect(since.moved).toEqual(moved);
  });
});

describe('a merged report', () => {
  test('a vantage point that got a longer id beside a second one stays the same', () => {
    const one = mergeChecks([{ file: 'a.json', report: sampleCheck() }], TOOL, Date.parse);
    const second = checkReport(HOSTS.concat(host('maps-b', 1, false, ['10.20.0.12', 'fd00::12'])), {
      as: 'client',
      from: ['10.30.9.9'],
    });
    const two = mergeChecks(
      [
        { file: 'a.json', report: sampleCheck() },
        { file: 'b.json', report: { ...second, site: sampleCheck().site } },
      ],
      TOOL,
      Date.parse,
    );
    const report = compared(one, two);
    expect(report.summary).toMatchObject({ unchanged: one.flows.length, gone: 0, new: second.flows.length });
    expect(report.findings.filter(({ change }) => change !== 'unchanged')).toEqual([]);
  });

  test('each vantage point has its own flows', () => {
    const before = sampleMerge();
    const after = {
      ...before,
      flows: before.flows.map((flow) =>
        flow.vantage === 'outsider' && flow.endpoint === 'server-1.client'
          ? { ...flow, verdict: 'fail' as const, state: 'open' as const }
          : flow,
      ),
    };
    const worse = compared(before, after).flows.filter(({ change }) => change === 'worse');
    expect(new Set(worse.map(({ vantage }) => vantage))).toEqual(new Set(['outsider']));
  });
});

describe('refused', () => {
  const check = checked('pass');
  test.each([
    [
      { ...check, kind: 'merge' as const, vantages: [], flows: [], findings: [], skipped: [] },
      /: kind merge, there check/,
    ],
    [{ ...check, site: { ...check.site, portOffset: 10 } }, /port offset 10, there 0/],
    [{ ...check, vantage: { as: 'outsider' as const, addresses: [] } }, /seen as outsider, there all/],
    [
      { ...check, flows: check.flows.map((flow) => ({ ...flow, host: 'maps-b' })) },
      /these are of different hosts: maps-a, maps-b;/,
    ],
    [
      { ...check, flows: [], site: { ...check.site, hosts: { other: check.site.hosts['maps-a']! } } },
      /these are of different hosts: maps-a, other;/,
    ],
  ])('another kind, site or point of view %#', (after, message) => {
    expect(() => compared(check, after as ComparableReport)).toThrow(message);
    expect(() => compared(check, after as ComparableReport)).toThrow(
      /^after\.json: this report can't be compared with before\.json/,
    );
  });

  test('a host less is no other thing: what must be reachable there is gone', () => {
    const both = checkReport(HOSTS.concat(host('maps-b', 1, false, ['10.20.0.12'])));
    const one = { ...both, flows: both.flows.filter(({ host: key }) => key === 'maps-a') };
    expect(compared(both, one).regressions).toBeGreaterThan(0);
  });

  test('another site by its name', () => {
    const named = (name: string) => ({ ...check, site: { ...check.site, name } });
    expect(() => compared(named('Maps'), named('Sports'))).toThrow(/name of the site "Sports", there "Maps"/);
  });
});

test('a baseline leaves out what did not change', () => {
  const [before, after] = [checked('fail'), checked('pass')];
  const since = sinceBaseline({ file: 'b', report: before }, { file: 'a', report: after }, 'error');
  expect(since.flows.map(({ change }) => change)).toEqual(['better']);
  expect(since.summary.unchanged).toBe(after.flows.length - 1);
});
