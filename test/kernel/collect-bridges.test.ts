import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditReport, AuditedFlow } from '../../src/verdict/reports/audit-report.ts';
import { parseAddress } from '../../src/net/address.ts';
import { parsePrefix, prefixContains } from '../../src/net/prefix.ts';
import { validReport } from '../e2e/schema.ts';
import { runInProcess } from '../e2e/in-process.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { startAgent, type Agent } from './rules-agent.ts';
import { collectOn, programOn } from './lab/program-on.ts';

/**
 * A server with containers behind a bridge, as Docker makes it: what `audit` says of the collected machine is what packets do, and
 * nothing is left undecided. Its rules stand in three places at once: Docker's chains in iptables-nft, those of ufw in
 * iptables-legacy, and tables of its own in nft.
 */
const lab = createLab();
const [server, web, sibling] = ['server', 'web', 'sibling'].map((name) => lab.host(name)) as [
  LabHost,
  LabHost,
  LabHost,
];
const [client, tool, outsider] = ['client', 'tool', 'outsider'].map((name) => lab.host(name)) as [
  LabHost,
  LabHost,
  LabHost,
];
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-collect-bridges-'));
const HOST = '10.20.0.11';
const CONTAINER = '172.17.0.2';
const ALLOWED = ['client=10.30.0.0/24', 'config-tool=10.20.0.9', 'web=172.17.0.0/16'];

const DOCKER = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 102 -j MASQUERADE
-A DOCKER -i docker0 -j RETURN
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 102 -j DNAT --to-destination 172.17.0.2:102
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-ISOLATION-STAGE-1 - [0:0]
:DOCKER-ISOLATION-STAGE-2 - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-ISOLATION-STAGE-1
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -i docker0 -o docker0 -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 102 -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 10100 -j ACCEPT
-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -j RETURN
-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
-A DOCKER-ISOLATION-STAGE-2 -j RETURN
-A DOCKER-USER -i v3b -p tcp -m conntrack --ctorigdstport 10100 -j DROP
-A DOCKER-USER -j RETURN
COMMIT
`;
const UFW = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:ufw-before-forward - [0:0]
:ufw-before-input - [0:0]
:ufw-not-local - [0:0]
:ufw-skip-to-policy-input - [0:0]
:ufw-user-forward - [0:0]
:ufw-user-input - [0:0]
:ufw-after-input - [0:0]
-A INPUT -j ufw-before-input
-A INPUT -j ufw-after-input
-A FORWARD -j ufw-before-forward
-A ufw-after-input -p udp -m udp --dport 137 -j ufw-skip-to-policy-input
-A ufw-after-input -m addrtype --dst-type BROADCAST -j ufw-skip-to-policy-input
-A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-forward -p icmp -m icmp --icmp-type 3 -j ACCEPT
-A ufw-before-forward -j ufw-user-forward
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A ufw-before-input -p udp -m udp --sport 67 --dport 68 -j ACCEPT
-A ufw-before-input -j ufw-not-local
-A ufw-before-input -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT
-A ufw-before-input -j ufw-user-input
-A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
-A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN
-A ufw-not-local -m addrtype --dst-type BROADCAST -j RETURN
-A ufw-not-local -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "
-A ufw-not-local -j DROP
-A ufw-skip-to-policy-input -j DROP
-A ufw-user-forward -d 172.17.0.2/32 -o docker0 -p tcp -m multiport --dports 102,10100 -j ACCEPT
-A ufw-user-forward -i docker0 -o docker0 -p udp -j ACCEPT
-A ufw-user-input -s 10.30.0.0/24 -p tcp -m multiport --dports 102,10100:10101 -j ACCEPT
-A ufw-user-input -i docker0 -p tcp --dport 10101 -j ACCEPT
-A ufw-user-input -s 10.20.0.9/32 -j ACCEPT
COMMIT
`;
const NFT = `table inet own {
  chain early {
    type filter hook input priority -10; policy accept;
    iifname "v2b" tcp dport 10301 drop
    iifname "docker0" tcp dport 103 drop
  }
}
table bridge frames {
  chain passing {
    type filter hook forward priority 0; policy accept;
    ip saddr 172.17.0.3 tcp dport 10101 drop
  }
  chain own {
    type filter hook input priority 0; policy accept;
    iifname "p2" udp dport 5353 drop
  }
}
`;

const PEERS = [
  { host: client, address: '10.30.0.7' },
  { host: tool, address: '10.20.0.9' },
  { host: outsider, address: '10.40.0.7' },
  { host: sibling, address: '172.17.0.3' },
] as const;
/** All that two instances use. */
const TCP = [102, 103, 10_100, 10_101, 10_301, 10_302];
const UDP = [10_100, 10_200, 10_201];
const agents = new Map<LabHost, Agent>();

