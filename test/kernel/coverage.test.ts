import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Family } from '../../src/net/address.ts';
import { banned, HOST, PORTS, PROBES, SOURCES } from './coverage-probes.ts';
import { shareOf } from '../thorough.ts';
import { createLab, type Lab, type LabHost } from './lab/lab.ts';
import { startAgent, type Agent } from './rules-agent.ts';
import { disagreements, load, rename, answersOf } from './compare-with-kernel.ts';

// The answers that test/firewall/coverage pins, held against the kernel: each capture is loaded again, and packets of every
// kind of source go to every port. What the program calls allowed arrives and is answered, what it calls blocked is not.

const fixture = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, '../firewall/coverage/fixtures', name), 'utf8');

const CONTAINER = { 4: '172.17.0.2', 6: 'fd00:dc::242:ac11:2' } as const;
/** Between the machine and what is behind it. */
const BETWEEN = ['169.254.9.1/30', 'fd99::1/64'];
/** Where the host is: behind the machine with the rules, or the machine itself, with or without a container behind it. */
type Place = 'here' | 'container' | 'behind';

const MACHINES: readonly (readonly [captures: readonly string[], place: Place])[] = [
  [both('ufw'), 'here'],
  [both('ufw.legacy'), 'here'],
  [both('ufw-limit'), 'here'],
  [both('ufw-gateway'), 'behind'],
  [both('ufw-router'), 'behind'],
  [['firewalld.nft'], 'here'],
  [['firewalld-iptables.ipset', ...both('firewalld-iptables')], 'here'],
  [['firewalld-iptables.legacy.ipset', ...both('firewalld-iptables.legacy')], 'here'],
  [['firewalld-open.nft'], 'here'],
  [both('docker'), 'container'],
  [both('docker.legacy'), 'container'],
  [both('docker-ufw'), 'container'],
  [['fail2ban.ipset', ...both('fail2ban'), 'fail2ban.nft'], 'here'],
  [['own-nft.nft'], 'here'],
  [both('own-iptables'), 'here'],
  [['own-nft-gateway.nft'], 'behind'],
  [both('own-iptables-gateway'), 'behind'],
];

function both(name: string): readonly string[] {
  return [`${name}.iptables-save`, `${name}.ip6tables-save`];
}

test.each(shareOf(MACHINES, 3))('%s', async (names, place) => {
  const lab = createLab();
  const agents: Agent[] = [];
  try {
    const captures = names.map((file) => ({ file, text: fixture(file) }));
    const { client, servers, machine } = build(lab, place);
    for (const { file, text } of captures)
      load(machine, { file, text: file.endsWith('.nft') && names.length > 1 ? besideIptables(text) : text });
    for (const { host, addresses } of servers) {
      const agent = startAgent(host);
      agents.push(agent);
      await agent.listen(Object.values(addresses), PORTS.tcp, PORTS.udp);
    }
    const asker = startAgent(client);
    agents.push(asker);
    const answers = answersOf(captures, PROBES, place === 'behind' ? 'forward' : 'input');
    expect(await disagreements(asker, PROBES, answers)).toEqual([]);
    const undecided = answers.filter((answer) => answer === 'undecided');
    expect(undecided.length).toBe(names[0]?.startsWith('ufw-limit') === true ? LIMITED : 0);
  } finally {
    for (const agent of agents) agent.close();
    lab.close();
  }
});

/** The clients' TCP 102 over IPv4, which `ufw limit` is for. */
const LIMITED = 1 + banned('').length;

/** The tables of a listing that are not those of iptables, which were loaded before. */
function besideIptables(listing: string): string {
  return listing
    .split(/^(?=table )/m)
    .filter((table) => table.startsWith('table inet'))
    .join('');
}

/** The machine with the rules, its first interface called eth0 as on the machines the captures are of. */
function build(
  lab: Lab,
  place: Place,
): {
  readonly client: LabHost;
  readonly machine: LabHost;
  readonly servers: readonly {
    readonly host: LabHost;
    readonly addresses: Readonly<Record<Family, string>>;
  }[];
} {
  const [client, machine] = [lab.host('client'), lab.host('machine')];
  const isBehind = place === 'behind';
  const own = isBehind ? ['10.20.0.1/8', 'fd00:20::1/16'] : [`${HOST[4]}/8`, `${HOST[6]}/16`];
  lab.cable(
    client,
    [...SOURCES[4].map((address) => `${address}/8`), ...SOURCES[6].map((address) => `${address}/16`)],
    machine,
    own,
  );
  rename(machine, 'v1b', 'eth0', own);
  if (place === 'here') return { client, machine, servers: [{ host: machine, addresses: HOST }] };
  const far = lab.host('far');
  machine.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  const server = isBehind ? HOST : CONTAINER;
  lab.cable(far, [`${server[4]}/32`, `${server[6]}/128`], machine, BETWEEN);
  rename(machine, 'v2b', isBehind ? 'eth1' : 'docker0', BETWEEN);
  const [near, link] = [isBehind ? 'eth1' : 'docker0', 'v2a'];
  for (const family of [4, 6] as const) {
    machine.must(['ip', `-${family}`, 'route', 'add', server[family], 'dev', near]);
    const gateway = { 4: '169.254.9.1', 6: 'fd99::1' }[family];
    far.must(['ip', `-${family}`, 'route', 'add', gateway, 'dev', link]);
    far.must(['ip', `-${family}`, 'route', 'add', 'default', 'via', gateway, 'dev', link]);
    if (isBehind) {
      const router = { 4: '10.20.0.1', 6: 'fd00:20::1' }[family];
      client.must(['ip', `-${family}`, 'route', 'add', server[family], 'via', router]);
    }
  }
  // A published port that no rule forwards is taken by Docker's proxy on the host.
  const published = { host: far, addresses: server };
  return {
    client,
    machine,
    servers: isBehind ? [published] : [published, { host: machine, addresses: HOST }],
  };
}
