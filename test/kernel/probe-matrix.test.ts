import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProbeOptions } from '../../src/probe/probe-all.ts';
import { startAgent } from './lab/agent.ts';
import { createLab, type LabHost } from './lab/lab.ts';

/**
 * Every way a port can answer, and not answer, on a real kernel: what a probe reports must be exactly what can be
 * known. One row = one refusal; each has a TCP and a UDP port of its own.
 */
interface Row {
  readonly name: string;
  readonly rule: string;
  readonly tcp: string;
  readonly udp: string;
}

const PROHIBITED = 'filtered admin-prohibited';
const SILENT_UDP = 'open|filtered no-response';

const IPV4: readonly Row[] = [
  row('drop', 'DROP', 'filtered no-response', SILENT_UDP),
  row('port-unreach', 'REJECT', 'filtered port-unreach', 'closed port-unreach'),
  row('host-unreach', reject('icmp-host-unreachable'), 'filtered host-unreach', SILENT_UDP),
  row('net-unreach', reject('icmp-net-unreachable'), 'filtered net-unreach', SILENT_UDP),
  row('proto-unreach', reject('icmp-proto-unreachable'), 'filtered proto-unreach', 'filtered proto-unreach'),
  row('host-prohibited', reject('icmp-host-prohibited'), 'filtered host-unreach', PROHIBITED),
  row('net-prohibited', reject('icmp-net-prohibited'), 'filtered net-unreach', PROHIBITED),
  row('admin-prohibited', reject('icmp-admin-prohibited'), 'filtered host-unreach', PROHIBITED),
];

const IPV6: readonly Row[] = [
  row('drop', 'DROP', 'filtered no-response', SILENT_UDP),
  row('port-unreach', 'REJECT', 'filtered port-unreach', 'closed port-unreach'),
  row('no-route', reject('icmp6-no-route'), 'filtered net-unreach', SILENT_UDP),
  row('addr-unreach', reject('icmp6-addr-unreachable'), 'filtered host-unreach', SILENT_UDP),
  row('admin-prohibited', reject('icmp6-adm-prohibited'), PROHIBITED, PROHIBITED),
  row('policy-fail', reject('icmp6-policy-fail'), PROHIBITED, PROHIBITED),
  row('reject-route', reject('icmp6-reject-route'), PROHIBITED, PROHIBITED),
];

/** The same in nft's words; the kernel behind it is another. */
const NFT: Readonly<Record<string, { readonly 4?: string; readonly 6?: string }>> = {
  drop: { 4: 'drop', 6: 'drop' },
  'port-unreach': {
    4: 'reject with icmp type port-unreachable',
    6: 'reject with icmpv6 type port-unreachable',
  },
  'host-unreach': { 4: 'reject with icmp type host-unreachable' },
  'net-unreach': { 4: 'reject with icmp type net-unreachable' },
  'proto-unreach': { 4: 'reject with icmp type prot-unreachable' },
  'host-prohibited': { 4: 'reject with icmp type host-prohibited' },
  'net-prohibited': { 4: 'reject with icmp type net-prohibited' },
  'admin-prohibited': {
    4: 'reject with icmp type admin-prohibited',
    6: 'reject with icmpv6 type admin-prohibited',
  },
  'no-route': { 6: 'reject with icmpv6 type no-route' },
  'addr-unreach': { 6: 'reject with icmpv6 type addr-unreachable' },
  'policy-fail': { 6: 'reject with icmpv6 type policy-fail' },
  'reject-route': { 6: 'reject with icmpv6 type reject-route' },
};

const FAMILIES = [
  { family: 4, rows: IPV4, tool: 'iptables', target: '10.0.0.2' },
  { family: 6, rows: IPV6, tool: 'ip6tables', target: 'fd00::2' },
] as const;

const OPEN = 1001;
const CLOSED = 1002;
const HTTP = 1003;
const SILENT_ACCEPT = 1004;
const CLOSES = 1005;
const ECHO = 1006;
const SPEAKS = 1007;
const TCP_RESET = 1008;
const CLIENTS = 40;