beforeAll(async () => {
  lab.cable(client, ['10.30.0.7/24'], server, ['10.30.0.11/24']);
  lab.cable(tool, ['10.20.0.9/24'], server, ['10.20.0.11/24']);
  lab.cable(outsider, ['10.40.0.7/24'], server, ['10.40.0.11/24']);
  for (const [host, router] of [
    [client, '10.30.0.11'],
    [tool, '10.20.0.11'],
    [outsider, '10.40.0.11'],
    [server, '10.40.0.7'],
  ] as const)
    host.must(['ip', 'route', 'add', 'default', 'via', router]);
  server.must(['ip', 'link', 'add', 'docker0', 'type', 'bridge', 'forward_delay', '0']);
  for (const [at, [host, address]] of (
    [
      [web, CONTAINER],
      [sibling, '172.17.0.3'],
    ] as const
  ).entries()) {
    lab.cable(host, [`${address}/16`], server, []);
    host.must(['ip', 'route', 'add', 'default', 'via', '172.17.0.1']);
    const [cable, port] = [`v${at + 4}b`, `p${at + 1}`];
    server.must(['ip', 'link', 'set', cable, 'down']);
    server.must(['ip', 'link', 'set', cable, 'name', port]);
    server.must(['ip', 'link', 'set', port, 'master', 'docker0', 'up']);
  }
  server.must(['ip', 'addr', 'add', '172.17.0.1/16', 'dev', 'docker0']);
  server.must(['ip', 'link', 'set', 'docker0', 'up']);
  for (const link of ['all', 'v1b', 'v2b', 'v3b', 'docker0', 'p1', 'p2'])
    server.must(['sysctl', '-qw', `net.ipv4.conf.${link}.rp_filter=1`]);
  server.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  server.must(['iptables-nft-restore'], { input: DOCKER });
  server.must(['iptables-legacy-restore'], { input: UFW });
  server.must(['nft', '-f', '-'], { input: NFT });
  for (const host of [server, web, ...PEERS.map((peer) => peer.host)]) agents.set(host, startAgent(host));
  await agents.get(server)?.listen([HOST], TCP, UDP);
  await agents.get(web)?.listen([CONTAINER], TCP, UDP);
});

afterAll(() => {
  for (const agent of agents.values()) agent.close();
  lab.close();
  rmSync(folder, { recursive: true });
});

async function withScript(...shell: string[]): Promise<string> {
  const script = path.join(folder, 'collect.sh');
  writeFileSync(script, (await programOn(server)(['collect', '--script', 'sh'])).stdout);
  return server.must([...shell, script]);
}

async function audited(machine: string, hook: 'input' | 'forward', host: string): Promise<AuditReport> {
  const file = path.join(folder, 'machine.json');
  writeFileSync(file, machine);
  const { stdout, stderr } = await runInProcess([
    ...['audit', file, '--hook', hook, '--instances', '2', '--host', host, '--json', '--quiet'],
    ...ALLOWED.flatMap((one) => ['--allow', one]),
  ]);
  if (stdout === '') throw new Error(stderr);
  return validReport(stdout) as AuditReport;
}

/** What is said of an address; null where the flow is not about it. */
function saidOf({ proof }: AuditedFlow, address: string): 'allowed' | 'blocked' | 'open' | null {
  const isIn = (prefixes: readonly string[]): boolean =>
    prefixes.some((prefix) => {
      const parsed = parsePrefix(prefix, 'report');
      const own = parseAddress(address, 'test');
      return parsed.family === own.family && prefixContains(parsed, own);
    });
  if (isIn(proof.allowedFrom)) return 'allowed';
  if (isIn(proof.blockedFrom)) return 'blocked';
  return isIn(proof.undecidedFrom) ? 'open' : null;
}

/** The answers that packets contradict; asked again where one does, since a busy machine may be late. */
async function contradicted({ flows }: AuditReport, to: string): Promise<readonly string[]> {
  const asked = flows.flatMap((flow) =>
    PEERS.flatMap(({ host, address }) => {
      const said = saidOf(flow, address);
      return said === null || said === 'open' ? [] : [{ host, from: address, to, ...flowOf(flow), said }];
    }),
  );
  expect(asked.length).toBeGreaterThan(0);
  let left = asked;
  for (const deadline of [400, 1500, 4000]) {
    const fates = await Promise.all(
      left.map(async ({ host, said, ...probe }) => {
        const [answer] = (await agents.get(host)?.probe([probe], deadline)) ?? [];
        return (answer === 'open' ? 'allowed' : 'blocked') === said;
      }),
    );
    left = left.filter((_, at) => fates[at] === false);
  }
  return left.map(({ from, port, transport, said }) => `${transport} ${from} > ${to}:${port} ${said}`);
}

const flowOf = ({ port, transport }: AuditedFlow) => ({ port, transport });

const PLACES = [
  ['input', HOST],
  ['forward', CONTAINER],
] as const;

/**
 * Where chains of IP don't see the frames that the bridge passes, whether such a chain counts for two containers hangs on whether they
 * are on one port of it.
 */
const isBetweenContainers = ({ proof: { why, undecidedFrom } }: AuditedFlow): boolean =>
  why === null && undecidedFrom.every((prefix) => prefix.startsWith('172.17.'));

describe.each([0, 1])('bridge-nf-call-iptables %i', (isOn) => {
  const isSet = (): boolean =>
    server.run(['sysctl', '-qw', `net.bridge.bridge-nf-call-iptables=${isOn}`]).status === 0 || isOn === 0;
  const reports = new Map<string, AuditReport>();

  test('nothing is undecided, and packets fare as told', async () => {
    if (!isSet()) return;
    const machine = await collectOn(server);
    for (const [hook, host] of PLACES) {
      const report = await audited(machine, hook, host);
      reports.set(host, report);
      const open = report.flows.filter(({ proof }) => proof.undecidedFrom.length > 0);
      const unknown =
        isOn === 0 && hook === 'forward' ? open.filter((flow) => !isBetweenContainers(flow)) : open;
      expect(unknown.map(({ id, proof }) => `${id}: ${proof.result} ${proof.undecidedFrom.join()}`)).toEqual(
        [],
      );
      expect(await contradicted(report, host)).toEqual([]);
    }
  });

  test.each([['dash'], ['busybox', 'sh']])('the script in %s gives the same audit', async (...shell) => {
    if (!isSet() || server.run([...shell, '-c', 'true']).status !== 0) return;
    const machine = await withScript(...shell);
    for (const [hook, host] of PLACES) {
      const scripted = await audited(machine, hook, host);
      const { flows, findings, assumptions } = reports.get(host)!;
      expect(scripted).toMatchObject({ flows, findings, assumptions });
    }
  });
});
