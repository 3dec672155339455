import { expect, test } from 'vitest';
import type { CaseCondition } from '../../../src/firewall/proof/cases/case-condition.ts';
import { casesText } from '../../../src/verdict/trace/text/condition-text.ts';
import { joinAlike, type CaseSummary } from '../../../src/verdict/trace/summarize-cases.ts';

const by = (way: 'in' | 'out', ...names: readonly string[]): CaseCondition => ({
  kind: 'interface',
  way,
  names,
});
const from: CaseCondition = { kind: 'source-port', from: 1, to: 1023 };

const shown = (...cases: readonly (readonly [CaseSummary['result'], ...CaseCondition[]])[]): string =>
  casesText(joinAlike(cases.map(([result, ...conditions]) => ({ conditions, result, rules: [] }))), false);

test.each([
  [
    'otherwise comes last',
    shown(['blocked', by('in')], ['allowed', by('in', 'eth0')]),
    'in by eth0: allowed · otherwise: blocked',
  ],
  [
    'cases that fare as all others are among them',
    shown(
      ['allowed', by('in', 'gcl'), by('out', 'brsrv')],
      ['blocked', by('in', 'gcl'), by('out')],
      ['blocked', by('in')],
    ),
    'in by gcl and out by brsrv: allowed · otherwise: blocked',
  ],
  [
    'another interface is any but those that the other cases name',
    shown(['blocked', by('in', 'eth0')], ['allowed', by('in'), from]),
    'in by eth0: blocked · in by any interface but eth0 and from source ports 1-1023: allowed',
  ],
  [
    'those named under another condition do not count',
    shown(
      ['undecided', by('in', 'gcl'), by('out')],
      ['allowed', by('in', 'mgmt'), by('out', 'brsrv')],
      ['blocked', by('in')],
    ),
    'in by gcl and out by another interface: undecided · in by mgmt and out by brsrv: allowed · otherwise: blocked',
  ],
])('%s', (_, text, expected) => {
  expect(text).toBe(expected);
});