const SERVICES = `
const net = require('net'), http = require('http'), dgram = require('dgram');
const log = [];
const tcp = (port, on) => net.createServer((s) => { s.on('error', () => {}); log.push(port); on(s); }).listen(port, '::');
tcp(${OPEN}, (s) => s.end());
tcp(${SILENT_ACCEPT}, () => {});
tcp(${CLOSES}, (s) => s.end());
tcp(${SPEAKS}, (s) => s.write('220 mail.example ESMTP\\r\\n'));
http.createServer((q, r) => { log.push(${HTTP}); r.statusCode = 404; r.end('no'); }).listen(${HTTP}, '::');
const echo = dgram.createSocket('udp6').on('message', (m, r) => echo.send(m, r.port, r.address)).bind(${ECHO});
const mute = dgram.createSocket('udp6').bind(${OPEN}, () => console.log('ready'));
process.stdin.on('data', () => console.log(JSON.stringify(log.splice(0)))).on('end', () => process.exit());
`;

const lab = createLab();
const client = lab.host('client');
const target = lab.host('target');
const router = lab.host('router');
const stub = lab.host('stub');
const prober = startAgent(client, new URL('./probe-agent.mjs', import.meta.url));
let services: ReturnType<LabHost['spawn']>;

beforeAll(async () => {
  lab.cable(client, ['10.0.0.1/16', 'fd00::1/64'], target, ['10.0.0.2/16', 'fd00::2/64']);
  lab.cable(client, ['10.1.0.1/24', 'fd01::1/64'], router, ['10.1.0.2/24', 'fd01::2/64']);
  lab.cable(router, ['10.2.0.1/24', 'fd02::1/64'], stub, ['10.2.0.2/24', 'fd02::2/64']);
  router.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  for (const net of ['10.2.0.0/24', '10.3.0.0/24'])
    client.must(['ip', 'route', 'add', net, 'via', '10.1.0.2']);
  for (const net of ['fd02::/64', 'fd03::/64']) client.must(['ip', 'route', 'add', net, 'via', 'fd01::2']);
  for (const [index, kind] of ['blackhole', 'unreachable', 'prohibit'].entries()) {
    client.must(['ip', 'route', 'add', kind, `10.${index + 4}.0.0/24`]);
    client.must(['ip', 'route', 'add', kind, `fd0${index + 4}::/64`]);
  }
  for (let n = 0; n < CLIENTS; n += 1) {
    client.must(['ip', 'addr', 'add', `10.0.1.${n + 1}/16`, 'dev', 'v1a']);
    client.must(['ip', 'addr', 'add', `fd00::1:${n + 1}/64`, 'dev', 'v1a', 'nodad']);
  }
  for (const { family, rows, tool } of FAMILIES) {
    for (const [index, { name, rule }] of rows.entries()) {
      for (const transport of ['tcp', 'udp']) {
        target.must([tool, '-A', 'INPUT', '-p', transport, '--dport', `${2000 + index}`, ...rule.split(' ')]);
      }
      const nft = NFT[name]?.[family];
      if (nft === undefined) continue;
      const ip = family === 4 ? 'ip' : 'ip6';
      target.must(['nft', '-f', '-'], {
        input: `table ${ip} matrix { chain input { type filter hook input priority 10; }\n }
          add rule ${ip} matrix input meta l4proto { tcp, udp } th dport ${3000 + index} ${nft}\n`,
      });
    }
    target.must([
      tool,
      '-A',
      'INPUT',
      '-p',
      'tcp',
      '--dport',
      `${TCP_RESET}`,
      '-j',
      'REJECT',
      '--reject-with',
      'tcp-reset',
    ]);
  }
  services = target.spawn(['node', '-e', SERVICES]);
  await once(services.stdout, 'data');
});

afterAll(async () => {
  prober.close();
  services.stdin.end();
  await once(services, 'exit');
  lab.close();
});

describe('without ICMP limits, everything at once', () => {
  beforeAll(() => {
    limits(target, false);
    limits(router, false);
  });
  afterAll(() => {
    limits(target, true);
    limits(router, true);
  });

  test.each(FAMILIES)('IPv$family', async ({ rows, target: address }) => {
    const expected = new Map<string, string>(
      rows.flatMap((row, index) =>
        [2000, 3000].flatMap((base) => [
          [`${address} tcp/${base + index}`, row.tcp] as const,
          [`${address} udp/${base + index}`, row.udp] as const,
        ]),
      ),
    );
    for (const [order, pair] of [...answering(address), ...unreachable(address)]) expected.set(order, pair);
    const { pairs } = await probe([...expected.keys()]);
    expect(pairs).toEqual(Object.fromEntries(expected));
  });
});

