import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VANTAGES } from '../../src/deployment/role.ts';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import type { FlowResult, Verdict } from '../../src/verdict/reports/report.ts';
import { validReport } from '../e2e/schema.ts';
import { forgetConnections } from './lab/forget-connections.ts';
import { shareOf } from '../thorough.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { programOn } from './lab/program-on.ts';

/**
 * Every vantage point × every endpoint × every way a firewall or a host can behave, on a real site: clients, a configuration PC, a web
 * server and an outsider behind a router, two server machines behind it, one of them with the allocator. What each verdict must be is
 * written down here a second time, by hand.
 */
const ENTRY = path.join(import.meta.dirname, '..', '..', 'bin', 'run.js');
const SITE = `
hosts:
  a: { address: [10.20.1.1, "fd20:1::1"], instances: 2, allocator: true }
  b: { address: [10.20.2.1, "fd20:2::1"], instances: 1 }
peers:
  client: [10.30.0.0/24, "fd30::/64"]
  config-tool: [10.31.0.5, "fd31::5"]
  web: [10.32.0.0/24, "fd32::/64"]
reading: example
`;

/** Who must reach what: the endpoint's purpose → roles, straight from the scheme (reading \`example\`). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'server.client': ['client'],
  'server.config': ['config-tool'],
  'server.http': ['allocator', 'web'],
  'server.udp': ['allocator'],
  'allocator.client': ['client'],
  'allocator.udp': ['server'],
};

type Kind = 'tcp' | 'http' | 'udp';

/** For each kind of port: the verdict where reachable is expected, and where blocked is. A list = either is right. */
type Outcome = Readonly<Record<Kind, readonly [reachable: Verdict, blocked: Verdict | readonly Verdict[]]>>;

interface Behaviour {
  readonly name: string;
  /** What listens on the servers: the stand-in, silent sockets, a wrong service, loopback only, IPv4 only, nothing. */
  readonly serve: 'listen' | 'silent' | 'wrong' | 'loopback' | 'ipv4' | 'nothing';
  /** Rules on the router for what goes to the servers, without the tool and chain. */
  readonly rules?: undefined | { readonly 4: readonly string[]; readonly 6: readonly string[] };
  readonly outcome: Outcome;
  /** Where IPv6 differs. */
  readonly outcome6?: Outcome;
}

const ALL_PASS: Outcome = { tcp: ['pass', 'fail'], http: ['pass', 'fail'], udp: ['pass', 'fail'] };
const CLOSED: Outcome = { tcp: ['fail', 'unproven'], http: ['fail', 'unproven'], udp: ['fail', 'unproven'] };
/** TCP surely fails; whether it was a firewall is not known, since nothing else of the address ever answered. */
const LOST: Outcome = {
  tcp: ['fail', 'unproven'],
  http: ['fail', 'unproven'],
  udp: ['unproven', 'unproven'],
};

const reject = (v4: string, v6: string): Behaviour['rules'] => ({
  4: [`-j REJECT --reject-with ${v4}`],
  6: [`-j REJECT --reject-with ${v6}`],
});
/** ICMP that nobody but a firewall sends; where TCP can't say so, UDP of the same address does. */
const PROHIBITED: Outcome = { tcp: ['fail', 'pass'], http: ['fail', 'pass'], udp: ['fail', 'pass'] };
/** Port unreachable: a firewall's for TCP where it can be distinguished from a reset; for UDP it is what a closed port says. */
const PORT_UNREACH: Outcome = {
  tcp: ['fail', ['pass', 'unproven']],
  http: ['fail', ['pass', 'unproven']],
  udp: ['fail', 'unproven'],
};

