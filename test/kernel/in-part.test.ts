import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressSet, toBound } from '../../src/net/address-set.ts';
import { parseAddress, type Address } from '../../src/net/address.ts';
import { holds } from '../../src/net/interval-set.ts';
import { parsePrefix } from '../../src/net/prefix.ts';
import type { AuditedFlow, AuditReport } from '../../src/verdict/reports/audit-report.ts';
import { runInProcess } from '../e2e/in-process.ts';
import { validReport } from '../e2e/schema.ts';
import { createLab, type LabHost } from './lab/lab.ts';

// Who is blocked with some of the connections only is listed as such: the others are blocked from every source port, and these
// from the one that is named, but not from another.

const [OWN4, SECOND, OWN6] = ['10.20.0.11', '10.20.0.12', 'fd00:20::11'];
const CLIENTS = ['10.20.0.4', '10.20.0.5', '10.20.0.6', '10.20.0.7', 'fd00:20::4', 'fd00:20::5'];
const ALLOW = 'client=10.20.0.4/30,fd00:20::4/127';
const BASE = path.join(tmpdir(), `in-part-${process.pid}`);
const lab = createLab();
let [client, server] = [] as unknown as [LabHost, LabHost];
let stop: () => void;

beforeAll(async () => {
  [client, server] = [lab.host('client'), lab.host('server')];
  const own = [`${OWN4}/24`, `${SECOND}/24`, `${OWN6}/64`];
  lab.cable(
    client,
    CLIENTS.map((one) => `${one}/${one.includes(':') ? 64 : 24}`),
    server,
    own,
  );
  const echo = `
    const udp = (type, address) => { const s = require('dgram').createSocket(type); s.on('message', (m, from) => s.send(m, from.port, from.address)); s.bind(10100, address); };
    udp('udp4', '${OWN4}'); udp('udp6', '${OWN6}');
    require('net').createServer((s) => { s.on('error', () => {}); s.end('x'); }).listen(102, '::', () => console.log('ready'));`;
  const child = server.spawn(['node', '-e', echo]);
  stop = () => child.kill('SIGKILL');
  await new Promise((resolve) => child.stdout.once('data', resolve));
}, 60_000);

afterAll(() => {
  for (const end of ['nft', 'yaml']) rmSync(`${BASE}.${end}`, { force: true });
  stop();
  lab.close();
});

interface Attempt {
  readonly transport: 'tcp' | 'udp';
  readonly from: string;
  readonly port: number;
  readonly to: string;
}

/** Which of the attempts get an answer. */
function answered(attempts: readonly Attempt[]): readonly boolean[] {
  const script = `
    const one = ({ transport, from, port, to }) => new Promise((resolve) => {
      const end = setTimeout(() => done(false), 1500);
      let stop;
      const done = (is) => { clearTimeout(end); stop(); resolve(is); };
      if (transport === 'udp') {
        const s = require('dgram').createSocket(to.includes(':') ? 'udp6' : 'udp4');
        stop = () => s.close();
        s.on('message', () => done(true));
        s.bind(port, from, () => s.send('x', 10100, to));
      } else {
        const s = require('net').connect({ host: to, port: 102, localAddress: from, localPort: port });
        stop = () => s.destroy();
        s.on('data', () => done(true));
        s.on('error', () => done(false));
      }
    });
    Promise.all(${JSON.stringify(attempts)}.map(one)).then((all) => console.log(JSON.stringify(all)));`;
  return JSON.parse(client.must(['node', '-e', script])) as boolean[];
}

const table = (input: string, output = ''): string => `table inet t {
  chain i {
    type filter hook input priority filter; policy drop;
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    ${input}
  }
  chain o {
    type filter hook output priority filter; policy accept;
    ${output}
  }
}
`;

