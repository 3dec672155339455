import type { AnswerCase } from '../../firewall/proof/evaluate.ts';
import type { Mismatch } from '../../firewall/proof/unordered/not-matched.ts';
import type { Match, NumberField } from '../../firewall/model/match.ts';
import { formatAddressSet } from '../../net/address-set.ts';
import type { IntervalSet } from '../../net/interval-set.ts';
import type { TracedCase } from '../reports/trace-report.ts';
import { ruleLabel } from './rule-label.ts';

/** Of more of them, unless all are asked for, the rest is counted. */
export const FEW_NOT_MATCHED = 5;

/** The stronger rules that do not match, as a report has them, at most so many; none where there are none. */
export function notMatchedRules(one: AnswerCase | undefined, most: number): Pick<TracedCase, 'notMatched'> {
  const all = one?.notMatched() ?? [];
  if (all.length === 0) return {};
  const rules = all.slice(0, most).map(({ rule, because }) => ({ rule, because: because.map(clause) }));
  return { notMatched: { rules, more: all.length - rules.length } };
}

function clause(mismatch: Mismatch): string {
  switch (mismatch.kind) {
    case 'test':
      return testText(mismatch.test);
    case 'setting':
      return `does not count by ${ruleLabel(mismatch.setting)}`;
    case 'profile':
      return `profile ${mismatch.profiles.join(' or ')}`;
    case 'program':
      return 'another program';
  }
}

/** What the rule asks for: `to port 10300-10399`. */
function testText(test: Match): string {
  switch (test.kind) {
    case 'number':
      return `${NUMBERS[test.field] ?? test.field} ${numbersText(test.in)}`;
    case 'address':
      return `${test.field === 'source' ? 'from' : 'to'} ${formatAddressSet(test.in, test.family)}`;
    case 'any':
    case 'all':
      return test.of.map(testText).join(test.kind === 'any' ? ' or ' : ' and ');
    case 'not':
      return `not ${testText(test.of)}`;
    case 'interface':
      return `interface ${test.in.join(' or ')}`;
    case 'assumed':
      return 'a component of Windows';
    case 'unknown':
      return test.text;
    case 'adds':
      return test.list;
  }
}

const NUMBERS: Partial<Record<NumberField, string>> = {
  protocol: 'protocol',
  'destination-port': 'to port',
  'source-port': 'from port',
};

function numbersText(set: IntervalSet): string {
  const parts = Array.from({ length: set.length / 2 }, (_, nth) => {
    const [from, last] = [Number(set[2 * nth]), Number(set[2 * nth + 1]) - 1];
    return from === last ? String(from) : `${from}-${last}`;
  });
  return parts.join(',');
}