const BEHAVIOURS: readonly Behaviour[] = [
  { name: 'open, the stand-in answers', serve: 'listen', outcome: ALL_PASS },
  { name: 'open, UDP silent', serve: 'silent', outcome: { ...ALL_PASS, udp: ['unproven', 'unproven'] } },
  {
    name: 'wrong service',
    serve: 'wrong',
    outcome: { tcp: ['pass', 'fail'], http: ['fail', 'fail'], udp: ['pass', 'fail'] },
  },
  { name: 'closed', serve: 'nothing', outcome: CLOSED },
  { name: 'bound to loopback only', serve: 'loopback', outcome: CLOSED },
  {
    name: 'IPv4 only',
    serve: 'ipv4',
    outcome: { ...ALL_PASS, udp: ['unproven', 'unproven'] },
    outcome6: CLOSED,
  },
  { name: 'DROP', serve: 'listen', rules: { 4: ['-j DROP'], 6: ['-j DROP'] }, outcome: LOST },
  {
    name: 'the way back is lost',
    serve: 'listen',
    rules: { 4: ['-j ACCEPT', 'BACK -j DROP'], 6: ['-j ACCEPT', 'BACK -j DROP'] },
    outcome: LOST,
  },
  {
    name: 'tcp-reset',
    serve: 'listen',
    rules: {
      4: ['-p tcp -j REJECT --reject-with tcp-reset', '-j DROP'],
      6: ['-p tcp -j REJECT --reject-with tcp-reset', '-j DROP'],
    },
    outcome: LOST,
  },
  {
    name: 'port-unreachable',
    serve: 'listen',
    rules: reject('icmp-port-unreachable', 'icmp6-port-unreachable'),
    outcome: PORT_UNREACH,
  },
  {
    name: 'host-unreachable',
    serve: 'listen',
    rules: reject('icmp-host-unreachable', 'icmp6-addr-unreachable'),
    outcome: LOST,
  },
  {
    name: 'net-unreachable',
    serve: 'listen',
    rules: reject('icmp-net-unreachable', 'icmp6-no-route'),
    outcome: LOST,
  },
  {
    name: 'admin-prohibited',
    serve: 'listen',
    rules: reject('icmp-admin-prohibited', 'icmp6-adm-prohibited'),
    outcome: PROHIBITED,
  },
  {
    name: 'host-prohibited',
    serve: 'listen',
    rules: reject('icmp-host-prohibited', 'icmp6-policy-fail'),
    outcome: PROHIBITED,
  },
  {
    name: 'net-prohibited',
    serve: 'listen',
    rules: reject('icmp-net-prohibited', 'icmp6-reject-route'),
    outcome: PROHIBITED,
  },
];

/** [TCP and HTTP ports, HTTP ports among them, UDP ports] of each server machine. */
const PORTS = {
  a: { tcp: [102, 103, 10100, 10101], http: [10301, 10302], udp: [10100, 10200, 10201] },
  b: { tcp: [102, 103], http: [10301], udp: [10200] },
} as const;

const SERVER = `
const [mode, { tcp, http, udp }] = JSON.parse(process.argv[1]);
const net = require('net'), dgram = require('dgram');
const hosts = { loopback: ['127.0.0.1', '::1'], ipv4: ['0.0.0.0'] }[mode] ?? ['0.0.0.0', '::'];
let left = hosts.length * (tcp.length + http.length + udp.length);
const held = () => (left -= 1) === 0 && console.log('ready');
for (const host of hosts) {
  for (const port of tcp) net.createServer((s) => { s.on('error', () => {}).resume(); }).listen({ port, host, ipv6Only: true }, held);
  for (const port of http) {
    const server = mode === 'wrong' ? net.createServer((s) => { s.on('error', () => {}); s.end('220 hello\\r\\n'); }) : require('http').createServer((q, r) => r.end('ok'));
    server.listen({ port, host, ipv6Only: true }, held);
  }
  for (const port of udp) {
    const isIpv6 = host.includes(':');
    const socket = dgram.createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: isIpv6 });
    if (mode === 'wrong') socket.on('message', (m, from) => socket.send('what?', from.port, from.address));
    socket.bind(port, host, held);
  }
}
`;

const lab = createLab();
const router = lab.host('router');
const servers = { a: lab.host('a'), b: lab.host('b') };
const vantages: Record<string, LabHost> = {};
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-matrix-'));
const site = path.join(folder, 'site.yaml');

beforeAll(() => {
  writeFileSync(site, SITE);
  // Every machine on a network of its own, so that all traffic crosses the router.
  const networks = { a: ['20.1', '20:1'], b: ['20.2', '20:2'] } as const;
  for (const [key, [v4, v6]] of Object.entries(networks)) {
    attach(servers[key as 'a' | 'b'], `10.${v4}`, `fd${v6}:`, 1);
  }
  const places = { client: [30, 7], 'config-tool': [31, 5], web: [32, 7], outsider: [33, 7] } as const;
  for (const [role, [net, n]] of Object.entries(places)) {
    const host = lab.host(role);
    vantages[role] = host;
    attach(host, `10.${net}.0`, `fd${net}:`, n);
  }
  vantages.allocator = servers.a;
  vantages.server = servers.b;
  vantages.all = vantages.client!;
  router.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  // Shorter than a behaviour takes: what one leaves behind must not let the next one's packets pass.
  forgetConnections(router, 2);
  for (const host of [router, ...Object.values(servers)]) {
    // The kernel's limit on ICMP is another test's business (probe-matrix).
    host.must([
      'sysctl',
      '-qw',
      'net.ipv4.icmp_ratelimit=0',
      'net.ipv6.icmp.ratelimit=0',
      'net.ipv4.icmp_msgs_per_sec=100000',
      'net.ipv4.icmp_msgs_burst=100000',
    ]);
  }
});

