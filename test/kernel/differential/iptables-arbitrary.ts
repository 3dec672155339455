import fc from 'fast-check';
import type { Family } from '../../../src/net/address.ts';
import { PORTS, SERVER, SOURCES } from './oracle.ts';

/**
 * A random ruleset as iptables-restore takes it: chains that call each other, every match with an answer. Every table is
 * named, so that loading it leaves nothing of the one before.
 */
export function iptablesText(family: Family): fc.Arbitrary<string> {
  return fc
    .record({
      filter: filterTable(family),
      raw: fc.option(plainTable(family, ['PREROUTING', 'OUTPUT'], ['RAW1'], rawTarget), {
        nil: undefined,
        freq: 2,
      }),
      mangle: fc.option(plainTable(family, ['PREROUTING', 'INPUT', 'OUTPUT'], ['M1', 'M2'], markTarget), {
        nil: undefined,
        freq: 2,
      }),
      nat: fc.option(plainTable(family, ['PREROUTING'], ['N1'], natTarget(family)), {
        nil: undefined,
        freq: 2,
      }),
    })
    .map((tables) =>
      (['raw', 'mangle', 'nat', 'filter'] as const)
        .flatMap((name) => [`*${name}`, ...(tables[name] ?? []), 'COMMIT'])
        .join('\n')
        .concat('\n'),
    );
}

const CHAINS = ['A1', 'A2', 'A3'];

function filterTable(family: Family): fc.Arbitrary<readonly string[]> {
  const policy = fc.constantFrom('ACCEPT', 'DROP');
  return fc
    .record({
      input: policy,
      output: fc.constantFrom('ACCEPT', 'ACCEPT', 'ACCEPT', 'DROP'),
      rules: rulesOf(family, ['INPUT', 'INPUT', 'INPUT', 'OUTPUT', ...CHAINS], CHAINS, filterTarget),
    })
    .map(({ input, output, rules }) => [
      `:INPUT ${input} [0:0]`,
      ':FORWARD ACCEPT [0:0]',
      `:OUTPUT ${output} [0:0]`,
      ...CHAINS.map((name) => `:${name} - [0:0]`),
      ...rules,
    ]);
}

function plainTable(
  family: Family,
  builtIn: readonly string[],
  own: readonly string[],
  target: fc.Arbitrary<Target>,
): fc.Arbitrary<readonly string[]> {
  return rulesOf(family, [...builtIn, ...own], own, target).map((rules) => [
    ...builtIn.map((name) => `:${name} ACCEPT [0:0]`),
    ...own.map((name) => `:${name} - [0:0]`),
    ...rules,
  ]);
}

/** What follows `-j`, and the protocol it cannot do without. */
type Target = string;

/** Chains call only later ones, so that there is no circle. */
function rulesOf(
  family: Family,
  chains: readonly string[],
  own: readonly string[],
  target: fc.Arbitrary<Target>,
): fc.Arbitrary<readonly string[]> {
  const rule = fc
    .record({
      chain: fc.constantFrom(...chains),
      match: matches(family),
      target: fc.oneof(
        { weight: 3, arbitrary: target },
        { weight: own.length > 0 ? 1 : 0, arbitrary: call(own) },
      ),
    })
    .map(({ chain, match, target: then }) => {
      const called = /^-[jg] (\w+)$/.exec(then)?.[1] ?? '';
      const isBackwards =
        own.includes(called) && own.includes(chain) && own.indexOf(called) <= own.indexOf(chain);
      const output = chain === 'OUTPUT' ? match.replace(/ -i /g, ' -o ') : match;
      return `-A ${chain}${output} ${isBackwards ? '-j RETURN' : withProtocol(output, then)}`;
    })
    // An interface test is refused where the hook has no such interface.
    .filter((text) => !/^-A (?:A|M|N|RAW)\d.* -[io] /.test(text));
  return fc.array(rule, { maxLength: 14 });
}

/** A target that needs a protocol names it unless the match has. */
function withProtocol(match: string, target: Target): string {
  if (!target.startsWith('-p ') || !match.includes(' -p ')) return target;
  return match.includes(' -p udp') && !match.includes('! -p') ? target.replace('-p udp ', '') : '-j RETURN';
}

const call = (own: readonly string[]): fc.Arbitrary<Target> =>
  own.length === 0
    ? fc.constant('-j RETURN')
    : fc
        .record({ how: fc.constantFrom('-j', '-j', '-g'), name: fc.constantFrom(...own) })
        .map(({ how, name }) => `${how} ${name}`);

const filterTarget: fc.Arbitrary<Target> = fc.constantFrom(
  '-j ACCEPT',
  '-j ACCEPT',
  '-j ACCEPT',
  '-j DROP',
  '-j DROP',
  '-j REJECT',
  '-j RETURN',
  '',
);

const rawTarget: fc.Arbitrary<Target> = fc.constantFrom(
  '-j CT --notrack',
  '-j DROP',
  '-j ACCEPT',
  '-j RETURN',
);

const mask = fc.constantFrom('0xffffffff', '0xff', '0xf0', '0x1');
const mark = fc.constantFrom('0x0', '0x1', '0x2', '0x11', '0xf0');

