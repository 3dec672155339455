import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';

/** What nft 1.0.6 lists of a chain on `device "eth0"` with policy drop, and what newer ones do. */
const listing = (dev: object): string =>
  JSON.stringify({
    nftables: [
      { table: { family: 'netdev', name: 't', handle: 1 } },
      {
        chain: {
          ...{ family: 'netdev', table: 't', name: 'c', handle: 1 },
          ...{ type: 'filter', hook: 'ingress', prio: -500, policy: 'drop' },
          ...dev,
        },
      },
    ],
  });

test.each([
  [{}, 'eth0', 'undecided'],
  [{}, 'eth1', 'undecided'],
  [{ dev: 'eth0' }, 'eth0', 'blocked'],
  [{ dev: ['eth0', 'eth2'] }, 'eth2', 'blocked'],
  [{ dev: 'eth0' }, 'eth1', 'allowed'],
])('a chain on %j asked about %s: %s', (dev, name, result) => {
  const rules = firewall(parseRulesets([{ text: listing(dev), file: 'x', dialect: null }]));
  const packet = parsePacket(`tcp 10.30.0.5 > 10.20.0.11:102 in ${name}`, 'input');
  expect(evaluate(rules, packet).result).toBe(result);
});

test('and where the interface is not given', () => {
  const rules = firewall(parseRulesets([{ text: listing({}), file: 'x', dialect: null }]));
  const packet = parsePacket('tcp 10.30.0.5 > 10.20.0.11:102', 'input');
  expect(evaluate(rules, packet).result).toBe('undecided');
});
