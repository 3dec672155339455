import { writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressSet, toBound } from '../../src/net/address-set.ts';
import { parseAddress } from '../../src/net/address.ts';
import { holds } from '../../src/net/interval-set.ts';
import { parsePrefix } from '../../src/net/prefix.ts';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import { runInProcess } from '../e2e/in-process.ts';
import { validReport } from '../e2e/schema.ts';
import { createLab, type LabHost } from './lab/lab.ts';

// Whom NAT leads from a port to one that they may use does not get at the first; whom it leads to one that they may not use does
// get in. Listeners say which port they are.

const OWN = { 4: '10.20.0.11', 6: 'fd00:20::11' } as const;
const SOURCES = ['10.20.0.4', '10.20.0.5', '10.20.0.6', '10.20.0.7', '10.20.0.8', 'fd00:20::4', 'fd00:20::5'];
/** Another host of the site, beyond the first. */
const OTHER = '10.21.0.2';
/** Who may connect to which port; nobody else may, nor to any other port. */
const MAY: Readonly<Record<number, readonly string[]>> = {
  102: ['10.20.0.4', '10.20.0.5', '10.20.0.8', 'fd00:20::4'],
  103: ['10.20.0.5', '10.20.0.8'],
  10301: [],
};
const BASE = path.join(tmpdir(), `led-to-allowed-${process.pid}`);
const lab = createLab();
let [client, server] = [] as unknown as [LabHost, LabHost];
let stop: () => void;

beforeAll(async () => {
  [client, server] = [lab.host('client'), lab.host('server')];
  lab.cable(
    client,
    SOURCES.map((one) => `${one}/${one.includes(':') ? 64 : 24}`),
    server,
    [`${OWN[4]}/24`, `${OWN[6]}/64`],
  );
  const listen = `let open = 0;
    for (const port of [102, 103, 10301]) require('net').createServer((s) => { s.on('error', () => {}); s.end(String(port)); }).listen(port, '::', () => { if (++open === 3) console.log('ready'); });`;
  const other = lab.host('other');
  lab.cable(server, ['10.21.0.1/24'], other, [`${OTHER}/24`]);
  other.must(['ip', 'route', 'add', 'default', 'via', '10.21.0.1']);
  server.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  const children = [server, other].map((one) => one.spawn(['node', '-e', listen]));
  stop = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  await Promise.all(children.map((child) => new Promise((resolve) => child.stdout.once('data', resolve))));
}, 60_000);

afterAll(() => {
  stop();
  lab.close();
  for (const end of ['rules', 'rules6', 'yaml']) rmSync(`${BASE}.${end}`, { force: true });
});

interface Attempt {
  readonly from: string;
  readonly port: number;
}

/** Which listener each of them gets to; 0 for none. */
function reached(attempts: readonly Attempt[]): readonly number[] {
  const script = `
    const one = ({ from, port }) => new Promise((resolve) => {
      const s = require('net').connect({ host: from.includes(':') ? '${OWN[6]}' : '${OWN[4]}', port, localAddress: from });
      const done = (at) => { clearTimeout(end); s.destroy(); resolve(at); };
      const end = setTimeout(() => done(0), 1500);
      s.on('data', (data) => done(Number(data)));
      s.on('error', () => done(0));
    });
    Promise.all(${JSON.stringify(attempts)}.map(one)).then((all) => console.log(JSON.stringify(all)));`;
  return JSON.parse(client.must(['node', '-e', script])) as number[];
}

const NFT = `
table inet n {
  chain p {
    type nat hook prerouting priority dstnat; policy accept;
    ip saddr 10.20.0.4 meta l4proto tcp dnat ip to 10.20.0.11:102 comment "a rule that is longer than all others of this file"
    ip saddr 10.20.0.5 tcp dport { 102, 10301 } redirect to :103
    ip saddr 10.20.0.6 meta l4proto tcp redirect to :102
    ip saddr 10.20.0.8 tcp dport 10301 redirect to :102-103
    ip6 saddr fd00:20::4 tcp dport 10301 dnat ip6 to [fd00:20::11]:102
    ip6 saddr fd00:20::5 tcp dport vmap { 103 : goto m, 10301 : goto m }
  }
  chain m {
    meta l4proto tcp redirect to :tcp dport map { 103 : 102, 10301 : 103 }
  }
}
table inet f {
  chain i {
    type filter hook input priority filter; policy drop;
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    tcp dport { 102, 103 } ip saddr { 10.20.0.4, 10.20.0.5, 10.20.0.6, 10.20.0.8 } accept
    tcp dport { 102, 103 } ip6 saddr { fd00:20::4, fd00:20::5 } accept
  }
}
`;
/** A line that ends at the length of the longest may have been cut. */
const LONG =
  '-p udp -m comment --comment "a rule that is longer than all others, none of which was cut there" -j DROP';
