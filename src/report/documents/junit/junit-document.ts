import { issueLines } from '../../results/issue-lines.ts';
import { placeText, portText } from '../../results/result-flow.ts';
import type { Issue, NotProbed, ResultFlow, Results } from '../../results/results.ts';
import { junitXml, type TestCase } from './junit-xml.ts';

/**
 * A suite a host and vantage point, a test case a flow: a failure is `<failure>`, what is unproven, accepted or was left out is
 * `<skipped>`, what could not be asked is `<error>`, each with its reason. A failing finding about no flow is a case of its own.
 */
export function junitDocument(results: Results): string {
  const { kind, title, durationMs, ranAt } = results;
  const issuesByFlow = new Map<string, Issue[]>();
  for (const issue of results.issues)
    for (const { key } of issue.flows) issuesByFlow.set(key, [...(issuesByFlow.get(key) ?? []), issue]);
  const suite = (host: string, vantage: string | null): string =>
    `${kind} ${host}${vantage === null ? '' : ` as ${vantage}`}`;
  return junitXml({ name: `vwaudit ${kind}: ${title}`, durationMs, ranAt }, [
    ...results.flows.map((flow) => ({
      suite: suite(flow.host, flow.vantage),
      ...flowCase(flow, issuesByFlow.get(flow.key) ?? []),
    })),
    ...results.notProbed.map((one) => ({ suite: suite(one.host, one.vantage), ...skippedCase(one) })),
    ...results.issues
      .filter(({ flows, weight }) => flows.length === 0 && (weight === 'fail' || weight === 'unproven'))
      .map((issue) => ({ suite: `${kind} findings`, ...issueCase(issue) })),
  ]);
}

type Made = Omit<TestCase, 'suite'>;

function flowCase(flow: ResultFlow, issues: readonly Issue[]): Made {
  const { role, endpoint, expected, verdict, isUnasked, seen, evidence } = flow;
  const name = `${role} > ${portText(flow)} ${endpoint} at ${placeText(flow)}, must be ${expected}`;
  if (verdict === 'pass') return { name, outcome: null };
  const lines = [
    `expected: ${expected}`,
    `seen: ${seen}`,
    ...evidence.map((line) => `evidence: ${line}`),
    ...issues.flatMap((issue) => [
      '',
      ...(issue.isKnown ? ['known: the baseline has it too'] : []),
      ...issueLines(issue),
    ]),
  ];
  const text = lines.join('\n');
  if (verdict === 'fail')
    return {
      name,
      outcome: { element: 'failure', type: 'fail', message: `must be ${expected}: ${seen}`, text },
    };
  if (flow.accepted !== null) {
    const { until, reason } = flow.accepted;
    const message = `accepted until ${until}: ${reason}`;
    return { name, outcome: { element: 'skipped', type: 'accepted', message, text } };
  }
  return isUnasked
    ? { name, outcome: { element: 'error', type: 'unasked', message: `could not be probed: ${seen}`, text } }
    : { name, outcome: { element: 'skipped', type: 'unproven', message: `unproven: ${seen}`, text } };
}

function skippedCase({ endpoint, reason }: NotProbed): Made {
  const message = `not probed: ${reason}`;
  return {
    name: `${endpoint} not probed`,
    outcome: { element: 'skipped', type: 'not-probed', message, text: message },
  };
}

function issueCase(issue: Issue): Made {
  const element = issue.weight === 'fail' ? 'failure' : 'error';
  const text = issueLines(issue).join('\n');
  return { name: issue.code, outcome: { element, type: issue.code, message: issue.message, text } };
}