const markTarget: fc.Arbitrary<Target> = fc.oneof(
  fc.record({ mark, mask }).map((set) => `-j MARK --set-xmark ${set.mark}/${set.mask}`),
  fc.record({ mark, mask }).map((set) => `-j CONNMARK --set-xmark ${set.mark}/${set.mask}`),
  mark.map((bits) => `-j MARK --or-mark ${bits}`),
  mark.map((bits) => `-j MARK --and-mark ${bits}`),
  fc.constantFrom(
    '-j CONNMARK --save-mark',
    '-j CONNMARK --restore-mark',
    '-j ACCEPT',
    '-j DROP',
    '-j RETURN',
  ),
);

function natTarget(family: Family): fc.Arbitrary<Target> {
  const server = family === 4 ? SERVER[4] : `[${SERVER[6]}]`;
  const port = fc.constantFrom(...PORTS);
  return fc.oneof(
    port.map((to) => `-p udp -j REDIRECT --to-ports ${to}`),
    port.map((to) => `-p udp -j DNAT --to-destination ${server}:${to}`),
    fc.constantFrom('-j ACCEPT', '-j RETURN'),
  );
}

function matches(family: Family): fc.Arbitrary<string> {
  return fc
    .record({ general: fc.array(generalMatch(family), { maxLength: 2 }), transport: transportMatch })
    .map(({ general, transport }) =>
      [...general, transport].map((text) => (text === '' ? '' : ` ${text}`)).join(''),
    )
    .filter((text) => (text.match(/ -[sdip] /g) ?? []).length === new Set(text.match(/ -[sdip] /g)).size);
}

const not = fc.constantFrom('', '', '', '! ');

function network(family: Family): fc.Arbitrary<string> {
  const lengths =
    family === 4 ? [15, 16, 17, 18, 20, 22, 24, 25, 30, 31, 32] : [16, 64, 80, 96, 112, 120, 127, 128];
  return fc
    .record({
      address: fc.constantFrom(...SOURCES[family], SERVER[family]),
      length: fc.constantFrom(...lengths),
    })
    .map(({ address, length }) => `${address}/${length}`);
}

function generalMatch(family: Family): fc.Arbitrary<string> {
  const sources = fc.record({ not, network: network(family) });
  const pair = fc.tuple(fc.constantFrom(...SOURCES[family]), fc.constantFrom(...SOURCES[family]));
  return fc.oneof(
    { weight: 6, arbitrary: sources.map(({ not: no, network: net }) => `${no}-s ${net}`) },
    { weight: 1, arbitrary: sources.map(({ not: no, network: net }) => `${no}-d ${net}`) },
    {
      weight: 1,
      arbitrary: pair.map((two) => {
        const [first, last] = two.sort((a, b) => SOURCES[family].indexOf(a) - SOURCES[family].indexOf(b));
        return `-m iprange --src-range ${first}-${last}`;
      }),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({
          not,
          states: fc.uniqueArray(
            fc.constantFrom('NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'DNAT', 'SNAT'),
            { minLength: 1, maxLength: 3 },
          ),
        })
        .map(({ not: no, states }) => `-m conntrack ${no}--ctstate ${states.join(',')}`),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ not, module: fc.constantFrom('mark', 'connmark'), mark, mask })
        .map((test) => `-m ${test.module} ${test.not}--mark ${test.mark}/${test.mask}`),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('-i v1b', '! -i v1b', '-i lo', '! -i lo', '-i v+', '-i eth0', '-i eth+'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '-m addrtype --dst-type LOCAL',
        '-m addrtype ! --dst-type LOCAL',
        '-m addrtype --src-type LOCAL',
        '-m addrtype --src-type UNICAST',
        '-m addrtype --dst-type MULTICAST',
        '-m comment --comment "a \\"b\\" c"',
        '-m conntrack --ctdir ORIGINAL',
        '-m conntrack --ctdir REPLY',
        '-m conntrack --ctproto udp',
        '-m conntrack --ctstatus SEEN_REPLY',
        '-m conntrack ! --ctstatus SEEN_REPLY',
        '-m pkttype --pkt-type unicast',
        '-m pkttype ! --pkt-type unicast',
        '-m recent --set --name x',
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom(...PORTS).map((port) => `-m conntrack --ctorigdstport ${port}`) },
    { weight: 1, arbitrary: network(family).map((net) => `-m conntrack --ctorigsrc ${net}`) },
  );
}

const portRange = fc.oneof(
  fc.constantFrom(...PORTS).map((port) => `${port}`),
  fc
    .tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
    .map(([a, b]) => (a === b ? `${a}` : `${Math.min(a, b)}:${Math.max(a, b)}`)),
);

const sourceRange = fc.constantFrom('1024:65535', '0:1023', '1000:30000', '200:999', '53');

const transportMatch: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom('-p udp', '-p tcp', '! -p tcp', '! -p udp', '-p icmp') },
  {
    weight: 4,
    arbitrary: fc
      .record({ not, ports: portRange })
      .map((test) => `-p udp -m udp ${test.not}--dport ${test.ports}`),
  },
  { weight: 1, arbitrary: portRange.map((ports) => `-p tcp -m tcp --dport ${ports}`) },
  {
    weight: 1,
    arbitrary: fc
      .record({ not, ports: sourceRange })
      .map((test) => `-p udp -m udp ${test.not}--sport ${test.ports}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        not,
        option: fc.constantFrom('--dports', '--ports', '--sports'),
        ports: fc.array(portRange, { minLength: 1, maxLength: 5 }),
      })
      .map((test) => `-p udp -m multiport ${test.not}${test.option} ${test.ports.join(',')}`),
  },
);
