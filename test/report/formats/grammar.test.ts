import type { Log } from 'sarif';
import { beforeAll, describe, expect, test } from 'vitest';
import { fitted } from '../../../src/cli/reports/job-summary.ts';
import { escaped } from '../../../src/report/documents/compare/markdown-text.ts';
import { formatsFor } from '../../../src/report/registry.ts';
import { resultsOf } from '../../../src/report/results/results-of.ts';
import type { AuditReport } from '../../../src/verdict/reports/audit-report.ts';
import { shareOf } from '../../thorough.ts';
import { HOSTILE, withText } from './hostile-text.ts';
import { sampleAudit, sampleCheck, sampleReports, written, type Sample } from './sample-reports.ts';

// What readers without a program of their own demand: workflow commands, plugin output, GitLab's JSON, GitHub's limits.

let all: readonly Sample[];

beforeAll(async () => {
  const samples = await sampleReports();
  all = [
    ...samples,
    ...shareOf(HOSTILE, 10).flatMap((text) => samples.map((sample) => withText(sample, text))),
  ];
});

const HIDDEN =
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\udb40[\udc00-\udc7f]/;

test('no text format passes on what acts on a terminal', async () => {
  for (const report of all)
    for (const format of formatsFor('check')) expect(await written(report, format)).not.toMatch(HIDDEN);
});

describe('github', () => {
  const COMMAND = /^::(error|warning|notice) (?:file=[^\n\r:,]+,line=[1-9]\d*,)?title=[^\n\r:,]+::[^\n\r]+$/;

  test('every line is one workflow command of its grammar, at most ten of a level', async () => {
    for (const report of all) {
      const lines = (await written(report, 'github')).trimEnd().split('\n');
      expect(lines.pop()).toMatch(/^vwaudit: \d+ proven, \d+ failed, \d+ unproven(?:, \d+ accepted)?$/);
      expect(lines.filter((line) => !COMMAND.test(line))).toEqual([]);
      for (const level of ['error', 'warning', 'notice'])
        expect(lines.filter((line) => line.startsWith(`::${level} `)).length).toBeLessThanOrEqual(10);
    }
  });

  test('of thirty causes, and flows that none of them mentions, nine are shown and how many are not', async () => {
    const text = await written(withManyFindings(30), 'github');
    const errors = text.split('\n').filter((line) => line.startsWith('::error '));
    expect(errors).toHaveLength(10);
    expect(errors[9]).toMatch(/::22 more of this level are not shown here/);
  });

  test('a summary beyond 1 MiB ends at a line and says so', () => {
    const text = 'ü line\n'.repeat(200_000);
    const cut = fitted(text);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(1_048_576);
    expect(cut).toMatch(/ü line\n\n\*\*The rest is cut here/);
    expect(fitted('short\n')).toBe('short\n');
    expect(fitted('too long\n', 5)).toBe('');
  });
});

describe('nagios', () => {
  const PLUGIN =
    /^vwaudit [^|\n]* (OK|WARNING|CRITICAL|UNKNOWN): (\d+) failed, (\d+) unproven, (\d+) proven of (\d+)[^|\n]* \| ([^|\n]*)\n$/;
  const DATUM = /^[a-z]+=\d+(?:\.\d+)?s?;[\d.]*;[\d.]*;[\d.]*;[\d.]*$/;

  test('one line: the name first, counts, and performance data by the guidelines', async () => {
    for (const report of all) {
      const [, status, fail, unproven, pass, , data = ''] =
        PLUGIN.exec(await written(report, 'nagios')) ?? [];
      const { summary } = report;
      expect({ status, fail, unproven, pass }).toEqual({
        status: 'CRITICAL',
        fail: `${summary.fail}`,
        unproven: `${summary.unproven}`,
        pass: `${summary.pass}`,
      });
      expect(data.split(' ').filter((datum) => !DATUM.test(datum))).toEqual([]);
    }
  });

  test('unproven is UNKNOWN, and OK only where a flag accepts it; no flow at all is never OK', async () => {
    const check = sampleCheck();
    const open = {
      ...check,
      flows: check.flows.filter(({ verdict }) => verdict === 'unproven'),
      findings: [],
    };
    const unproven = { ...open, summary: { pass: 0, fail: 0, unproven: open.flows.length } };
    expect(await written(unproven, 'nagios')).toMatch(/ UNKNOWN: /);
    expect(await written(unproven, 'nagios', { isUnprovenAccepted: true })).toMatch(/ OK: /);
    const empty = { ...unproven, flows: [], summary: { pass: 0, fail: 0, unproven: 0 } };
    expect(await written(empty, 'nagios', { isUnprovenAccepted: true })).toMatch(/ UNKNOWN: /);
  });
});

describe('gitlab', () => {
  test('each entry has what GitLab reads, and a fingerprint of its own', async () => {
    for (const report of all) {
      const entries = JSON.parse(await written(report, 'gitlab')) as {
        description: string;
        fingerprint: string;
        severity: string;
        location: { path: string; lines: { begin: number } };
      }[];
      expect(entries).toHaveLength(resultsOf(report, null).issues.length);
      expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(entries.length);
      for (const { description, severity, location } of entries) {
        expect(description).toMatch(/^(failed|warning|unproven|accepted|note): /);
        expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(severity);
        expect(location.path).not.toMatch(/^$|^\/|(^|\/)\.\.?(\/|$)/);
        expect(location.lines.begin).toBeGreaterThan(0);
      }
    }
  });
});