describe('while other programs are busy', () => {
  // Each TCP connection of the client's to itself counts as segments received.
  const CHATTER = `
const net = require('net');
const server = net.createServer((s) => s.resume().on('error', () => {})).listen(0, '127.0.0.1', () => {
  console.log('ready');
  setInterval(() => net.connect(server.address().port, '127.0.0.1', function () { this.destroy(); }).on('error', () => {}), 7);
});
process.stdin.on('end', () => process.exit()).resume();`;

  test.each(FAMILIES)(
    'IPv$family: rejected is not closed, and closed is not rejected',
    async ({ target: address }) => {
      limits(target, false);
      const chatter = client.spawn(['node', '-e', CHATTER]);
      await once(chatter.stdout, 'data');
      try {
        const rejected = [2001, 3001].map(
          (port) => [`${address} tcp/${port}`, 'filtered port-unreach'] as const,
        );
        const closed = range(6).map((n) => [`${address} tcp/${5100 + n}`, 'closed conn-refused'] as const);
        const orders = [...rejected, ...closed];
        // connect(2) may report an ICMPv6 message a second late, and then nothing tells it from what arrived meanwhile. On a busy machine
        // that may be so of any answer, but not always; one is never taken for the other.
        const ask = async (): Promise<readonly (readonly [string, string])[]> => {
          const { seen } = await probe(orders.map(([order]) => order));
          return seen.map(({ target: order, pair, evidence }) =>
            evidence.join().includes('by a TCP reset or by ICMP') ? [order, 'ambiguous'] : [order, pair],
          );
        };
        const late: unknown = expect.stringMatching(/^(ambiguous|filtered port-unreach)$/);
        const expected = rejected.map(([order, pair]) => [order, address.includes(':') ? late : pair]);
        const deadline = Date.now() + 120_000;
        let said = await ask();
        const isOpen = (): boolean =>
          said.slice(address.includes(':') ? rejected.length : 0).some(([, pair]) => pair === 'ambiguous');
        for (; isOpen() && Date.now() < deadline; said = await ask())
          expect(said.filter(([, pair], nth) => pair !== 'ambiguous' && pair !== orders[nth]?.[1])).toEqual(
            [],
          );
        expect(said).toEqual([...expected, ...closed]);
      } finally {
        chatter.stdin.end();
        await once(chatter, 'exit');
        limits(target, true);
      }
    },
  );
});

