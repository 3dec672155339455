import type fc from 'fast-check';
import type { Transport } from '../../../../src/net/port-range.ts';
import { FAR, OWN } from '../places.ts';
import type { Topic } from '../topics.ts';
import { header, type Ground } from './ground.ts';
import { hostileMatch } from './hostile.ts';
import { oneOf, phrase, weighted } from './phrase.ts';
import { address, interfaceName, network, port, source } from './values.ts';

type Text = fc.Arbitrary<string>;

/** A rule of the topic, for a chain that filters: which packets, the test or statement the topic is about, a verdict. */
export function topicalRule(ground: Ground, topic: Topic): Text {
  const verdict = oneOf('accept', 'accept', 'drop', 'drop', '');
  return phrase`${scope(ground)} ${subject(ground, topic)} ${verdict}`.map((text) =>
    text.replace(/ +/g, ' ').trim(),
  );
}

/** Which packets a rule is for; of the transport it tests only what any rule of the topic may test, too. */
function scope(ground: Ground): Text {
  const { family, transport } = ground;
  const ip = header(ground);
  return weighted(
    [6, oneOf('ct state established', 'ct state established,related', 'ct state new', 'ct state != new')],
    [
      1,
      oneOf(
        'ct state invalid',
        'ct state untracked',
        'ct state established,untracked',
        'ct state new,invalid',
      ),
    ],
    [2, oneOf('ct direction original', 'ct direction reply')],
    [3, oneOf('', `meta l4proto ${transport}`)],
    [2, phrase`${transport} ${oneOf('dport', 'dport', 'sport')} ${port}`],
    [1, phrase`${ip} saddr ${network(family)}`],
    [1, phrase`${ip} daddr ${address(family)}`],
    [2, phrase`${oneOf('iifname', 'oifname')} ${interfaceName}`],
  );
}

function subject(ground: Ground, topic: Topic): Text {
  switch (topic) {
    case 'later packets':
      return weighted(
        [4, laterTest(ground)],
        [ground.transport === 'tcp' ? 4 : 0, segmentTest],
        [2, hostileMatch(ground)],
        [1, oneOf('')],
      );
    case 'rewriting':
      return weighted([5, rewriting(ground)], [2, addressTest(ground)], [1, oneOf('')]);
    case 'translation':
      return translationTest(ground);
    case 'full sets':
      return weighted([5, fullSet(ground)], [1, oneOf('')]);
    case 'absent headers':
      return absentHeader(ground.transport, ground);
  }
}

/** What the first packets of a connection meet otherwise than those that follow. */
function laterTest(ground: Ground): Text {
  const ip = header(ground);
  return oneOf(
    'limit rate 1/hour burst 1 packets',
    'limit rate over 1/hour burst 1 packets',
    'limit rate over 60/minute',
    'quota 150 bytes',
    'quota over 150 bytes',
    'numgen inc mod 2 0',
    'numgen inc mod 3 != 1',
    'meta length > 60',
    'meta length < 60',
    'meta length != 60',
    `${ip} length > 60`,
    ip === 'ip' ? 'ip ttl != 64' : 'ip6 hoplimit != 64',
    ip === 'ip' ? 'ip ttl < 64' : 'ip6 hoplimit < 64',
    'ct status assured',
    'ct status ! assured',
    'ct status & assured == 0',
    'ct status confirmed',
    'ct status seen-reply',
    'ct status & (seen-reply | assured) == seen-reply',
    'ct expiration > 1s',
    'ct expiration < 1m',
    'ct packets > 2',
    'ct packets < 3',
    'ct bytes > 150',
    'ct original packets > 1',
    'ct reply packets 0',
    'ct avgpkt > 61',
    'meta skuid 0',
    'meta skuid != 0',
    'meta skgid 0',
    'meta time < "2020-01-01 00:00:00"',
    `${ip} saddr @seen${ground.family}`,
    `add @seen${ground.family} { ${ip} saddr }`,
    `update @seen${ground.family} { ${ip} daddr limit rate over 1/hour burst 1 packets }`,
    'ct zone 0',
    'ct zone != 0',
    'ct count over 1',
  );
}

/** What tells a SYN from the segments that carry data. */
const segmentTest = oneOf(
  'tcp flags & psh == psh',
  'tcp flags & psh == 0',
  'tcp flags psh',
  'tcp flags & (psh | ack) == ack',
  'tcp flags & (syn | ack | psh) == (psh | ack)',
  'tcp flags == ack',
  'tcp flags != ack',
  'tcp flags { ack, psh | ack }',
  'tcp flags & (fin | syn | rst | psh | ack | urg) == (psh | ack)',
  'tcp flags & (fin | syn | rst | psh | ack | urg) == ack',
  'tcp flags & (syn | rst) == 0',
  'tcp flags == syn',
  'tcp flags != syn',
  'tcp flags & (ecn | cwr) == 0',
  'tcp flags & (syn | ecn | cwr) == syn | ecn | cwr',
  'tcp flags { syn, syn | ecn | cwr }',
  'tcp flags psh,ack / syn,psh,ack',
  'tcp option timestamp exists',
  'tcp option maxseg exists',
  'tcp option sack-perm exists',
  'tcp option window missing',
  'tcp window > 1000',
  'tcp ackseq 0',
  'tcp doff 8',
  'tcp urgptr 0',
);

