import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

// The cases of a long map are joined by their verdict: the answers are those of one rule for each case.

const VERDICTS = ['accept', 'drop', 'jump c1', 'goto c2', 'continue', 'return'];

function answer(rules: string): object {
  const text = `table ip t {
\tchain c1 {\n\t\tip saddr 10.30.0.0/20 drop\n\t}
\tchain c2 {\n\t\tip saddr 10.30.16.0/20 accept\n\t}
\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n${rules}\t\ttcp dport 102 accept\n\t}
}\n`;
  const machine = firewall(parseRulesets([{ text, file: 'x.nft', dialect: 'nft' }]));
  const destination = parseAddress('10.20.0.11', 'destination');
  const sources = [parsePrefix('10.0.0.0/8', 'sources')];
  const { allowed, blocked } = evaluate(
    machine,
    flowQuestion({ hook: 'input', transport: 'tcp', port: 102, destination, sources, neighbours: 'known' }),
  );
  return { allowed, blocked };
}

/** Each is a network with a verdict; every fourth is of another port. */
const cases = Array.from({ length: 60 }, (_, nth) => ({
  key: `10.30.${nth}.0/${24 + (nth % 5)} . ${nth % 4 === 3 ? 103 : 102}`,
  verdict: VERDICTS[(nth * 7) % VERDICTS.length]!,
}));

test('the cases of a map that share nothing', () => {
  const elements = cases.map(({ key, verdict }) => `${key} : ${verdict}`).join(', ');
  const apart = cases.map(({ key, verdict }) => `\t\tip saddr . tcp dport { ${key} } ${verdict}\n`).join('');
  expect(answer(`\t\tip saddr . tcp dport vmap { ${elements} }\n`)).toEqual(answer(apart));
});

/** Neighbours with one verdict are read as one case. */
const turn = (nth: number): string => (nth % 2 === 0 ? 'accept' : 'drop');

test('where two share addresses, the first counts', () => {
  const [drop, accept] = ['10.30.0.0/16 . 102 : drop', '10.29.0.0-10.31.255.255 . 102 : accept'];
  const others = cases.map(({ key }, nth) => `${key.replace('10.30', '10.40')} : ${turn(nth)}`).join(', ');
  const sameInOrder =
    '\t\tip saddr 10.50.0.0/24 tcp dport 102 accept\n\t\tip saddr 10.30.0.0/16 tcp dport 102 drop\n\t\tip saddr 10.29.0.0-10.31.255.255 tcp dport 102 accept\n' +
    cases
      .map(({ key }, nth) => `\t\tip saddr . tcp dport { ${key.replace('10.30', '10.40')} } ${turn(nth)}\n`)
      .join('');
  expect(
    answer(`\t\tip saddr . tcp dport vmap { 10.50.0.0/24 . 102 : accept, ${drop}, ${accept}, ${others} }\n`),
  ).toEqual(answer(sameInOrder));
});

test('of hundreds that overlap the first counts, as in rules one after another', () => {
  const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
  const all = Array.from({ length: 600 }, (_, nth) => {
    const from = 0x0a00_0000 + ((nth * 40_503) & 0xffff) * 200;
    const [port, last] = [60 + ((nth * 31) % 45), 102 + ((nth * 17) % 60)];
    const sides = [
      [from, from + 50 + ((nth * 7919) & 0x3ffff)],
      [port, last],
    ] as const;
    return { sides, verdict: VERDICTS[(nth * 7) % 2]! };
  });
  // nft refuses a key whose first or last value is within an earlier one that gives something else.
  const kept = all.reduce<typeof all>((before, next) => {
    const isRefused = before.some(
      ({ sides, verdict }) =>
        verdict !== next.verdict &&
        [0, 1].some((end) =>
          sides.every(([from, to], side) => {
            const value = next.sides[side]![end]!;
            return from <= value && value <= to;
          }),
        ),
    );
    return isRefused ? before : [...before, next];
  }, []);
  expect(kept.length).toBeGreaterThan(100);
  const keys = kept.map(({ sides: [[from, to], [port, last]], verdict }) => ({
    key: `${dotted(from)}-${dotted(to)} . ${port}-${last}`,
    verdict,
  }));
  const elements = keys.map(({ key, verdict }) => `${key} : ${verdict}`).join(', ');
  const apart = keys.map(({ key, verdict }) => `\t\tip saddr . tcp dport { ${key} } ${verdict}\n`).join('');
  expect(answer(`\t\tip saddr . tcp dport vmap { ${elements} }\n`)).toEqual(answer(apart));
});

test('elements that share no key are as many cases as verdicts, however many they are', () => {
  const elements = Array.from(
    { length: 5000 },
    (_, nth) => `10.${nth >> 8}.${nth & 255}.0/${24 + (nth % 5)} . 102 : ${VERDICTS[nth % 2]!}`,
  );
  const text = `table ip t {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tip saddr . tcp dport vmap { ${elements.join(', ')} }\n\t}\n}\n`;
  const [ruleset] = parseRulesets([{ text, file: 'x.nft', dialect: 'nft' }]);
  const [effect] = ruleset!.tables[0]!.chains.get('input')!.rules[0]!.effects;
  expect(effect?.kind === 'choose' ? effect.cases.length : effect).toBe(2);
});

test('ipset: the narrowest network with the address decides, whatever the order', () => {
  const nets = [
    ...['10.30.0.0/16', '10.30.1.0/24 nomatch', '10.30.2.0/24 nomatch', '10.30.1.128/25', '10.30.1.200'],
    ...['10.30.1.129 nomatch', '10.31.0.0/16', '10.31.0.0/17 nomatch', '10.31.4.0/24'],
  ];
  const allowed = (list: readonly string[]): object => {
    const set = ['create n hash:net', ...list.map((net) => `add n ${net}`)].join('\n');
    const save =
      '*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m set --match-set n src -j ACCEPT\nCOMMIT\n';
    const machine = firewall(
      parseRulesets([
        { text: save, file: 'x.iptables-save', dialect: 'iptables' },
        { text: set, file: 'x.ipset', dialect: 'ipset' },
      ]),
    );
    const destination = parseAddress('10.20.0.11', 'destination');
    const from = (text: string): boolean => {
      const sources = [parsePrefix(text, 'sources')];
      const proof = evaluate(
        machine,
        flowQuestion({
          hook: 'input',
          transport: 'tcp',
          port: 102,
          destination,
          sources,
          neighbours: 'known',
        }),
      );
      return proof.allowed[4].length > 0;
    };
    return Object.fromEntries(
      [
        '10.30.9.9',
        '10.30.1.9',
        '10.30.2.9',
        '10.30.1.130',
        '10.30.1.129',
        '10.31.9.9',
        '10.31.200.9',
        '10.31.4.1',
      ].map((address) => [address, from(address)]),
    );
  };
  const right = {
    ...{
      '10.30.9.9': true,
      '10.30.1.9': false,
      '10.30.2.9': false,
      '10.30.1.130': true,
      '10.30.1.129': false,
    },
    ...{ '10.31.9.9': false, '10.31.200.9': true, '10.31.4.1': true },
  };
  expect(allowed(nets)).toEqual(right);
  expect(allowed(nets.toReversed())).toEqual(right);
});