describe('with the ICMP limits hosts have', () => {
  let fresh = 0;
  // Limits are kept for each asker, so each row asks from an address of its own.
  function newcomer(address: string): void {
    fresh += 1;
    const source = address.includes(':') ? `fd00::1:${fresh}` : `10.0.1.${fresh}`;
    const net = address.includes(':') ? 'fd00::/64' : '10.0.0.0/16';
    client.must(['ip', 'route', 'replace', net, 'dev', 'v1a', 'src', source]);
  }

  describe.each(FAMILIES)('IPv$family', ({ rows, target: address }) => {
    test.each(rows.map((row, index) => ({ ...row, index })))('$name', async ({ index, tcp, udp }) => {
      newcomer(address);
      const orders = [
        `${address} tcp/${OPEN}`,
        `${address} tcp/${2000 + index}`,
        `${address} udp/${2000 + index}`,
      ];
      const { pairs } = await probe(orders);
      expect(Object.values(pairs)).toEqual(['open syn-ack', tcp, udp]);
    });

    test('unreachable, when nothing else of the host answers', async () => {
      newcomer(address);
      const orders = rows.flatMap((row, index) =>
        /^(host|net|addr)-un|no-route/.test(row.name) ? [`${address} tcp/${2000 + index}`] : [],
      );
      const { pairs } = await probe(orders);
      expect(Object.values(pairs).sort()).toEqual(['unreachable host-unreach', 'unreachable net-unreach']);
    });

    test('what answers, and what is not there', async () => {
      newcomer(address);
      const expected = new Map([...answering(address), ...unreachable(address)]);
      const { pairs } = await probe([...expected.keys()]);
      expect(pairs).toEqual(Object.fromEntries(expected));
    });

    test('five closed UDP ports beside ten rejected TCP ports, which are asked first: all five closed', async () => {
      newcomer(address);
      const tool = address.includes(':') ? 'ip6tables' : 'iptables';
      target.must([tool, '-I', 'INPUT', '-p', 'tcp', '--dport', '4000:4099', '-j', 'REJECT']);
      const tcp = range(10).map((n) => `${address} tcp/${4000 + n}`);
      const udp = range(5).map((n) => `${address} udp/${5000 + n}`);
      const { seen } = await probe([...tcp, ...udp]);
      expect(seen.slice(10).map(({ pair }) => pair)).toEqual(range(5).map(() => 'closed port-unreach'));
      explained(seen.slice(0, 10));
    });

    test('a hundred rejected TCP ports: rejected, or silent and said why', async () => {
      newcomer(address);
      const { seen } = await probe(
        range(100).map((n) => `${address} tcp/${4000 + n}`),
        { slowMs: 4000 },
      );
      explained(seen);
      expect(seen.filter(({ pair }) => pair === 'filtered port-unreach').length).toBeGreaterThan(5);
    });

    test('a hundred closed UDP ports: closed, or silent and said why', async () => {
      newcomer(address);
      const { seen } = await probe(
        range(100).map((n) => `${address} udp/${5000 + n}`),
        { slowMs: 4000 },
      );
      const silent = seen.filter(({ pair }) => pair === SILENT_UDP);
      expect(silent.every(({ doubt }) => doubt === 'icmp-rate-limited')).toBe(true);
      expect(seen.length - silent.length).toBeGreaterThan(5);
      expect(seen.every(({ pair }) => pair === SILENT_UDP || pair === 'closed port-unreach')).toBe(true);
    });
  });
});

describe("this machine's own firewall and routes", () => {
  test.each([
    {
      family: 4,
      tool: 'iptables',
      target: '10.0.0.2',
      via: (n: number) => `10.${n}.0.1`,
      none: '10.7.0.1',
      prohibited: 'icmp-admin-prohibited',
    },
    {
      family: 6,
      tool: 'ip6tables',
      target: 'fd00::2',
      via: (n: number) => `fd0${n}::1`,
      none: 'fd07::1',
      prohibited: 'icmp6-adm-prohibited',
    },
  ])('IPv$family', async ({ tool, target: address, via, none, prohibited }) => {
    const output = (port: number, ...rule: string[]): void => {
      for (const transport of rule.includes('tcp-reset') ? ['tcp'] : ['tcp', 'udp'])
        client.must([tool, '-A', 'OUTPUT', '-p', transport, '--dport', `${port}`, '-j', ...rule]);
    };
    output(6000, 'DROP');
    output(6001, 'REJECT');
    output(6002, 'REJECT', '--reject-with', prohibited);
    try {
      const expected = new Map<string, string>([[`${address} tcp/${OPEN}`, 'open syn-ack']]);
      for (const transport of ['tcp', 'udp']) {
        for (const where of [via(4), via(5), via(6), none])
          expected.set(`${where} ${transport}/7000`, 'error local-policy');
        for (const port of [6001, 6002])
          expected.set(`${address} ${transport}/${port}`, 'error local-policy');
      }
      expected.set(`${address} udp/6000`, 'error local-policy');
      // A dropped SYN is not reported to connect(2): no difference to a drop elsewhere.
      expected.set(`${address} tcp/6000`, 'filtered no-response');
      const { pairs } = await probe([...expected.keys()]);
      expect(pairs).toEqual(Object.fromEntries(expected));
    } finally {
      client.must([tool, '-F', 'OUTPUT']);
    }
  });
});

test('a host that answers some ports and drops the rest takes two timeouts, and little more', async () => {
  target.must(['iptables', '-I', 'INPUT', '-p', 'tcp', '--dport', '10101:10400', '-j', 'DROP']);
  const tcp = [OPEN, CLOSED, 103, 10100, 10101, 10102, 10103].map((port) => `10.0.0.2 tcp/${port}`);
  const http = [10301, 10302, 10303, 10304].map((port) => `10.0.0.2 http/${port}`);
  const udp = [10100, 10200, 10201, 10202, 10203].map((port) => `10.0.0.2 udp/${port}`);
  const { elapsedMs, seen } = await probe([...tcp, ...http, ...udp], { timeoutMs: 4000 });
  expect(seen.filter(({ pair }) => pair === 'filtered no-response')).toHaveLength(7);
  // A third would be another four seconds.
  expect(elapsedMs).toBeLessThan(3 * 4000 - 100);
});