describe('sarif', () => {
  const logOf = async (report: Sample): Promise<Log> => JSON.parse(await written(report, 'sarif')) as Log;

  test('every result has a relative, encoded, non-empty URI, a line and a fingerprint', async () => {
    for (const report of all) {
      const { runs } = await logOf(report);
      expect(new Set(runs.map(({ automationDetails }) => automationDetails?.id)).size).toBe(runs.length);
      const results = runs.flatMap(({ results: some = [] }) => some);
      expect(results.length).toBeGreaterThan(0);
      for (const { locations = [], partialFingerprints = {}, message, properties } of results) {
        expect(locations).toHaveLength(1);
        const { artifactLocation, region } = locations[0]!.physicalLocation!;
        expect(artifactLocation!.uri).toMatch(/^(?:[\w.~-]|%[\dA-F]{2})+(?:\/(?:[\w.~-]|%[\dA-F]{2})+)*$/);
        expect(artifactLocation!.uri).not.toMatch(/(^|\/)\.\.?(\/|$)/);
        expect(region!.startLine).toBeGreaterThan(0);
        expect(partialFingerprints.primaryLocationLineHash).toMatch(/^[\da-f]{16}:\d+$/);
        expect(['fail', 'warning', 'unproven', 'accepted', 'note']).toContain(properties!.verdict);
        if (properties!.verdict === 'unproven') expect(message.text).toMatch(/^Unproven: /);
      }
    }
  });

  test('the same finding has the same fingerprint wherever its rule moves to', async () => {
    const rules = (before: string): string =>
      `table inet t {\n chain c {\n  type filter hook input priority 0; policy drop;\n${before}  tcp dport 102 accept\n }\n}\n`;
    const prints = async (text: string): Promise<unknown> => {
      const { runs } = await logOf(await sampleAudit('rules.nft', text));
      return runs
        .flatMap(({ results = [] }) => results)
        .map(({ ruleId, partialFingerprints }) => [ruleId, partialFingerprints]);
    };
    expect(await prints(rules('  # a comment\n  # another\n'))).toEqual(await prints(rules('')));
  });

  test('standard input needs a name', async () => {
    const report = await sampleAudit('-');
    await expect(written(report, 'sarif', { stdinName: null as unknown as string })).rejects.toThrow(
      /--stdin-name/,
    );
    expect(await written(report, 'sarif', { stdinName: 'etc/maps.nft' })).toContain('"etc/maps.nft"');
  });

  test('2,000 findings and a path of 10,001 rules stay within the limits of GitHub', async () => {
    const report = await sampleAudit();
    const [flow] = report.flows.filter(({ proof }) => proof.trace.length > 0);
    const trace = Array.from({ length: 10_001 }, (_, index) => ({
      ...flow!.proof.trace[0]!,
      line: index + 1,
    }));
    const long = { ...flow!, proof: { ...flow!.proof, trace } };
    const many = withManyFindings(2000, { ...report, flows: [long, ...report.flows.slice(1)] });
    const text = await written(many, 'sarif');
    expect(Buffer.byteLength(text)).toBeLessThan(10_000_000);
    const [run, ...others] = (JSON.parse(text) as Log).runs;
    expect(others.length).toBeLessThan(20);
    expect(
      run!.results!.length + others.reduce((sum, { results = [] }) => sum + results.length, 0),
    ).toBeGreaterThanOrEqual(2000);
    for (const result of run!.results!)
      for (const { threadFlows } of result.codeFlows ?? [])
        for (const { locations } of threadFlows) expect(locations.length).toBeLessThanOrEqual(10_000);
    const one = await logOf({
      ...report,
      flows: [long],
      findings: [{ ...report.findings[0]!, flows: [long.id] }],
    });
    const steps = one.runs
      .flatMap(({ results = [] }) => results)
      .flatMap(({ codeFlows = [] }) => codeFlows[0]?.threadFlows ?? []);
    expect(steps.map(({ locations }) => locations.length)).toEqual([10_000]);
  });
});

test('markdown: no character of others is markup, and every flow has its row', async () => {
  for (const report of all) {
    const text = await written(report, 'markdown');
    const rows = text.split('\n').filter((line) => /^\| (?:[✓✗?]|\\~) \|/.test(line));
    expect(rows).toHaveLength(report.flows.length);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(9);
    expect(text.replace(/^ {6}.*$/gm, '')).not.toMatch(/<(?!\/?$)/);
  }
});

test.each([
  ['fd00:20::11 and fd00:30::/48, 10:05:00', 'fd00:20::11 and fd00:30::/48, 10:05:00'],
  ['fd00:a:1:100:2', 'fd00&#58;a:1&#58;100:2'],
  [':tada: https://x', '&#58;tada: https&#58;//x'],
  ['- item', '&#45; item'],
  ['+ item', '&#43; item'],
  ['=', '&#61;'],
  ['12. item', '12&#46; item'],
  ['1) item', '1&#41; item'],
  [' padded ', '&#32;padded&#32;'],
  ['a - b + c = 1.5', 'a - b + c = 1.5'],
])('markdown: what begins a line is no list, heading or rule: %s', (text, written) => {
  expect(escaped(text)).toBe(written);
});

/** So many failures, each with a cause of its own. */
function withManyFindings(count: number, report: Sample = sampleCheck()): Sample {
  const [one] = report.findings;
  const findings = Array.from({ length: count }, (_, index) => ({
    ...one!,
    severity: 'error' as const,
    message: `${one!.message} ${index}`,
    args: { ...one!.args, reason: `cause ${index}` },
    flows: [report.flows[0]!.id],
    ...(one!.rules !== undefined && { rules: one!.rules.map((rule) => ({ ...rule, line: index + 1 })) }),
  }));
  return { ...report, findings } as AuditReport;
}
