import { expect, test } from 'vitest';
import type { CaseCondition } from '../../../src/firewall/proof/cases/case-condition.ts';
import { casesText } from '../../../src/verdict/trace/text/cases-text.ts';
import { joinAlike, type CaseSummary } from '../../../src/verdict/trace/summarize-cases.ts';

const by = (way: 'in' | 'out', ...names: readonly string[]): CaseCondition => ({
  ...{ kind: 'interface', way, names, except: [] },
});
const butBy = (way: 'in' | 'out', ...except: readonly string[]): CaseCondition => ({
  ...{ kind: 'interface', way, names: [], except },
});
const from: CaseCondition = { kind: 'source-port', from: 1, to: 1023 };

const tested = (line: number, holds: boolean): CaseCondition => ({
  ...{ kind: 'test', dimension: 'link', text: `-m mac ${line}`, holds, isPlain: null, ruleMatches: holds },
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

/** Of a rule with several tests, of which one tells no more than that it does not match. */
const oneOfMany = (text: string, holds: boolean): CaseCondition => {
  const test = { ...tested(5, holds), text } as Extract<CaseCondition, { kind: 'test' }>;
  delete (test as { ruleMatches?: boolean }).ruleMatches;
  return holds ? test : { ...test, ruleMatches: false };
};

const negated = (holds: boolean): CaseCondition =>
  ({ ...tested(5, holds), ruleMatches: !holds }) as CaseCondition;

const shown = (...cases: readonly (readonly [CaseSummary['result'], ...CaseCondition[]])[]): string =>
  casesText(joinAlike(cases.map(([result, ...conditions]) => ({ conditions, result, rules: [] }))), {
    withFile: false,
  });

test.each([
  [
    'otherwise comes last',
    shown(['blocked', butBy('in', 'eth0')], ['allowed', by('in', 'eth0')]),
    'in by eth0: allowed · otherwise: blocked',
  ],
  [
    'cases that fare as all others are among them',
    shown(
      ['allowed', by('in', 'gcl'), by('out', 'brsrv')],
      ['blocked', by('in', 'gcl'), butBy('out', 'brsrv')],
      ['blocked', butBy('in', 'gcl')],
    ),
    'in by gcl and out by brsrv: allowed · otherwise: blocked',
  ],
  [
    'another interface is any but those',
    shown(['blocked', by('in', 'eth0')], ['allowed', butBy('in', 'eth0'), from]),
    'in by eth0: blocked · in by any interface but eth0 and from source ports 1-1023: allowed',
  ],
  [
    'each names those it excepts',
    shown(
      ['undecided', by('in', 'gcl'), butBy('out', 'wan')],
      ['allowed', by('in', 'mgmt'), by('out', 'brsrv')],
      ['blocked', butBy('in', 'gcl', 'mgmt')],
    ),
    'in by gcl and out by any interface but wan: undecided · in by mgmt and out by brsrv: allowed · otherwise: blocked',
  ],
  [
    'many cases are told in order, each for what is left',
    shown(
      ['blocked', tested(8, true)],
      ['allowed', tested(8, false), tested(9, true)],
      ['blocked', tested(8, false), tested(9, false), by('in', 'eth0')],
      ['allowed', tested(8, false), tested(9, false), butBy('in', 'eth0')],
    ),
    'where line 8 matches: blocked · else where line 9 matches: allowed · else in by eth0: blocked · else: allowed',
  ],
  [
    'a test that makes no difference is no case',
    shown(
      ['allowed', tested(8, true), by('in', 'eth0')],
      ['blocked', tested(8, true), butBy('in', 'eth0')],
      ['allowed', tested(8, false), by('in', 'eth0')],
      ['blocked', tested(8, false), butBy('in', 'eth0')],
    ),
    'in by eth0: allowed · otherwise: blocked',
  ],
  [
    'what fares alike by one interface and by all others stands for no interface that fares otherwise',
    shown(
      ['blocked', by('in', 'eth0'), tested(8, true)],
      ['blocked', butBy('in', 'eth0', 'eth1'), tested(8, true)],
      ['allowed', by('in', 'eth1'), tested(8, true)],
      ['allowed', by('in', 'eth0'), tested(8, false)],
      ['allowed', by('in', 'eth1'), tested(8, false)],
      ['undecided', butBy('in', 'eth0', 'eth1'), tested(8, false)],
    ),
    'in by any interface but eth1 and where line 8 matches: blocked · in by eth1: allowed · in by eth0 and where line 8 does not match: allowed · in by any interface but eth0 or eth1 and where line 8 does not match: undecided',
  ],
  [
    'by any interface: none is named',
    shown(
      ['blocked', by('in', 'eth0'), tested(8, true)],
      ['blocked', butBy('in', 'eth0'), tested(8, true)],
      ['allowed', by('in', 'eth0'), tested(8, false)],
      ['blocked', butBy('in', 'eth0'), tested(8, false)],
    ),
    'where line 8 matches: blocked · in by eth0 and where line 8 does not match: allowed · in by any interface but eth0 and where line 8 does not match: blocked',
  ],
  [
    'a rule that negates its test matches where it does not hold',
    shown(['blocked', negated(true)], ['allowed', negated(false)]),
    'where line 5 does not match: blocked · where line 5 matches: allowed',
  ],
  [
    'of several tests of a rule each one that fails says all',
    shown(
      ['blocked', oneOfMany('mark 1', false)],
      ['blocked', oneOfMany('mark 1', true), oneOfMany('mac 2', false)],
      ['allowed', oneOfMany('mark 1', true), oneOfMany('mac 2', true)],
    ),
    'where line 5 does not match: blocked · else: allowed',
  ],
  [
    'the same of a later packet is another condition, and twice the same is said once',
    shown(
      ['blocked', tested(8, true), { ...tested(8, false), packet: 'later' } as CaseCondition],
      ['allowed', tested(8, false), tested(8, false)],
    ),
    'where line 8 matches and where line 8 does not match later packets: blocked · where line 8 does not match: allowed',
  ],
  [
    'the port that it takes is of the case',
    casesText(
      [
        { conditions: [by('in', 'eth1')], result: 'allowed', rules: [], sourcePort: 20 },
        { conditions: [butBy('in', 'eth1')], result: 'blocked', rules: [] },
      ],
      { withFile: false },
    ),
    'in by eth1 from port 20: allowed · otherwise: blocked',
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