test('an accepted connection is never asked again', async () => {
  await accepted();
  await probe(
    [OPEN, SILENT_ACCEPT, CLOSES].flatMap((port) => [`10.0.0.2 tcp/${port}`, `fd00::2 tcp/${port}`]),
  );
  expect((await accepted()).sort()).toEqual([OPEN, OPEN, SILENT_ACCEPT, SILENT_ACCEPT, CLOSES, CLOSES]);
});

/** A listening host's answers. */
function answering(address: string): readonly (readonly [string, string])[] {
  return [
    [`${address} tcp/${OPEN}`, 'open syn-ack'],
    [`${address} tcp/${CLOSED}`, 'closed conn-refused'],
    [`${address} tcp/${TCP_RESET}`, 'closed conn-refused'],
    [`${address} http/${HTTP}`, 'open http-response'],
    [`${address} http/${OPEN}`, 'open no-http-answer'],
    [`${address} http/${SILENT_ACCEPT}`, 'open no-http-answer'],
    [`${address} http/${CLOSES}`, 'open no-http-answer'],
    [`${address} http/${SPEAKS}`, 'open not-http'],
    [`${address} http/${CLOSED}`, 'closed conn-refused'],
    [`${address} udp/${ECHO}`, 'open udp-response'],
    [`${address} udp/${OPEN}`, SILENT_UDP],
    [`${address} udp/${CLOSED}`, 'closed port-unreach'],
  ];
}

/** Hosts that are down and networks nobody knows, behind the same cable and behind a router. */
function unreachable(address: string): readonly (readonly [string, string])[] {
  const six = address.includes(':');
  const [down, behind, unknown] = six
    ? ['fd00::99', 'fd02::99', 'fd03::1']
    : ['10.0.0.99', '10.2.0.99', '10.3.0.1'];
  return [
    [`${down} tcp/102`, 'unreachable host-unreach'],
    [`${down} tcp/10101`, 'unreachable host-unreach'],
    [`${down} udp/10100`, SILENT_UDP],
    [`${behind} tcp/102`, 'unreachable host-unreach'],
    [`${behind} udp/10100`, SILENT_UDP],
    [`${unknown} tcp/102`, 'unreachable net-unreach'],
    [`${unknown} udp/10100`, SILENT_UDP],
  ];
}

interface Seen {
  readonly target: string;
  readonly pair: string;
  readonly doubt?: string;
  readonly evidence: readonly string[];
}

/** No rejected port is reported as a drop without the doubt that explains it. */
function explained(seen: readonly Seen[]): void {
  for (const { target, pair, doubt } of seen) {
    if (pair === 'filtered port-unreach') continue;
    expect({ target, pair, doubt }).toEqual({
      target,
      pair: 'filtered no-response',
      doubt: 'icmp-rate-limited',
    });
  }
}

async function probe(
  targets: readonly string[],
  options: Partial<ProbeOptions> = {},
): Promise<Probed & { readonly pairs: Readonly<Record<string, string>> }> {
  const { elapsedMs, seen } = await prober.ask<Probed>('probe', { targets, options });
  return { elapsedMs, seen, pairs: Object.fromEntries(seen.map(({ target, pair }) => [target, pair])) };
}

interface Probed {
  readonly elapsedMs: number;
  readonly seen: readonly Seen[];
}

/** Ports of the target that accepted connections since the last call. */
async function accepted(): Promise<number[]> {
  services.stdin.write('?');
  const [line] = (await once(services.stdout, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as number[];
}

function limits(host: LabHost, on: boolean): void {
  host.must([
    'sysctl',
    '-qw',
    `net.ipv4.icmp_ratelimit=${on ? 1000 : 0}`,
    `net.ipv6.icmp.ratelimit=${on ? 100 : 0}`,
  ]);
}

function row(name: string, rule: string, tcp: string, udp: string): Row {
  return { name, rule: `-j ${rule}`, tcp, udp };
}

function reject(type: string): string {
  return `REJECT --reject-with ${type}`;
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
