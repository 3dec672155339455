import { parseInterface } from '../../../src/cli/flags/audit-flags.ts';
import { renderReport } from '../../../src/cli/output/render-report.ts';
import type { ReportFormatId } from '../../../src/report/registry.ts';
import { siteFromYaml } from '../../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../../src/system/node-system.ts';
import { audit } from '../../../src/usecases/audit/audit.ts';
import { ANY_DIALECT } from '../../../src/usecases/audit/dialects.ts';
import { applyExceptions } from '../../../src/verdict/accept/apply-exceptions.ts';
import { sinceBaseline } from '../../../src/verdict/compare/compare-reports.ts';
import { mergeChecks } from '../../../src/verdict/merge/merge-checks.ts';
import type { AuditReport } from '../../../src/verdict/reports/audit-report.ts';
import type { CheckReport } from '../../../src/verdict/reports/check-report.ts';
import type { MergeReport } from '../../../src/verdict/reports/merge-report.ts';
import type { Verdict } from '../../../src/verdict/reports/report.ts';
import { host } from '../../ports/site.ts';
import { checkReport, plain } from '../check-report.ts';

export type Sample = CheckReport | AuditReport | MergeReport;

const TOOL = { name: 'vwaudit', version: '0.1.0' };

export const RUN = {
  ranAt: '2026-11-29T08:00:00.000Z',
  isUnprovenAccepted: false,
  unixSeconds: (time: string) => Date.parse(time) / 1000,
  stdinName: 'rules.nft',
  folder: '/repository',
};

/** A check in which every verdict occurs, one port could not be probed, and one was left out. */
export function sampleCheck(as: 'client' | 'outsider' = 'client'): CheckReport {
  const hosts = [
    host('maps-a', 3, true, ['10.20.0.11']),
    host('maps-b', 1, false, ['10.20.0.12', 'fd00::12']),
  ];
  const verdicts: Readonly<Record<string, Verdict>> = {
    'server-2.client': 'fail',
    'server-2.udp': 'unproven',
    'server-3.http': 'unproven',
  };
  const from = [as === 'client' ? '10.30.4.7' : '192.0.2.7'];
  const report = checkReport(hosts, { as, from, verdict: (_, endpoint) => verdicts[endpoint] ?? 'pass' });
  return {
    ...report,
    flows: report.flows.map((flow) =>
      flow.endpoint === 'server-3.http'
        ? { ...flow, state: 'error', reason: 'system-error', evidence: ['EACCES'] }
        : flow,
    ),
    skipped: [{ host: 'maps-a', endpoint: 'server-1.config', reason: '--skip' }],
  };
}

export function sampleMerge(): MergeReport {
  return mergeChecks(
    [
      { file: 'client.json', report: sampleCheck('client') },
      { file: 'outsider.json', report: sampleCheck('outsider') },
    ],
    TOOL,
    Date.parse,
  );
}

const SITE = siteFromYaml(
  `
name: Maps, newsroom
hosts: { maps-a: { address: 10.20.0.11, instances: 3, allocator: true }, maps-b: { address: 10.20.0.12, instances: 1, allocator: false } }
peers: { client: [10.30.0.0/16], config-tool: [10.20.9.5], web: [] }
`,
  'vwaudit.yaml',
);

/** Lets clients in, others too on one port, the configuration tool not at all; a limit leaves one open. */
const RULES = `table inet t {
  chain c {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept
    ip saddr 10.30.0.0/16 tcp dport { 102, 10100 } accept
    ip saddr 10.30.0.0/16 tcp dport 10101 limit rate 10/second accept
    tcp dport 10102 accept
  }
}
`;

/** An audit in which every verdict occurs. */
export function sampleAudit(file = 'rules.nft', rules = RULES): Promise<AuditReport> {
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(rules)) };
  const options = {
    files: [file],
    dialects: ANY_DIALECT,
    hook: 'input' as const,
    interfaces: [].map(parseInterface),
    rulesOf: null,
    selfAddresses: [],
    isForwarding: false,
  };
  return audit(SITE, options, { system, tool: TOOL });
}

/** A check with an exception, which expires soon, and what changed since a baseline. */
export function sampleReviewed(): CheckReport {
  const exception = {
    ...{ code: 'filtered', patterns: ['client>maps-a/*'], rules: null, process: null, sources: null },
    ...{ reason: 'moved in May', until: '2026-12-05', place: 'exceptions.yaml:3' },
  };
  const report = applyExceptions(sampleCheck(), [exception], () => 6);
  const before = checkReport([host('maps-a', 3, true, ['10.20.0.11'])], { as: 'client' });
  return {
    ...report,
    baseline: sinceBaseline({ file: 'before.json', report: before }, { file: null, report }, 'error'),
  };
}

/** All kinds, and one that was reviewed. */
export async function sampleReports(): Promise<readonly Sample[]> {
  return [sampleCheck(), await sampleAudit(), sampleMerge(), sampleReviewed()];
}

/** The text of a report in a format. */
export async function written(
  report: Sample,
  format: ReportFormatId,
  run: Partial<typeof RUN> = {},
): Promise<string> {
  const context = { ...RUN, ...run };
  const text =
    report.kind === 'check'
      ? await renderReport<'check'>(report, format, plain(null), context)
      : report.kind === 'audit'
        ? await renderReport<'audit'>(report, format, plain(null), context)
        : await renderReport<'merge'>(report, format, plain(null), context);
  return typeof text === 'string' ? text : [...text].join('');
}
