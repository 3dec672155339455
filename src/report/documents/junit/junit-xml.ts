import { create } from 'xmlbuilder';
import { groupBy } from '../../../group-by.ts';

/** A test case; nothing but what is proven may have no `outcome`. */
export interface TestCase {
  /** Of a suite: its class name follows from it. */
  readonly suite: string;
  readonly name: string;
  readonly outcome: Outcome | null;
}

/** What went wrong; consumers show the text of the element, not its attributes. */
export interface Outcome {
  readonly element: 'failure' | 'skipped' | 'error';
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

interface Head {
  readonly name: string;
  readonly durationMs: number | null;
  /** ISO 8601. */
  readonly ranAt: string | null;
}

/** The document of these cases, a suite for each name of one. */
export function junitXml({ name, durationMs, ranAt }: Head, all: readonly TestCase[]): string {
  const root = create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: '\ufffd' });
  root.att('name', name);
  counts(all).forEach(([key, count]) => root.att(key, `${count}`));
  if (durationMs !== null) root.att('time', (durationMs / 1000).toFixed(3));
  const used = new Map<string, number>();
  for (const cases of groupBy(all, ({ suite }) => suite)) {
    const suiteName = cases[0]?.suite ?? '';
    const classname = `vwaudit.${suiteName.replaceAll('.', '_')}`;
    const suite = root.ele('testsuite', { name: suiteName });
    counts(cases).forEach(([key, count]) => suite.att(key, `${count}`));
    if (ranAt !== null) suite.att('timestamp', ranAt.replace(/(?:\.\d+)?Z$/, ''));
    for (const { name: title, outcome } of cases) {
      const testCase = suite.ele('testcase', { classname, name: unique(classname, title, used) });
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

/** GitLab reads only one of the cases that share classname and name. */
function unique(classname: string, name: string, used: Map<string, number>): string {
  const key = `${classname} ${name}`;
  const count = (used.get(key) ?? 0) + 1;
  used.set(key, count);
  return count === 1 ? name : unique(classname, `${name} #${count}`, used);
}
