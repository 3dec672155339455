import fc from 'fast-check';
import type { Family } from '../../../src/net/address.ts';
import type { Ground } from './iptables-arbitrary.ts';
import { mark, mask } from './iptables-targets.ts';
import { SET_NAMES } from './ipsets.ts';
import { FAR, OWN, PORTS, SOURCES } from './places.ts';

type Text = fc.Arbitrary<string>;

/** The tests of one rule, with a blank before each. */
export function matches(ground: Ground): Text {
  return fc
    .record({ general: fc.array(generalMatch(ground), { maxLength: 2 }), transport: transportMatch(ground) })
    .map(({ general, transport }) =>
      [...general, transport].map((text) => (text === '' ? '' : ` ${text}`)).join(''),
    );
}

const not = fc.constantFrom('', '', '', '! ');

const LENGTHS = {
  4: [15, 16, 17, 18, 20, 22, 24, 25, 30, 31, 32],
  6: [16, 64, 80, 96, 112, 120, 127, 128],
} as const satisfies Record<Family, readonly number[]>;

/** Of those who send, mostly; `places` are whose addresses. */
function network(family: Family, places: readonly string[]): Text {
  return fc
    .record({
      address: fc.constantFrom(...places),
      length: fc.constantFrom(...LENGTHS[family]),
    })
    .map(({ address, length }) => `${address}/${length}`);
}

function generalMatch({ family, hostile, topic, hasSets }: Ground): Text {
  const sources = network(family, [...SOURCES[family], ...OWN[family], ...FAR[family]]);
  const targets = network(family, [...OWN[family], ...FAR[family], SOURCES[family][0]!]);
  const pair = fc.tuple(fc.constantFrom(...SOURCES[family]), fc.constantFrom(...SOURCES[family]));
  const option = (text: string, value: Text): Text =>
    fc.tuple(not, value).map(([no, to]) => `${no}${text} ${to}`);
  return fc.oneof(
    { weight: 8, arbitrary: option('-s', sources) },
    { weight: 3, arbitrary: option('-d', targets) },
    {
      weight: 1,
      arbitrary: fc.tuple(not, pair).map(([no, two]) => {
        const [first, last] = two.sort((a, b) => SOURCES[family].indexOf(a) - SOURCES[family].indexOf(b));
        return `-m iprange ${no}--src-range ${first}-${last}`;
      }),
    },
    { weight: 2, arbitrary: option('-m conntrack --ctstate', states).map(withInnerNot) },
    {
      weight: 2,
      arbitrary: fc
        .record({ not, module: fc.constantFrom('mark', 'connmark'), mark, mask })
        .map((test) => `-m ${test.module} ${test.not}--mark ${test.mark}/${test.mask}`),
    },
    { weight: 2, arbitrary: option('-i', interfaceName) },
    { weight: 1, arbitrary: option('-o', interfaceName) },
    { weight: 2, arbitrary: option('-m addrtype --dst-type', addressType(family)).map(withInnerNot) },
    { weight: 1, arbitrary: option('-m addrtype --src-type', addressType(family)).map(withInnerNot) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '-m comment --comment "a \\"b\\" c"',
        '-m conntrack --ctdir ORIGINAL',
        '-m conntrack --ctdir REPLY',
        '-m conntrack --ctproto udp',
        '-m conntrack ! --ctproto tcp',
        '-m conntrack --ctstatus SEEN_REPLY',
        '-m conntrack ! --ctstatus SEEN_REPLY',
        '-m pkttype --pkt-type unicast',
        '-m pkttype ! --pkt-type unicast',
        '-m recent --set --name x',
      ),
    },
    {
      weight: 1,
      arbitrary: option('-m conntrack --ctorigdstport', fc.constantFrom(...PORTS).map(String)).map(
        withInnerNot,
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('--ctorigsrc', '--ctorigdst', '--ctreplsrc', '--ctrepldst'), sources, not)
        .map(([field, net, no]) => `-m conntrack ${no}${field} ${net}`),
    },
    { weight: hasSets ? 3 : 0, arbitrary: setMatch(family) },
    {
      weight: topic !== null ? 30 : hostile.length > 0 ? 5 : 0,
      arbitrary: fc.constantFrom(...(hostile.length > 0 ? hostile : [''])),
    },
  );
}