afterAll(() => {
  lab.close();
  rmSync(folder, { recursive: true });
});

/** A cable to the router, which is the host's way to everything else. */
function attach(host: LabHost, v4: string, v6: string, n: number): void {
  lab.cable(router, [`${v4}.254/24`, `${v6}:fe/64`], host, [`${v4}.${n}/24`, `${v6}:${n}/64`]);
  host.must(['ip', 'route', 'add', 'default', 'via', `${v4}.254`]);
  host.must(['ip', '-6', 'route', 'add', 'default', 'via', `${v6}:fe`]);
}

async function behave({ serve, rules }: Behaviour): Promise<() => void> {
  for (const [family, tool] of [
    [4, 'iptables'],
    [6, 'ip6tables'],
  ] as const) {
    router.must([tool, '-F', 'FORWARD']);
    for (const rule of rules?.[family] ?? []) {
      const isBack = rule.startsWith('BACK ');
      for (const link of ['v1a', 'v2a']) {
        router.must([
          tool,
          '-A',
          'FORWARD',
          isBack ? '-i' : '-o',
          link,
          ...(isBack ? [] : ['-m', 'conntrack', '!', '--ctstate', 'ESTABLISHED,RELATED']),
          ...rule.replace('BACK ', '').split(' '),
        ]);
      }
    }
  }
  const children = Object.entries(servers).flatMap(([key, host]) => {
    if (serve === 'nothing') return [];
    const stand = [ENTRY, 'listen', '--site', site, '--host', key, '--quiet'];
    const plain = ['-e', SERVER, JSON.stringify([serve, PORTS[key as 'a' | 'b']])];
    return [host.spawn(['node', ...(serve === 'listen' ? stand : plain)])];
  });
  await Promise.all(children.map((child) => new Promise((resolve) => child.stdout.once('data', resolve))));
  return () => {
    for (const child of children) child.kill('SIGKILL');
  };
}

async function check(vantage: string): Promise<CheckReport> {
  const argv = ['check', '--site', site, '--as', vantage, '--timeout', '1200', '--retries', '1', '--json'];
  const { stdout } = await programOn(vantages[vantage]!)(argv);
  return validReport(stdout) as CheckReport;
}

const KEY = /^(server|allocator)(?:-\d+)?\.(.+)$/;

function mustReach(vantage: string, { endpoint }: FlowResult): boolean {
  const [, owner = '', purpose = ''] = KEY.exec(endpoint) ?? [];
  return vantage === 'all' || (REQUIRED[`${owner}.${purpose}`] ?? []).includes(vantage);
}

describe.each(shareOf(BEHAVIOURS, 4))('$name', (behaviour) => {
  const reports: Record<string, CheckReport> = {};

  beforeAll(async () => {
    const stop = await behave(behaviour);
    try {
      await Promise.all(VANTAGES.map(async (vantage) => (reports[vantage] = await check(vantage))));
    } finally {
      stop();
    }
  });

  test.each(VANTAGES)('as %s', (vantage) => {
    const own = { allocator: 'a', server: 'b' }[vantage as string];
    const flows = reports[vantage]!.flows.filter(({ host }) => host !== own);
    expect(flows.length).toBeGreaterThan(7);
    const wrong = flows.flatMap((flow) => {
      const kind = flow.transport === 'udp' ? 'udp' : flow.endpoint.endsWith('.http') ? 'http' : 'tcp';
      const isIpv6 = flow.address?.includes(':') === true;
      const expected = mustReach(vantage, flow) ? 'reachable' : 'blocked';
      const outcome = isIpv6 ? (behaviour.outcome6 ?? behaviour.outcome) : behaviour.outcome;
      const verdicts = [outcome[kind][expected === 'reachable' ? 0 : 1]].flat();
      const isRight = flow.expected === expected && verdicts.includes(flow.verdict);
      return isRight
        ? []
        : [
            `${flow.id}: ${flow.expected}, ${flow.state} ${flow.reason}, ${flow.verdict}; should be ${expected}, ${verdicts.join(' or ')}`,
          ];
    });
    expect(wrong).toEqual([]);
  });
});
