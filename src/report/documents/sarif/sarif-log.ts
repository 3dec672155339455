import type { Log, Result, Run } from 'sarif';
import { groupBy } from '../../../group-by.ts';
import type { RunContext } from '../../results/report-format.ts';
import { uriPart } from '../../results/file-place.ts';
import type { Issue, Results } from '../../results/results.ts';
import type { Style } from '../../style.ts';
import { SARIF_LIMITS } from './limits.ts';
import { asciiJson, PathBudget } from './path-budget.ts';
import { ruleDescriptor } from './rule-descriptor.ts';
import { sarifResults } from './sarif-result.ts';

/** SARIF 2.1.0: a run a host, each with its own automationDetails.id; one run in all where GitHub would reject so many. */
export function sarifLog(results: Results, _style: Style, run: RunContext): string {
  const byHost = groupBy(results.issues, ({ host }) => host ?? '');
  const hosts = Object.keys(results.hosts);
  const known = byHost.map(([one]) => one?.host ?? '');
  // A host without findings has a run as well: that is how GitHub learns that earlier ones are mended.
  const groups = [
    ...byHost.map((issues) => ({ host: issues[0]?.host ?? '', issues })),
    ...hosts.filter((host) => !known.includes(host)).map((host) => ({ host, issues: [] })),
  ].sort((a, b) => hosts.indexOf(a.host) - hosts.indexOf(b.host));
  const parts =
    groups.length > 0 && groups.length <= SARIF_LIMITS.runs ? groups : [{ host: '', issues: results.issues }];
  const budget = new PathBudget();
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: parts.map((part) => toRun(part, results, run, budget)),
  };
  return fitted(log);
}

function toRun(
  { host, issues }: { readonly host: string; readonly issues: readonly Issue[] },
  { kind, tool }: Results,
  run: RunContext,
  budget: PathBudget,
): Run {
  const codes = [...new Set(issues.map(({ code }) => code))].sort();
  const kept = issues.slice(0, SARIF_LIMITS.results);
  return {
    tool: {
      driver: {
        name: tool.name,
        version: tool.version,
        semanticVersion: tool.version,
        informationUri: 'https://vwaudit.example/',
        rules: codes.map(ruleDescriptor),
      },
    },
    // GitHub takes what is before the last slash as the category: results of one category replace each other.
    automationDetails: { id: `vwaudit/${kind}/${host === '' ? '' : `${uriPart(host)}/`}` },
    columnKind: 'utf16CodeUnits',
    results: sarifResults(kept, codes, run, budget),
  };
}

/** The document within GitHub's size; paths have a budget of their own, so the least severe results are left out only of thousands. */
function fitted(log: Log): string {
  let text = written(log);
  while (text.length > SARIF_LIMITS.bytes) {
    for (const run of log.runs) run.results = halved(run.results ?? []);
    text = written(log);
  }
  return text;
}

function halved(results: Result[]): Result[] {
  const kept = results.slice(0, Math.floor(results.length / 2));
  const last = kept.at(-1);
  if (last?.message.text !== undefined) last.message.text += `\n${LEFT_OUT}`;
  return kept;
}

const LEFT_OUT = 'Less severe findings are left out after this one: the file would be larger than 10 MB.';

function written(log: Log): string {
  return `${asciiJson(log)}\n`;
}
