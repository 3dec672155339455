import { create } from 'xmlbuilder';
import { groupBy } from '../../group-by.ts';
import { issueLines } from '../results/issue-lines.ts';
import { placeText, portText } from '../results/result-flow.ts';
import type { Issue, NotProbed, ResultFlow, Results } from '../results/results.ts';

/** A test case; nothing but `pass` may have no `outcome`. */
interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly outcome: Outcome | null;
}

/** What went wrong; consumers show the text of the element, not its attributes. */
interface Outcome {
  readonly element: 'failure' | 'skipped' | 'error';
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

/**
 * A suite a host and vantage point, a test case a flow: a failure is `<failure>`, what is unproven or was left out is `<skipped>`,
 * what could not be asked is `<error>`, each with its reason. A failing finding about no flow is a case of its own.
 */
export function junitDocument(results: Results): string {
  const suites = suitesOf(results);
  const all = suites.flatMap(({ cases }) => cases);
  const root = create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: '\ufffd' });
  root.att('name', `vwaudit ${results.kind}: ${results.title}`);
  counts(all).forEach(([key, count]) => root.att(key, `${count}`));
  if (results.durationMs !== null) root.att('time', (results.durationMs / 1000).toFixed(3));
  for (const { name, cases } of suites) {
    const suite = root.ele('testsuite', { name });
    counts(cases).forEach(([key, count]) => suite.att(key, `${count}`));
    if (results.ranAt !== null) suite.att('timestamp', results.ranAt.replace(/(?:\.\d+)?Z$/, ''));
    for (const { classname, name: title, outcome } of cases) {
      const testCase = suite.ele('testcase', { classname, name: title });
      if (outcome !== null)
        testCase.ele(outcome.element, { type: outcome.type, message: outcome.message }, outcome.text);
    }
  }
  return `${root.end({ pretty: true })}\n`;
}

function counts(cases: readonly TestCase[]): readonly (readonly [string, number])[] {
  const count = (element: Outcome['element']): number =>
    cases.filter(({ outcome }) => outcome?.element === element).length;
  return [
    ['tests', cases.length],
    ['failures', count('failure')],
    ['errors', count('error')],
    ['skipped', count('skipped')],
  ];
}

interface Suite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

function suitesOf(results: Results): readonly Suite[] {
  const issuesByFlow = new Map<string, Issue[]>();
  for (const issue of results.issues)
    for (const { key } of issue.flows) issuesByFlow.set(key, [...(issuesByFlow.get(key) ?? []), issue]);
  const name = (host: string, vantage: string | null): string =>
    `${results.kind} ${host}${vantage === null ? '' : ` as ${vantage}`}`;
  const keyed = [
    ...results.flows.map((flow) => ({
      suite: name(flow.host, flow.vantage),
      made: flowCase(flow, issuesByFlow.get(flow.key) ?? []),
    })),
    ...results.notProbed.map((one) => ({ suite: name(one.host, one.vantage), made: skippedCase(one) })),
    ...results.issues
      .filter(({ flows, weight }) => flows.length === 0 && (weight === 'fail' || weight === 'unproven'))
      .map((issue) => ({ suite: `${results.kind} findings`, made: issueCase(issue) })),
  ];
  const used = new Map<string, number>();
  const suites = groupBy(keyed, ({ suite }) => suite).map((group) => {
    const suite = group[0]?.suite ?? '';
    const classname = `vwaudit.${suite.replaceAll('.', '_')}`;
    const cases = group.map(({ made }) => ({ ...made, classname, name: unique(classname, made.name, used) }));
    return { name: suite, cases };
  });
  return suites;
}

/** GitLab reads only one of the cases that share classname and name. */
function unique(classname: string, name: string, used: Map<string, number>): string {
  const key = `${classname} ${name}`;
  const count = (used.get(key) ?? 0) + 1;
  used.set(key, count);
  return count === 1 ? name : unique(classname, `${name} #${count}`, used);
}

type Made = Omit<TestCase, 'classname'>;

function flowCase(flow: ResultFlow, issues: readonly Issue[]): Made {
  const { role, endpoint, expected, verdict, isUnasked, seen, evidence } = flow;
  const name = `${role} > ${portText(flow)} ${endpoint} at ${placeText(flow)}, must be ${expected}`;
  if (verdict === 'pass') return { name, outcome: null };
  const lines = [
    `expected: ${expected}`,
    `seen: ${seen}`,
    ...evidence.map((line) => `evidence: ${line}`),
    ...issues.flatMap((issue) => ['', ...issueLines(issue)]),
  ];
  const text = lines.join('\n');
  if (verdict === 'fail')
    return {
      name,
      outcome: { element: 'failure', type: 'fail', message: `must be ${expected}: ${seen}`, text },
    };
  return isUnasked
    ? { name, outcome: { element: 'error', type: 'unasked', message: `could not be asked: ${seen}`, text } }
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