/** The sign of negation stands before the option, not before its module. */
function withInnerNot(text: string): string {
  return text.replace(/^! (-m \w+) /, '$1 ! ');
}

const states = fc
  .uniqueArray(fc.constantFrom('NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'DNAT', 'SNAT'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((list) => list.join(','));

const interfaceName = fc.constantFrom('v1b', 'v1b', 'v2a', 'lo', 'lo', 'v+', 'v2+', 'eth0', 'eth+');

/** IPv6 knows no broadcast. */
function addressType(family: Family): Text {
  const common = ['LOCAL', 'LOCAL', 'UNICAST', 'MULTICAST', 'LOCAL,UNICAST'];
  return fc.constantFrom(...common, ...(family === 4 ? ['BROADCAST'] : []));
}

function setMatch(family: Family): Text {
  return fc
    .record({
      not,
      set: fc.constantFrom(...SET_NAMES),
      directions: fc.tuple(fc.constantFrom('src', 'src', 'dst'), fc.constantFrom('src', 'dst', 'dst')),
    })
    .map(
      ({ not: no, set: [name, count], directions }) =>
        `-m set ${no}--match-set ${name}${family} ${directions.slice(0, count).join(',')}`,
    );
}

const portRange = fc.oneof(
  fc.constantFrom(...PORTS).map((port) => `${port}`),
  fc
    .tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
    .map(([a, b]) => (a === b ? `${a}` : `${Math.min(a, b)}:${Math.max(a, b)}`)),
);

const sourceRange = fc.constantFrom('1024:65535', '0:1023', '1000:30000', '200:999', '53');

function transportMatch({ transport, topic }: Ground): Text {
  const [own, other] = transport === 'udp' ? ['udp', 'tcp'] : ['tcp', 'udp'];
  const multiport = fc
    .record({
      not,
      option: fc.constantFrom('--dports', '--ports', '--sports'),
      ports: fc.array(portRange, { minLength: 1, maxLength: 5 }),
    })
    .map((test) => `-p ${own} -m multiport ${test.not}${test.option} ${test.ports.join(',')}`);
  return fc.oneof(
    // A test of a topic may name the protocol itself.
    { weight: topic === null ? 3 : 30, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(`-p ${own}`, `-p ${other}`, `! -p ${other}`, `! -p ${own}`, '-p icmp'),
    },
    {
      weight: 4,
      arbitrary: fc
        .record({ not, ports: portRange })
        .map((test) => `-p ${own} -m ${own} ${test.not}--dport ${test.ports}`),
    },
    { weight: 1, arbitrary: portRange.map((ports) => `-p ${other} -m ${other} --dport ${ports}`) },
    {
      weight: 1,
      arbitrary: fc
        .record({ not, ports: sourceRange })
        .map((test) => `-p ${own} -m ${own} ${test.not}--sport ${test.ports}`),
    },
    { weight: 2, arbitrary: multiport },
    { weight: transport === 'tcp' ? 4 : 0, arbitrary: flags },
  );
}

const flagNames = fc
  .subarray(['FIN', 'SYN', 'RST', 'ACK', 'URG', 'PSH'], { minLength: 1 })
  .map((names) => names.join(','));

const flags = fc
  .record({
    not,
    test: fc.oneof(
      fc.constant('--syn'),
      fc
        .tuple(flagNames, fc.oneof(flagNames, fc.constant('NONE')))
        .map(([of, set]) => `--tcp-flags ${of} ${set}`),
    ),
  })
  .map(({ not: no, test }) => `-p tcp -m tcp ${no}${test}`);