/** Statements that change a header, and their like that change only what rules see. */
function rewriting(ground: Ground): Text {
  const { family, transport } = ground;
  const ip = header(ground);
  const machine = oneOf(...OWN[family], ...FAR[family]);
  return weighted(
    [4, phrase`${ip} saddr set ${weighted([3, source(family)], [1, machine])}`],
    [3, phrase`${ip} daddr set ${machine}`],
    [4, phrase`${transport} dport set ${port}`],
    [2, phrase`${transport} sport set ${oneOf('102', '500', '30000')}`],
    [
      2,
      family === 4
        ? oneOf('ip ttl set 1', 'ip ttl set 64', 'ip dscp set cs1')
        : oneOf('ip6 hoplimit set 1', 'ip6 hoplimit set 64', 'ip6 dscp set cs1'),
    ],
    [1, oneOf('meta pkttype set host', 'meta priority set 1:1', 'ct mark set 0x1', 'meta mark set 0x1')],
  );
}

function addressTest(ground: Ground): Text {
  const ip = header(ground);
  return phrase`${ip} ${oneOf('saddr', 'daddr')} ${oneOf('', '!= ')}${address(ground.family)}`;
}

/** What NAT changes of a packet, and what conntrack remembers of it. */
function translationTest(ground: Ground): Text {
  const { family, transport } = ground;
  const ip = header(ground);
  return weighted(
    [3, phrase`${oneOf('oifname', 'iifname')} ${oneOf('', '!= ')}${interfaceName}`],
    [3, addressTest(ground)],
    [
      2,
      phrase`ct ${oneOf('original', 'reply')} ${ip} ${oneOf('saddr', 'daddr')} ${oneOf('', '!= ')}${address(family)}`,
    ],
    [
      1,
      phrase`meta l4proto ${transport} ct ${oneOf('original', 'reply')} ${oneOf('proto-src', 'proto-dst')} ${port}`,
    ],
    [2, oneOf('ct status dnat', 'ct status snat', 'ct status ! dnat', 'ct status ! snat')],
    [
      2,
      oneOf(
        'fib daddr type local',
        'fib daddr type != local',
        'fib saddr type local',
        'fib daddr . iif type local',
      ),
    ],
    [2, oneOf('')],
  );
}

/** Sets with little or no room left, which rules add to. */
function fullSet(ground: Ground): Text {
  const { family } = ground;
  const ip = header(ground);
  const set = oneOf(`full${family}`, `full${family}`, `nearly${family}`, `timed${family}`);
  return weighted(
    [4, phrase`${oneOf('add', 'update')} @${set} { ${ip} ${oneOf('saddr', 'saddr', 'daddr')} }`],
    [1, phrase`delete @${oneOf(`full${family}`, `nearly${family}`)} { ${ip} saddr }`],
    [3, phrase`${ip} ${oneOf('saddr', 'saddr', 'daddr')} ${oneOf('', '!= ')}@${set}`],
  );
}

/** Tests of headers and options that a packet of the lab mostly does not have, and some tests that it then passes. */
function absentHeader(transport: Transport, ground: Ground): Text {
  const { family } = ground;
  const tcpOptions = ['sack-perm', 'timestamp', 'maxseg', 'window', 'sack', 'mptcp'];
  const neutral = [
    ...tcpOptions.flatMap((name) => [`tcp option ${name} missing`, `tcp option ${name} exists`]),
    'tcp option maxseg size != 1460',
    'tcp option sack-perm kind != 1',
    'tcp option 254 missing',
    'tcp option 254 exists',
    ...(family === 4
      ? ['ip option rr missing', 'ip option ra exists', 'ip option lsrr missing', 'ip option ra value != 1']
      : [
          'exthdr frag missing',
          'exthdr hbh missing',
          'exthdr rt exists',
          'exthdr dst missing',
          'frag frag-off != 1',
          'rt type != 4',
          'hbh hdrlength != 1',
        ]),
  ];
  // With a test of another transport nft takes these only where nothing tests this one.
  const foreign = [
    'sctp chunk data missing',
    'sctp chunk init exists',
    'sctp chunk abort missing',
    'sctp chunk data type != 0',
  ];
  return weighted(
    [3, oneOf(...neutral)],
    [1, oneOf(...foreign)],
    [1, phrase`${oneOf(...neutral, ...foreign)} ${transport} dport ${port}`],
  );
}
