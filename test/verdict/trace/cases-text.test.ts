import { expect, test } from 'vitest';
import type { CaseCondition } from '../../../src/firewall/proof/cases/case-condition.ts';
import { casesText } from '../../../src/verdict/trace/text/cases-text.ts';
import { joinAlike, type CaseSummary } from '../../../src/verdict/trace/summarize-cases.ts';

const by = (way: 'in' | 'out', ...names: readonly string[]): CaseCondition => ({
  kind: 'interface',
  way,
  names,
});
const from: CaseCondition = { kind: 'source-port', from: 1, to: 1023 };

const tested = (line: number, holds: boolean): CaseCondition => ({
  ...{ kind: 'test', dimension: 'link', text: `-m mac ${line}`, holds, isPlain: null },
  rule: {
    kind: 'rule',
    file: 'f',
    line,
    family: 'ip',
    table: 'filter',
    chain: 'INPUT',
    handle: null,
    text: '',
  },
});

const shown = (...cases: readonly (readonly [CaseSummary['result'], ...CaseCondition[]])[]): string =>
  casesText(joinAlike(cases.map(([result, ...conditions]) => ({ conditions, result, rules: [] }))), {
    withFile: false,
  });

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
  [
    'many cases are told in order, each for what is left',
    shown(
      ['blocked', tested(8, true)],
      ['allowed', tested(8, false), tested(9, true)],
      ['blocked', tested(8, false), tested(9, false), by('in', 'eth0')],
      ['allowed', tested(8, false), tested(9, false), by('in')],
    ),
    'where line 8 matches: blocked · else where line 9 matches: allowed · else in by eth0: blocked · else: allowed',
  ],
  [
    'a test that makes no difference is no case',
    shown(
      ['allowed', tested(8, true), by('in', 'eth0')],
      ['blocked', tested(8, true), by('in')],
      ['allowed', tested(8, false), by('in', 'eth0')],
      ['blocked', tested(8, false), by('in')],
    ),
    'in by eth0: allowed · otherwise: blocked',
  ],
  [
    'more than six are counted',
    shown(
      ...[1, 2, 3, 4, 5, 6, 7].map(
        (line) =>
          [
            line % 2 === 0 ? 'allowed' : 'blocked',
            ...Array.from({ length: line }, (_, at) => tested(at, at === line - 1)),
          ] as const,
      ),
    ),
    [0, 1, 2, 3, 4]
      .map(
        (at) =>
          `${at === 0 ? '' : 'else '}where ${at === 0 ? 'INPUT' : `line ${at}`} matches: ${at % 2 === 0 ? 'blocked' : 'allowed'}`,
      )
      .concat('2 more cases')
      .join(' · '),
  ],
])('%s', (_, text, expected) => {
  expect(text).toBe(expected);
});