const tables = (nat: readonly string[], filter: readonly string[]): string =>
  ['*nat', ...nat.map((rule) => `-A PREROUTING ${rule}`), 'COMMIT']
    .concat([
      '*filter',
      ':INPUT DROP [0:0]',
      ...[...filter, LONG].map((rule) => `-A INPUT ${rule}`),
      'COMMIT',
      '',
    ])
    .join('\n');
const IPTABLES = {
  v4: tables(
    [
      '-s 10.20.0.4/32 -p tcp -j DNAT --to-destination 10.20.0.11:102',
      '-s 10.20.0.7/32 -p tcp -j REDIRECT --to-ports 103',
      '-s 10.20.0.8/32 -p tcp -m tcp --dport 10301 -j DNAT --to-destination 10.20.0.11:102-103',
    ],
    [
      '-p tcp -m tcp --dport 102 -j ACCEPT',
      '-s 10.20.0.8/32 -p tcp -m tcp --dport 103 -j ACCEPT',
      '-s 10.20.0.7/32 -p tcp -m tcp --dport 103 -j ACCEPT',
    ],
  ),
  v6: tables(
    ['-s fd00:20::4/128 -p tcp -j DNAT --to-destination [fd00:20::11]:102'],
    ['-p ipv6-icmp -j ACCEPT', '-s fd00:20::4/128 -p tcp -m tcp --dport 102 -j ACCEPT'],
  ),
};

/** To another host of the site. */
const AWAY = `
table ip n {
  chain p {
    type nat hook prerouting priority dstnat; policy accept;
    ip saddr 10.20.0.4 tcp dport 10301 dnat to ${OTHER}:102
    ip saddr 10.20.0.4 tcp dport 103 dnat to ${OTHER}:103
    ip saddr 10.20.0.8 tcp dport 10301 dnat to ${OTHER}:102-103 comment "to any of two ports, both of which it may use"
    ip saddr 10.20.0.6 tcp dport { 102, 10301 } dnat to ${OTHER}
  }
}
table ip f {
  chain i {
    type filter hook input priority filter; policy drop;
  }
}
`;

const DIALECTS = [
  [
    'nft',
    () => {
      server.must(['nft', '-f', '-'], { input: `flush ruleset\n${NFT}` });
      writeFileSync(`${BASE}.rules`, server.must(['nft', 'list', 'ruleset']));
      return [`${BASE}.rules`];
    },
  ],
  [
    'nft, to another host',
    () => {
      server.must(['nft', '-f', '-'], { input: `flush ruleset\n${AWAY}` });
      writeFileSync(`${BASE}.rules`, server.must(['nft', 'list', 'ruleset']));
      return [`${BASE}.rules`, '--host', 'a', '--forwarding'];
    },
  ],
  [
    'iptables',
    () => {
      server.must(['nft', 'flush', 'ruleset']);
      server.must(['iptables-restore'], { input: IPTABLES.v4 });
      server.must(['ip6tables-restore'], { input: IPTABLES.v6 });
      writeFileSync(`${BASE}.rules`, server.must(['iptables-save']));
      writeFileSync(`${BASE}.rules6`, server.must(['ip6tables-save']));
      return [`${BASE}.rules`, `${BASE}.rules6`];
    },
  ],
] as const;

test.each(DIALECTS)('%s', async (_, load) => {
  const files = load();
  const list = (port: number): string => JSON.stringify(MAY[port]);
  writeFileSync(
    `${BASE}.yaml`,
    `hosts: { a: { address: ["${OWN[4]}", "${OWN[6]}"], instances: 1, allocator: false }, b: { address: ${OTHER}, instances: 1, allocator: false } }\npeers: { client: ${list(102)}, config-tool: ${list(103)} }\n`,
  );
  const { stdout } = await runInProcess(['audit', ...files, '--site', `${BASE}.yaml`, '--json', '--quiet']);
  const flows = (validReport(stdout) as AuditReport).flows.filter(
    ({ from, host }) => from.role === 'outsider' && host === 'a',
  );
  const asked = flows.flatMap(({ port, proof }) =>
    SOURCES.filter((from) => MAY[port]?.includes(from) !== true).map((from) => ({ from, port, proof })),
  );
  const got = reached(asked);
  const isExposed = asked.map(({ from }, nth) => got[nth] !== 0 && MAY[got[nth]!]?.includes(from) !== true);
  const isSaid = asked.map(({ from, proof }) => {
    const source = parseAddress(from, 'a source');
    const isIn = (prefixes: readonly string[]): boolean =>
      holds(
        addressSet(
          prefixes.map((one) => parsePrefix(one, 'the report')),
          source.family,
        ),
        toBound(source),
      );
    expect(isIn(proof.undecidedFrom) ? [from, proof.why, proof.cases, proof.trace] : []).toEqual([]);
    return isIn(proof.allowedFrom);
  });
  expect(asked.map(({ from, port }, nth) => `${from} ${port} ${isSaid[nth]}`)).toEqual(
    asked.map(({ from, port }, nth) => `${from} ${port} ${isExposed[nth]}`),
  );
  expect(got.some((at, nth) => at !== 0 && !isExposed[nth])).toBe(true);
  expect(isExposed).toContain(true);
});
