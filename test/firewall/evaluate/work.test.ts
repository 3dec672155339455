import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { firewall, type Firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { workOf } from '../../../src/firewall/netfilter/work.ts';
import { accessProver } from '../../../src/firewall/proof/prove-access.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { shareOf } from '../../thorough.ts';

/** Chains that call the next one three times, by tests that nothing decides. */
function machine(levels: number, body: (level: number) => readonly string[]): Firewall {
  const chains = Array.from({ length: levels }, (_, at) => levels - 1 - at).map(
    (level) =>
      `\tchain c${level} {\n${(level === levels - 1 ? ['ip saddr 10.30.0.0/17 tcp dport 102 accept'] : body(level)).map((rule) => `\t\t${rule}\n`).join('')}\t}\n`,
  );
  const text = `table inet t {\n${chains.join('')}\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tjump c0\n\t}\n}\n`;
  return firewall(parseRulesets([{ text, file: 'x.nft', dialect: 'nft' }]));
}

const PORTS = shareOf(
  Array.from({ length: 40 }, (_, nth) => 90 + nth),
  3,
);

/** Asks about many ports that some rule tells apart, and for all that is reported of each. */
function askMuch(firewall: Firewall): void {
  const prove = accessProver(firewall);
  for (const port of PORTS) {
    for (const expected of ['reachable', 'blocked'] as const) {
      const found = prove({
        expected,
        permitted: [parsePrefix('10.30.0.0/16', 'client')],
        transport: 'tcp',
        port,
        hook: 'input',
        interface: null,
        destinations: [parseAddress('10.20.0.11', 'host')],
        selfAddresses: [],
      });
      if (found === null) continue;
      found.pathOf(found.witness);
      found.casesOf(found.witness);
      found.conditionsOf(found.witness);
    }
  }
}

test.each<[string, (level: number) => readonly string[]]>([
  [
    'limits and marks',
    (level) => [
      `limit rate 1/second jump c${level + 1}`,
      `meta mark & ${1 << level} == 0 jump c${level + 1}`,
      `tcp dport ${90 + level} meta mark set meta mark or ${1 << level}`,
      `jump c${level + 1}`,
    ],
  ],
  [
    'source ports, interfaces and header fields',
    (level) => [
      `tcp sport ${1024 + level * 100}-${60_000 - level * 7} tcp dport ${90 + level} iifname "e${level}" jump c${level + 1}`,
      `ip ttl < ${60 + level} jump c${level + 1}`,
      `ct mark ${level} goto c${level + 1}`,
    ],
  ],
])('what all questions take together is bounded: %s', (_, body) => {
  const small = machine(16, body);
  askMuch(small);
  expect(workOf(small).steps).toBeLessThan(8_000_000);
});

test('ordinary rules are far from it', () => {
  const plain = machine(16, (level) => [`tcp dport ${90 + level} accept`, `jump c${level + 1}`]);
  askMuch(plain);
  expect(workOf(plain).steps).toBeLessThan(200_000);
});
