import type { AnswerCase } from '../../firewall/proof/evaluate.ts';
import type { Mismatch } from '../../firewall/proof/unordered/not-matched.ts';
import type { Match, NumberField } from '../../firewall/model/match.ts';
import { formatAddressSet } from '../../net/address-set.ts';
import type { IntervalSet } from '../../net/interval-set.ts';
import type { TracedCase } from '../reports/trace-report.ts';
import { ruleLabel } from './rule-label.ts';

/** The stronger rules that do not match, as a report has them; none where there are none. */
export function notMatchedRules(one: AnswerCase | undefined): Pick<TracedCase, 'notMatched'> {
  const { rules, more } = one?.notMatched() ?? { rules: [], more: 0 };
  if (rules.length === 0) return {};
  return {
    notMatched: { rules: rules.map(({ rule, because }) => ({ rule, because: because.map(clause) })), more },
  };
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
