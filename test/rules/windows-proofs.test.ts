// The rules for Windows in all three formats, read back and proven: they admit exactly who must get in.
import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../src/firewall/languages/windows/lower/circumstances.ts';
import { flowQuestion } from '../../src/firewall/model/question.ts';
import { firewall } from '../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../src/firewall/proof/evaluate.ts';
import { parseAddress } from '../../src/net/address.ts';
import { prefixOf } from '../../src/net/prefix.ts';
import { shareOf } from '../thorough.ts';
import { openTo, OTHER, SOURCES, VIZ } from './access.ts';
import { READ_BACK } from './windows-read-back.ts';
import { makeRules } from './render-rules.ts';
import { everyCombination, makeSite, peersOf, thisMachine } from './sites.ts';

/** Every twenty-third: neighbours differ in one role. */
const COMBINATIONS = shareOf(
  everyCombination().filter((_, index) => index % 23 === 0),
  3,
);

describe.each(Object.keys(READ_BACK) as (keyof typeof READ_BACK)[])('%s', (format) => {
  test('the rules admit exactly who must get in', () => {
    for (const combination of COMBINATIONS) {
      const { text } = makeRules(makeSite([thisMachine(4)], peersOf(combination)), format)[0]!;
      const source = { text: READ_BACK[format](text), file: 'x', dialect: null };
      const machine = firewall(parseRulesets([source], { ...NOTHING_KNOWN, isComplete: true }));
      const got = SOURCES.map(({ address }) => {
        const from = parseAddress(address, 'x');
        const open = (transport: 'tcp' | 'udp', profile: number): readonly number[] =>
          [...VIZ[transport], ...OTHER[transport]].filter((port) => {
            const { result } = evaluate(
              machine,
              flowQuestion({ sources: [prefixOf(from)], destination: null, transport, port, profile }),
            );
            expect(result).not.toBe('undecided');
            return result === 'allowed';
          });
        expect([...open('tcp', 2), ...open('udp', 2)], 'the public profile').toEqual([]);
        return { tcp: new Set(open('tcp', 0)), udp: new Set(open('udp', 1)) };
      });
      const wanted = SOURCES.map((one) => {
        const { tcp, udp } = openTo(one, combination);
        return { tcp: new Set(tcp), udp: new Set(udp) };
      });
      expect(got, JSON.stringify(combination)).toEqual(wanted);
    }
  });
});
