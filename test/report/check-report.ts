import { formatAddress } from '../../src/net/address.ts';
import { endpointsOf } from '../../src/ports/endpoints.ts';
import type { Vantage } from '../../src/deployment/role.ts';
import type { Host } from '../../src/deployment/site.ts';
import { finding } from '../../src/verdict/findings/finding.ts';
import { reportHead } from '../../src/verdict/reports/head.ts';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import type { FlowResult, Verdict } from '../../src/verdict/reports/report.ts';
import type { Style } from '../../src/report/style.ts';
import { siteOf } from '../ports/site.ts';

interface ReportParts {
  readonly as?: Vantage;
  readonly from?: readonly string[];
  readonly startedAt?: string;
  /** Null: nothing expected. */
  readonly verdict?: (host: string, endpoint: string, address: string) => Verdict | null;
}

/** A report as `check` makes it: of every endpoint of every address of the hosts, with a finding for each failure. */
export function checkReport(hosts: readonly Host[], parts: ReportParts = {}): CheckReport {
  const { as = 'all', from = ['10.30.4.7'], startedAt = '2026-11-22T08:00:00.000Z' } = parts;
  const site = siteOf(hosts);
  const flows = hosts.flatMap((host) =>
    host.addresses.flatMap((address) =>
      endpointsOf(host, site).flatMap((endpoint): FlowResult | readonly [] => {
        const text = formatAddress(address);
        const verdict = (parts.verdict ?? (() => 'pass'))(host.key, endpoint.id, text);
        if (verdict === null) return [];
        return {
          id: `${as}>${host.key}/${endpoint.id}@${text}`,
          from: { role: as, addresses: [] },
          endpoint: endpoint.id,
          host: host.key,
          address: text,
          transport: endpoint.transport,
          port: endpoint.port,
          expected: as === 'outsider' ? 'blocked' : 'reachable',
          ...SEEN[verdict],
        };
      }),
    ),
  );
  const count = (verdict: Verdict): number => flows.filter((flow) => flow.verdict === verdict).length;
  const provenance = { startedAt, vantage: { as, addresses: from } };
  return {
    ...reportHead('check', {
      tool: { name: 'vwaudit', version: '0.1.0' },
      site,
      assumptions: [],
      observed: provenance,
    }),
    ...provenance,
    durationMs: 1300,
    flows,
    findings: flows
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ id, host, address, port, transport }) =>
        finding(
          'filtered',
          {
            host,
            address,
            ports: `${port}/${transport}`,
            instances: 4,
            inSiteFile: false,
            reason: 'no-response',
            hostAnswers: true,
          },
          [id],
        ),
      ),
    skipped: [],
    summary: { pass: count('pass'), fail: count('fail'), unproven: count('unproven') },
  };
}

const SEEN = {
  pass: { state: 'open', reason: 'syn-ack', rttMs: 0.4, verdict: 'pass', evidence: ['connected'] },
  fail: { state: 'filtered', reason: 'no-response', rttMs: null, verdict: 'fail', evidence: ['silence'] },
  unproven: {
    state: 'open|filtered',
    reason: 'no-response',
    rttMs: null,
    verdict: 'unproven',
    evidence: ['silence'],
  },
} as const satisfies Record<Verdict, Partial<FlowResult>>;

const same = (text: string): string => text;

/** No colour, the given width. */
export function plain(width: number | null): Style {
  return { width, paint: { pass: same, fail: same, unproven: same, dim: same, strong: same } };
}
