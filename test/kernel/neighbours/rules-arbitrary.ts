import fc from 'fast-check';
import { CLIENTS, LINKS, ROUTER, type Machine } from './link-lab.ts';

/** Rules, and the tool that loads them. */
export interface Drawn {
  readonly command: readonly string[];
  readonly file: string;
  readonly rules: string;
}

const oneOf = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const PREFIX6 = oneOf(
  ...['fe80::/10', 'fe80::/64', 'fd00:20::/64', 'fd00:30::/64', 'fd00::/16', 'ff00::/8', '::/0'],
  ...[
    'ff02::1:ff00:0/104',
    'ff02::1:ff00:11',
    'ff02::1:ff00:22',
    'fd00:40::/64',
    'fd00:20::5',
    'fd00:20::11',
    'fd00:30::5',
    'fd00:20::1',
  ],
);
const PREFIX4 = oneOf(
  ...[
    '10.40.0.22',
    '10.20.0.0/24',
    '10.30.0.0/24',
    '10.20.0.5',
    '10.20.0.11',
    '10.20.0.1',
    '10.30.0.5',
    '10.0.0.0/8',
  ],
);
const TYPE = oneOf(
  ...['nd-neighbor-solicit', 'nd-neighbor-solicit', 'nd-neighbor-advert', 'nd-neighbor-advert', '135', '136'],
  ...['echo-request', 'nd-router-advert', '{ nd-neighbor-solicit, nd-neighbor-advert }', '133-136', '!= 135'],
  ...['{ echo-request, nd-neighbor-solicit }', '{ 1-4, 128, 136 }'],
);