async function audited(text: string, hosts: string): Promise<readonly AuditedFlow[]> {
  server.must(['nft', '-f', '-'], { input: `flush ruleset\n${text}` });
  const [file, site] = [`${BASE}.nft`, `${BASE}.yaml`];
  writeFileSync(file, server.must(['nft', 'list', 'ruleset']));
  const peers = ALLOW.slice('client='.length);
  writeFileSync(
    site,
    `hosts: { a: { address: [${hosts}], instances: 1 } }\npeers: { client: [${peers}], server: [${peers}] }\n`,
  );
  const { stdout } = await runInProcess(['audit', file, '--site', site, '--json', '--quiet']);
  return (validReport(stdout) as AuditReport).flows.filter(
    ({ from, transport }) => from.role === (transport === 'tcp' ? 'client' : 'server'),
  );
}

function isListed(list: readonly string[], address: Address): boolean {
  const set = addressSet(
    list.map((one) => parsePrefix(one, 'the report')),
    address.family,
  );
  return holds(set, toBound(address));
}

describe.each([
  ['an answer', 'ip saddr 10.20.0.4/31 tcp dport 102 accept', 'tcp dport 10101 drop', 'tcp'],
  ['an answer, IPv6', 'ip6 saddr fd00:20::5 tcp dport 102 accept', 'tcp dport 10090-10110 drop', 'tcp'],
  [
    'a datagram',
    'udp sport 10101-10110 drop\nip saddr 10.20.0.6 udp dport 10100 accept\nip6 saddr fd00:20::4 udp dport 10100 accept',
    '',
    'udp',
  ],
] as const)('%s that is dropped by its port', (_, input, output, transport) => {
  test('is said of those whom nothing else keeps out', async () => {
    const flows = await audited(table(input, output), `${OWN4}, "${OWN6}"`);
    const flow = flows.find((one) => one.transport === transport && [102, 10_100].includes(one.port));
    const proof = flow!.proof;
    const attempts = CLIENTS.flatMap((from) =>
      [10_101, 40_001].map((port): Attempt => ({
        ...{ transport, from, port },
        to: from.includes(':') ? OWN6 : OWN4,
      })),
    );
    const got = answered(attempts);
    const said = attempts.map(({ from, port }) => {
      const address = parseAddress(from, 'a client');
      if (isListed(proof.allowedFrom, address)) return true;
      expect(isListed(proof.blockedFrom, address)).toBe(true);
      return isListed(proof.inPartFrom, address) && port === 40_001;
    });
    expect(said).toEqual(got);
    expect(new Set(said).size).toBe(2);
    expect(proof.decidedBy.some(({ only }) => only?.sourcePort !== undefined)).toBe(true);
  });
});

test('ECN that is dropped, and one of two addresses, keep out a part of the connections alone', async () => {
  const ecn = await audited(table('tcp flags & (ecn|cwr) == ecn|cwr drop\ntcp dport 102 accept'), OWN4);
  expect(ecn.find(({ port }) => port === 102)?.proof).toMatchObject({
    result: 'blocked',
    inPartFrom: ['10.20.0.4/30'],
    decidedBy: [{ result: 'blocked', only: { isEcn: true } }],
  });
  client.must(['sysctl', '-qw', 'net.ipv4.tcp_ecn=0']);
  expect(answered([{ transport: 'tcp', from: CLIENTS[0]!, port: 40_002, to: OWN4 }])).toEqual([true]);

  const one = await audited(table(`ip daddr ${OWN4} tcp dport 102 accept`), `${OWN4}, ${SECOND}`);
  expect(one.find(({ port }) => port === 102)?.proof).toMatchObject({
    inPartFrom: ['10.20.0.4/30'],
    decidedBy: [{ result: 'blocked', only: { to: SECOND } }],
  });
  const both = [OWN4, SECOND].map((to, nth) => ({
    ...{ transport: 'tcp' as const, from: CLIENTS[0]!, port: 40_003 + nth, to },
  }));
  expect(answered(both)).toEqual([true, false]);
});
