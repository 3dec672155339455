// Long rulesets of the kinds that machines really carry, the same in every run.

export interface RulesetMaker {
  readonly text: (rules: number) => string;
  /** The engine's own syntax check; the file is its last argument. */
  readonly check: readonly [string, ...string[]];
}

const IPTABLES = ['iptables-restore', '--test'] as const;
const NFT = ['nft', '-c', '-f'] as const;

export const RULESETS = {
  'iptables, random rules': {
    check: IPTABLES,
    text: (rules) =>
      iptables(rules, (random) => {
        const { protocol, port, prefix, verdict } = randomRule(random);
        return `-A INPUT -s ${prefix} -p ${protocol} -m ${protocol} --dport ${port} -j ${verdict.toUpperCase()}`;
      }),
  },
  'iptables, blocklist': {
    check: IPTABLES,
    text: (rules) => iptables(rules, (random) => `-A INPUT -s ${address(random)}/32 -j DROP`),
  },
  'nft, random rules': {
    check: NFT,
    text: (rules) =>
      nft(rules, (random) => {
        const { protocol, port, prefix, verdict } = randomRule(random);
        return `ip saddr ${prefix} ${protocol} dport ${port} ${verdict}`;
      }),
  },
  'nft, blocklist': {
    check: NFT,
    text: (rules) => nft(rules, (random) => `ip saddr ${address(random)} drop`),
  },
  'nft, one set': {
    check: NFT,
    text: (rules) => {
      const random = randomNumbers();
      const elements = new Set(Array.from({ length: rules }, () => address(random)));
      const set = `set blocked {\n type ipv4_addr\n elements = { ${[...elements].join(',\n  ')} }\n }`;
      return nft(1, () => 'ip saddr @blocked drop', set);
    },
  },
} as const satisfies Record<string, RulesetMaker>;

type Random = (below: number) => number;

function iptables(rules: number, rule: (random: Random) => string): string {
  const random = randomNumbers();
  const lines = Array.from({ length: rules }, () => rule(random));
  return [
    '*filter',
    ':INPUT DROP [0:0]',
    ':FORWARD DROP [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ...lines,
    '-A INPUT -s 10.0.0.0/8 -p tcp -m multiport --dports 102,103,10100:10103,10301:10304 -j ACCEPT',
    'COMMIT',
    '',
  ].join('\n');
}

function nft(rules: number, rule: (random: Random) => string, sets = ''): string {
  const random = randomNumbers();
  const lines = Array.from({ length: rules }, () => rule(random));
  return [
    'table inet filter {',
    sets,
    ' chain input {',
    '  type filter hook input priority filter; policy drop;',
    '  ct state established,related accept',
    ...lines,
    '  ip saddr 10.0.0.0/8 tcp dport { 102, 103, 10100-10103, 10301-10304 } accept',
    ' }',
    '}',
    '',
  ].join('\n');
}

interface RandomRule {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly prefix: string;
  readonly verdict: 'accept' | 'drop';
}

/** One rule in ten is about a port of Viz World. */
function randomRule(random: Random): RandomRule {
  const length = 8 + random(25);
  const host = random(2 ** 32);
  const network = length === 32 ? host : host - (host % 2 ** (32 - length));
  return {
    protocol: random(3) === 0 ? 'udp' : 'tcp',
    port: random(10) === 0 ? 10_100 + random(8) : 1 + random(65_535),
    prefix: `${dotted(network)}/${length}`,
    verdict: random(2) === 0 ? 'accept' : 'drop',
  };
}

function address(random: Random): string {
  return dotted(2 ** 24 + random(2 ** 32 - 2 ** 30));
}

function dotted(value: number): string {
  return [value / 2 ** 24, value / 2 ** 16, value / 2 ** 8, value]
    .map((part) => Math.floor(part) % 256)
    .join('.');
}

/** xorshift32: small, fast, and the same on every machine. */
function randomNumbers(): Random {
  let state = 0x9e3779b9;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
