import type { AnswerCase } from '../../firewall/proof/evaluate.ts';
import type { Proof } from '../../firewall/proof/proof.ts';
import { lowestAddress } from '../../net/address-set.ts';
import { FAMILIES, formatAddress, type Address } from '../../net/address.ts';
import type { TracedCase } from '../reports/trace-report.ts';
import { decidingRules, ruleRef } from './deciding-rule.ts';
import { joinAlike } from './summarize-cases.ts';
import { notMatchedRules } from './not-matched-rules.ts';
import { tracedRules } from './traced-rule.ts';

/**
 * Where the answer depends on what nobody stated: the path of each case.
 * @param mostNotMatched so many rules that do not match are named
 */
export function tracedCases(
  proof: Proof,
  casesOf: (source: Address) => readonly AnswerCase[],
  areCasesOfAll: (source: Address) => boolean,
  mostNotMatched: number,
): { readonly cases: readonly TracedCase[]; readonly casesOf?: string } {
  if (proof.resultByCase !== 'depends') return { cases: [] };
  const witness = FAMILIES.flatMap((family) => lowestAddress(proof.undecided[family], family) ?? [])[0];
  const cases = witness === undefined ? [] : casesOf(witness);
  const isOfAll = witness === undefined || areCasesOfAll(witness);
  const told = joinAlike(
    cases.map((one) => {
      const { conditions, fate, trace } = one;
      const result = fate === 'depends' ? 'undecided' : fate;
      return {
        one,
        conditions,
        result,
        rules: decidingRules(trace, result).map(ruleRef),
        trace: tracedRules(trace),
      };
    }),
  ).map(({ one, conditions, result, trace }) => ({
    ...{ conditions, result, trace },
    ...(result === 'undecided' ? {} : notMatchedRules(one, mostNotMatched)),
  }));
  return isOfAll ? { cases: told } : { cases: told, casesOf: formatAddress(witness) };
}