const IP6_TEST = fc.oneof(
  { weight: 5, arbitrary: TYPE.map((type) => `icmpv6 type ${type}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(oneOf('saddr', 'daddr'), oneOf('', '!= '), PREFIX6)
      .map(([end, not, prefix]) => `ip6 ${end} ${not}${prefix}`),
  },
  {
    weight: 2,
    arbitrary: oneOf('untracked', 'invalid', 'new', 'established,related', 'invalid,untracked').map(
      (state) => `ct state ${state}`,
    ),
  },
  {
    weight: 2,
    arbitrary: oneOf('255', '< 255', '!= 255', '64', '> 200').map((hops) => `ip6 hoplimit ${hops}`),
  },
  {
    weight: 2,
    arbitrary: oneOf(
      'meta pkttype multicast',
      'meta pkttype host',
      'fib daddr type multicast',
      'fib daddr type local',
      'fib saddr type unicast',
      'fib daddr type unicast',
    ),
  },
  {
    weight: 2,
    arbitrary: oneOf(
      'meta l4proto ipv6-icmp',
      'ip6 nexthdr icmpv6',
      'meta l4proto { icmp, ipv6-icmp }',
      'meta mark 0',
      'meta nfproto ipv6',
      'meta l4proto != tcp',
    ),
  },
);

const ARP_TEST = fc.oneof(
  {
    weight: 4,
    arbitrary: oneOf('request', 'reply', '1', '2', '!= request', '{ request, reply }').map(
      (operation) => `arp operation ${operation}`,
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(oneOf('saddr', 'daddr'), oneOf('', '!= '), PREFIX4)
      .map(([end, not, prefix]) => `arp ${end} ip ${not}${prefix}`),
  },
  {
    weight: 1,
    arbitrary: oneOf(
      'meta pkttype broadcast',
      'meta pkttype host',
      'meta mark 0',
      'arp htype 1',
      'meta protocol arp',
    ),
  },
);

const FRAME_TEST = oneOf(
  ...[
    'ether type arp',
    'meta protocol arp',
    'meta protocol ip6',
    'ether type ip6',
    'meta protocol != ip',
    'meta protocol ip',
  ],
  ...[
    'arp operation request',
    'arp operation reply',
    'icmpv6 type nd-neighbor-solicit',
    'icmpv6 type nd-neighbor-advert',
  ],
  ...[
    'ip6 saddr fe80::/10',
    'ip6 daddr ff02::/16',
    'arp saddr ip 10.20.0.0/24',
    'meta pkttype multicast',
    'meta pkttype broadcast',
  ],
);

const VERDICT = oneOf('accept', 'drop');

/** What the flow itself needs is let through first, so that its neighbours alone decide. */
const FLOW = 'meta l4proto tcp accept';

function chain(head: string, link: string, test: fc.Arbitrary<string>, first: string): fc.Arbitrary<string> {
  const side = head.includes('hook output') || head.includes('hook postrouting') ? 'oifname' : 'iifname';
  const rule = fc
    .tuple(fc.array(test, { minLength: 1, maxLength: 2 }), fc.boolean(), VERDICT)
    .map(
      ([tests, isNamed, verdict]) =>
        `${isNamed && !head.includes('ingress') ? `${side} ${link} ` : ''}${tests.join(' ')} ${verdict}`,
    );
  return fc
    .tuple(fc.array(rule, { maxLength: 4 }), VERDICT)
    .map(
      ([rules, policy]) =>
        `  chain c {\n    type filter ${head}; policy ${policy};\n    ${[first, ...rules].filter((line) => line !== '').join('\n    ')}\n  }\n`,
    );
}

const table = (family: string, name: string, chains: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  chains.map((text) => `table ${family} ${name} {\n${text}}\n`);

/** Rules about neighbour discovery, ARP or both, for one machine of the lab. */
export function rulesFor(machine: Machine): fc.Arbitrary<Drawn> {
  const link =
    machine === 'router' ? oneOf(LINKS.router, LINKS['router, far side']) : fc.constant(LINKS[machine]);
  return link.chain((name) => {
    const ip6 = oneOf('ip6', 'inet').chain((family) =>
      oneOf(
        ...[
          'input priority filter',
          'input priority filter',
          'output priority filter',
          'prerouting priority raw',
        ],
        ...[
          'prerouting priority mangle',
          'postrouting priority mangle',
          'output priority raw',
          'input priority 10',
        ],
      ).chain((hook) =>
        table(
          family,
          'n',
          chain(
            `hook ${hook}`,
            name,
            IP6_TEST,
            family === 'inet' ? `meta nfproto ipv4 accept\n    ${FLOW}` : FLOW,
          ),
        ),
      ),
    );
    const arp = oneOf('input', 'input', 'output').chain((hook) =>
      table('arp', 'a', chain(`hook ${hook} priority filter`, name, ARP_TEST, '')),
    );
    const frames = table(
      'netdev',
      'f',
      chain(`hook ingress device ${name} priority 0`, name, FRAME_TEST, FLOW),
    );
    const nft = fc
      .oneof(
        { weight: 5, arbitrary: fc.tuple(ip6, arp) },
        { weight: 2, arbitrary: fc.tuple(ip6, frames) },
        { weight: 1, arbitrary: fc.tuple(frames) },
      )
      .map((tables): Drawn => ({
        command: ['nft', '-f', '-'],
        file: 'rules.nft',
        rules: [...(machine === 'router' ? [TO_FAR_NFT] : []), ...tables].join(''),
      }));
    return fc.oneof({ weight: 4, arbitrary: nft }, { weight: 1, arbitrary: ip6tables(name, machine) });
  });
}

/** What comes to the router on port 103 goes on to the far client. */
const TO_FAR_NFT = `table inet d {
  chain c {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr ${ROUTER[4]} tcp dport 103 dnat ip to ${CLIENTS.far[4]}
    ip6 daddr ${ROUTER[6]} tcp dport 103 dnat ip6 to ${CLIENTS.far[6]}
  }
}
`;
const TO_FAR_SAVE = `*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d ${ROUTER[6]} -p tcp -m tcp --dport 103 -j DNAT --to-destination ${CLIENTS.far[6]}\nCOMMIT\n`;

function ip6tables(link: string, machine: Machine): fc.Arbitrary<Drawn> {
  const test = fc.oneof(
    oneOf('135', '136', 'neighbour-solicitation', 'neighbor-advertisement', 'echo-request', '135/0').map(
      (type) => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type}`,
    ),
    PREFIX6.map((prefix) => `-s ${prefix}`),
    oneOf(
      '-p ipv6-icmp',
      '-p ipv6-icmp -m hl --hl-eq 255',
      '-p ipv6-icmp -m conntrack --ctstate UNTRACKED',
      '-m conntrack --ctstate INVALID',
      '-m pkttype --pkt-type multicast',
    ),
  );
  const rule = fc
    .tuple(oneOf('INPUT', 'INPUT', 'OUTPUT'), fc.boolean(), test, oneOf('ACCEPT', 'DROP'))
    .map(
      ([name, isNamed, text, target]) =>
        `-A ${name} ${isNamed ? `${name === 'INPUT' ? '-i' : '-o'} ${link} ` : ''}${text} -j ${target}`,
    );
  return fc
    .tuple(
      fc.array(rule, { minLength: 1, maxLength: 5 }),
      oneOf('ACCEPT', 'DROP'),
      oneOf('ACCEPT', 'ACCEPT', 'DROP'),
    )
    .map(([rules, input, output]) => ({
      command: ['ip6tables-restore'],
      file: 'rules.ip6tables-save',
      rules: `${machine === 'router' ? TO_FAR_SAVE : ''}*filter\n:INPUT ${input} [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ${output} [0:0]\n-A INPUT -p tcp -j ACCEPT\n-A OUTPUT -p tcp -j ACCEPT\n${rules.join('\n')}\nCOMMIT\n`,
    }));
}
