import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderReport } from '../../../src/cli/output/render-report.ts';
import { formatsFor } from '../../../src/report/registry.ts';
import { plain } from '../../report/check-report.ts';
import { readSavedReport } from '../../../src/verdict/reports/saved-report.ts';
import { RUN, sampleAudit, sampleReports } from '../../report/formats/sample-reports.ts';

test('what a command wrote is read back as it was', async () => {
  for (const report of await sampleReports())
    expect(readSavedReport(JSON.stringify(report), 'x.json')).toEqual(report);
});

test('the audit of the first version, which wrote less of each rule and proof, is read', async () => {
  const report = JSON.parse(JSON.stringify(await sampleAudit())) as Record<string, unknown>;
  const [flow] = report.flows as { proof: { trace: object[] } }[];
  const old = JSON.parse(JSON.stringify(report), (key: string, value: unknown) =>
    LATER.has(key) ? undefined : value,
  ) as unknown;
  const read = readSavedReport(JSON.stringify(old), 'x.json');
  expect(read).toMatchObject({ kind: 'audit', interfaces: [], summary: report.summary });
  if (read.kind !== 'audit') throw new Error(read.kind);
  expect(read.flows[0]!.proof.trace).toHaveLength(flow!.proof.trace.length);
  expect(read.flows[0]!.proof).toMatchObject({ witnessPort: null, reason: null, rules: [] });
});

const SAVED = path.join(import.meta.dirname, 'fixtures');

/** `KIND-COMMIT.json`: what the first versions of each command wrote. */
test.each(readdirSync(SAVED))('%s is read, and written in every format of its kind', async (name) => {
  const report = readSavedReport(readFileSync(path.join(SAVED, name), 'utf8'), name);
  expect(report.kind).toBe(name.replace(/-.*/, ''));
  for (const format of formatsFor(report.kind)) {
    const text = await renderReport(report, format, plain(80), RUN);
    expect(Array.from(text).join('')).not.toBe('');
  }
  expect(readSavedReport(JSON.stringify(report), name)).toEqual(report);
});

/** Keys that came after 63f244f, the first version with an audit; `kind` and `hook` of a rule as well, but reports have them too. */
const LATER: ReadonlySet<string> = new Set(
  'actions base family handle reasons type reason rules witnessPort interfaces cases casesAreOfAll conditions decidedBy'.split(
    ' ',
  ),
);

describe('refused', () => {
  test.each([
    ['', /the file is empty/],
    ['{', /x\.json:1:2/],
    ['[]', /not a report of vwaudit/],
    ['{"kind":"check"}', /not a report of vwaudit/],
    ['{"kind":"check","schemaVersion":2}', /schemaVersion is not 1; use a newer version/],
    ['{"kind":"pie","schemaVersion":1}', /this is a report of kind "pie"/],
    [
      '{"kind":"error","schemaVersion":1,"error":{"message":"no site"}}',
      /this is an error, not a report: no site/,
    ],
    ['{"kind":"check","schemaVersion":1}', /tool: nothing is not an object/],
  ])('%s', (text, message) => {
    expect(() => readSavedReport(text, 'x.json')).toThrow(message);
  });

  test('a summary that the flows do not add up to', async () => {
    const [report] = await sampleReports();
    const edited = { ...report!, summary: { ...report!.summary, fail: 0 } };
    expect(() => readSavedReport(JSON.stringify(edited), 'x.json')).toThrow(
      /the summary counts 0 fail, the flows 1/,
    );
  });
});
