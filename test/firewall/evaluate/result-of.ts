import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion, type FlowQuestion } from '../../../src/firewall/model/question.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

/** What becomes of TCP 102 from 10.9.9.9 to 10.0.0.1; several texts are files of one machine, called 0, 1, … */
export function resultOf(
  texts: string | readonly string[],
  asked: Partial<Pick<FlowQuestion, 'hook' | 'interface'>> = {},
): string {
  const sources = [texts].flat().map((text, index) => ({ text, file: String(index), dialect: null }));
  return evaluate(
    firewall(parseRulesets(sources)),
    flowQuestion({
      transport: 'tcp',
      port: 102,
      sources: [parsePrefix('10.9.9.9', 'from')],
      destination: parseAddress('10.0.0.1', 'to'),
      ...asked,
    }),
  ).result;
}
