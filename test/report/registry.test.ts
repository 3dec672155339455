import { describe, expect, test } from 'vitest';
import { renderReport } from '../../src/cli/output/render-report.ts';
import type { ReportKind, ReportOf } from '../../src/report/results/report-format.ts';
import {
  formatsFor,
  REPORT_FORMATS,
  type FormatFor,
  type ReportFormatId,
} from '../../src/report/registry.ts';
import { compareReports } from '../../src/verdict/compare/compare-reports.ts';
import { ports } from '../../src/usecases/ports.ts';
import { mergeChecks } from '../../src/verdict/merge/merge-checks.ts';
import { host } from '../ports/site.ts';
import { makeRules } from '../rules/render-rules.ts';
import { makeSite } from '../rules/sites.ts';
import { checkReport, plain } from './check-report.ts';

const RUN = {
  ranAt: '2026-11-29T08:00:00.000Z',
  isUnprovenAccepted: false,
  unixSeconds: (time: string) => Date.parse(time) / 1000,
  stdinName: 'rules.nft',
  folder: '/repository',
};

/** What acts on a terminal: control characters and what reorders or hides text. */
const ACTIVE = '\u001b[2J\u202e\u0007\u009b';

const TOOL = { name: 'vwaudit', version: '0.1.0' };
const HOSTS = [host(`evil${ACTIVE}`, 2, true, ['10.0.0.1']), host('b', 1, true, ['10.0.0.2'])];
const CHECK = checkReport(HOSTS, { verdict: (key) => (key === 'b' ? 'pass' : 'fail') });
const SITE = makeSite(HOSTS, {}, { name: ACTIVE, source: 'file' });
const PORTS = ports(SITE, TOOL);
const { site, assumptions } = CHECK;

/** A report of every kind, with such text wherever somebody else may have written it. */
const REPORTS: { readonly [K in ReportKind]: ReportOf<K> } = {
  ports: PORTS,
  check: { ...CHECK, skipped: [{ host: ACTIVE, endpoint: 'server-1.http', reason: ACTIVE }] },
  compare: compareReports(
    { file: ACTIVE, report: { ...CHECK, flows: CHECK.flows.slice(1), findings: [] } },
    { file: ACTIVE, report: { ...CHECK, flows: CHECK.flows.slice(0, -1) } },
    'error',
    TOOL,
  ),
  merge: mergeChecks([{ file: ACTIVE, report: CHECK }], TOOL, Date.parse),
  rules: { schemaVersion: 1, kind: 'rules', tool: TOOL, site, assumptions, rulesets: makeRules(SITE, 'nft') },
  audit: {
    schemaVersion: 1,
    kind: 'audit',
    tool: TOOL,
    site: { ...site, name: ACTIVE },
    assumptions: [ACTIVE],
    hook: 'input',
    interface: ACTIVE,
    interfaces: [{ who: null, name: ACTIVE }],
    flows: [],
    findings: CHECK.findings,
    summary: CHECK.summary,
  },
  trace: {
    schemaVersion: 1,
    kind: 'trace',
    tool: TOOL,
    unstated: [],
    assumptions: [ACTIVE],
    hook: 'input',
    packets: [
      {
        packet: ACTIVE,
        result: 'undecided',
        allowedFrom: [],
        blockedFrom: [],
        undecidedFrom: [ACTIVE],
        reason: null,
        why: ACTIVE,
        decidedBy: [],
        trace: [],
        paths: [],
        cases: [],
        to: [],
      },
    ],
  },
};

async function textOf<K extends ReportKind>(kind: K, id: FormatFor<K>): Promise<string> {
  const text = await renderReport<K>(REPORTS[kind], id, plain(80), RUN);
  return typeof text === 'string' ? text : [...text].join('');
}

describe.each(Object.keys(REPORTS) as ReportKind[])('a report of kind %s', (kind) => {
  test.each(formatsFor(kind))('as %s: nothing of others acts on a terminal', async (id) => {
    const text = await textOf(kind, id);
    expect(text).not.toBe('');
    expect(active(text, id)).toEqual([]);
  });

  test('as JSON: what others wrote is kept', async () => {
    expect(JSON.parse(await textOf(kind, 'json'))).toEqual(REPORTS[kind]);
  });
});

/** JSON is for programs: its own escapes are those of C0 alone. */
function active(text: string, id: ReportFormatId): readonly string[] {
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  return text.match(id === 'json' ? /[\u0000-\u0009\u000b-\u001f]/g : /[\u001b\u202e\u0007\u009b]/g) ?? [];
}

test('every format says what it is good for and renders some kind', () => {
  for (const { title, renders } of Object.values(REPORT_FORMATS)) {
    expect(title).not.toBe('');
    expect(Object.keys(renders)).not.toEqual([]);
  }
});
