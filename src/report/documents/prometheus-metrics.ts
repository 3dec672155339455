import { CHANGES } from '../../verdict/shapes/change.ts';
import type { RunContext } from '../results/report-format.ts';
import type { Style } from '../style.ts';
import { WEIGHTS } from '../results/issues.ts';
import { BADNESS, type ShownVerdict } from '../text/parts/verdict-symbol.ts';
import type { ResultFlow, Results } from '../results/results.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

/**
 * Gauges of one run. node_exporter drops series that occur twice and a whole file with a timestamp in it: there is none, and of
 * flows that share their labels the worst is written.
 */
export function prometheusMetrics(results: Results, _style: Style, run: RunContext): string {
  const { kind, title: site, summary, issues, flows, ranAt, durationMs, baseline } = results;
  const labels = { kind, site };
  return [
    ...metric(
      'vwaudit_flow_verdict',
      'Verdict of a flow: 0 pass, 1 fail, 2 unproven, 3 accepted by an exception.',
      samplesOf(flows, labels),
    ),
    ...metric(
      'vwaudit_flows',
      'Number of flows by verdict.',
      (['pass', 'fail', 'unproven', 'accepted'] as const).map((verdict) => ({
        labels: { ...labels, verdict },
        value: `${summary[verdict] ?? 0}`,
      })),
    ),
    ...metric(
      'vwaudit_findings',
      'Number of findings by weight: fail, warning, unproven, accepted, note.',
      WEIGHTS.map((weight) => ({
        labels: { ...labels, weight },
        value: `${issues.filter((issue) => issue.weight === weight).length}`,
      })),
    ),
    ...metric('vwaudit_not_probed', 'Number of endpoints that were left out.', [
      { labels, value: `${results.notProbed.length}` },
    ]),
    ...(baseline === null
      ? []
      : [
          ...metric(
            'vwaudit_baseline_flows',
            'Number of flows by their change since the baseline.',
            CHANGES.map((change) => ({
              labels: { ...labels, change },
              value: `${baseline.summary[change]}`,
            })),
          ),
          ...metric('vwaudit_baseline_regressions', 'Number of regressions since the baseline.', [
            { labels, value: `${baseline.regressions}` },
          ]),
        ]),
    ...(durationMs === null
      ? []
      : metric('vwaudit_run_duration_seconds', 'Duration of the run.', [
          { labels, value: `${durationMs / 1000}` },
        ])),
    ...(ranAt === null
      ? []
      : metric(
          'vwaudit_last_run_timestamp_seconds',
          'Unix time of the run; of a merge, of its oldest check.',
          [{ labels, value: `${run.unixSeconds(ranAt)}` }],
        )),
    '',
  ].join('\n');
}

function metric(name: string, help: string, samples: readonly Sample[]): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples.map((sample) => line(name, sample))];
}

function line(name: string, { labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}

function samplesOf(flows: readonly ResultFlow[], run: Readonly<Record<string, string>>): readonly Sample[] {
  const worst = new Map<string, Sample & { readonly badness: number }>();
  for (const flow of flows) {
    const { id, vantage, role, host, address, endpoint, transport, port, expected, verdict } = flow;
    const where = { role, host, address: address ?? '', endpoint, transport, port: `${port}`, expected };
    const labels = { ...run, ...where, vantage: vantage ?? '', flow: id };
    const key = JSON.stringify(labels);
    const badness = BADNESS[verdict];
    if ((worst.get(key)?.badness ?? -1) < badness) worst.set(key, { labels, value: VALUE[verdict], badness });
  }
  return [...worst.values()];
}

const VALUE: Readonly<Record<ShownVerdict, string>> = { pass: '0', fail: '1', unproven: '2', accepted: '3' };

/** As the text format wants it. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
