import type { RulesetMaker } from './firewall-rulesets.ts';

// DNAT of many sources, each to an address; maps by source.

const NFT = ['nft', '-c', '-f'] as const;

const dotted = (network: string, n: number): string => `${network}.${Math.floor(n / 256)}.${n % 256}`;

/** @param rulesOn lines of the hook for so many sources */
function ruleset(rulesOn: {
  readonly prerouting: readonly string[];
  readonly forward?: readonly string[];
}): string {
  return `table inet t {
  chain pre {
    type nat hook prerouting priority dstnat; policy accept;
    ${rulesOn.prerouting.join('\n    ')}
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established accept
    ${(rulesOn.forward ?? ['ct status dnat accept']).join('\n    ')}
  }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established accept
    tcp dport { 102, 103, 10100-10103 } accept
  }
}
`;
}

const each = (count: number, make: (n: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, n) => make(n));

const dnat = (n: number, to: number): string =>
  `ip saddr ${dotted('10.30', n)} dnat ip to ${dotted('10.99', to)}`;

export const NAT_RULESETS = {
  'to one address': {
    check: NFT,
    text: (rules) => ruleset({ prerouting: each(rules, (n) => dnat(n, 1)) }),
  },
  'to an address each': {
    check: NFT,
    text: (rules) => ruleset({ prerouting: each(rules, (n) => dnat(n, n)) }),
  },
  'to an address each, each accepted by itself': {
    check: NFT,
    text: (rules) =>
      ruleset({
        prerouting: each(rules, (n) => dnat(n, n)),
        forward: each(rules, (n) => `ip daddr ${dotted('10.99', n)} accept`),
      }),
  },
  'by a map': {
    check: NFT,
    text: (rules) =>
      ruleset({
        prerouting: [
          `dnat ip to ip saddr map { ${each(rules, (n) => `${dotted('10.30', n)} : ${dotted('10.99', n)}`).join(', ')} }`,
        ],
      }),
  },
} as const satisfies Readonly<Record<string, RulesetMaker>>;
