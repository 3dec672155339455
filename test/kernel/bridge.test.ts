import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TraceReport } from '../../src/verdict/reports/trace-report.ts';
import { FAMILIES } from '../../src/net/address.ts';
import { runInProcess } from '../e2e/in-process.ts';
import { validReport } from '../e2e/schema.ts';
import { IS_THOROUGH, shareOf } from '../thorough.ts';
import { ADDRESSES, bridgeLab, CLIENTS, PORTS, type BridgeLab } from './bridge/bridge-lab.ts';

// Rules on a machine with a bridge, of the bridge and of IP, for what it passes from port to port and for what is its own: what is
// decided, of the listing alone or as collected, is what packets do.

const NFT = ['nft', '-f', '-'];
const EBTABLES = ['ebtables-nft-restore'];

const onBridge = (hook: string, rules: string, policy = 'accept'): string =>
  `table bridge b {\nchain c {\ntype filter hook ${hook} priority 0; policy ${policy};\n${rules}\n}\n}\n`;
const onIp = (hook: string, rules: string, policy = 'accept'): string =>
  `table inet t {\nchain c {\ntype filter hook ${hook} priority 0; policy ${policy};\n${rules}\n}\n}\n`;
const onPort = (rules: string): string =>
  `table netdev n {\nchain c {\ntype filter hook ingress device "p1" priority 0; policy accept;\n${rules}\n}\n}\n`;

const IP_ALONE = 'ether type ip accept\nether type ip6 accept';

interface Case {
  readonly name: string;
  /** What the packets are asked about at. */
  readonly hook: 'input' | 'forward';
  readonly rules: string;
  readonly command?: readonly string[];
}

const of = (name: string, hook: Case['hook'], rules: string, command = NFT): Case => ({
  name,
  hook,
  rules,
  command,
});

const RULESETS: readonly Case[] = [
  of('forward, IP without ARP', 'forward', onBridge('forward', IP_ALONE, 'drop')),
  of('forward, ARP and IPv4', 'forward', onBridge('forward', 'ether type { arp, ip } accept', 'drop')),
  of('input, IP without ARP', 'input', onBridge('input', IP_ALONE, 'drop')),
  of('output, IP without ARP', 'input', onBridge('output', IP_ALONE, 'drop')),
  of('ARP of one client', 'forward', onBridge('forward', 'arp saddr ip 10.61.0.5 drop')),
  of('ARP replies', 'forward', onBridge('postrouting', 'arp operation reply drop')),
  of('neighbour solicitations', 'forward', onBridge('prerouting', 'icmpv6 type nd-neighbor-solicit drop')),
  of(
    'frames to all',
    'forward',
    onBridge('forward', 'meta pkttype { broadcast, multicast } accept\nip protocol tcp accept', 'drop'),
  ),
  of(
    'a port, forward',
    'forward',
    onBridge('forward', 'iifname "p1" tcp dport 102 drop\noifname "p3" tcp dport 103 drop'),
  ),
  of('a port, input', 'input', onBridge('input', 'iifname "p1" tcp dport 102 drop')),
  of(
    'a port in a set',
    'input',
    onBridge('prerouting', 'iifname . tcp dport { "p1" . 102, "p2" . 103 } drop'),
  ),
  of(
    'the bridge by name',
    'input',
    onBridge('input', 'meta ibrname "br0" tcp dport 102 drop\niifname "br0" tcp dport 103 drop'),
  ),
  of(
    'the port in a chain of IP',
    'input',
    onIp('input', 'iifname "p1" tcp dport 102 drop\niifname "br0" tcp dport 103 drop'),
  ),
  of(
    'connections that ARP has none of',
    'input',
    onBridge('input', 'ct state invalid drop\ntcp dport 102 drop'),
  ),
  of('ingress of a port, own', 'input', onPort('tcp dport 102 drop')),
  of('ingress of a port, passed on', 'forward', onPort('tcp dport 102 drop')),
  of('chains of IP, passed on', 'forward', onIp('forward', 'tcp dport 102 drop')),
  of(
    'chains of IP without neighbour discovery',
    'forward',
    onIp('forward', 'ct state established accept\ntcp dport 102 accept', 'drop'),
  ),
  of(
    'ebtables',
    'forward',
    '*filter\n:INPUT ACCEPT\n:FORWARD DROP\n:OUTPUT ACCEPT\n-A FORWARD -p ARP -j ACCEPT\n-A FORWARD -p IPv4 -i p1 -j ACCEPT\n-A FORWARD -p IPv4 -o p1 -j ACCEPT\n',
    EBTABLES,
  ),
];

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-bridge-'));
let lab: BridgeLab;
beforeAll(async () => {
  lab = await bridgeLab();
});
afterAll(() => {
  lab.close();
  rmSync(folder, { recursive: true });
});

const FLOWS = (['first', 'second'] as const).flatMap((client) =>
  FAMILIES.flatMap((family) => PORTS.map((port) => ({ client, family, port }))),
);

type Flow = (typeof FLOWS)[number];

const toOf = (hook: 'input' | 'forward', family: Flow['family']): string =>
  ADDRESSES[hook === 'input' ? 'machine' : 'server'][family];

type WayOf = (client: Flow['client']) => string;

/** What is said of each flow, for each way that is stated of it: all in one run. */
async function answersOf(
  hook: 'input' | 'forward',
  file: string,
  ways: Readonly<Record<string, WayOf>>,
): Promise<readonly (readonly [way: string, answers: readonly string[]])[]> {
  const shown = (address: string): string => (address.includes(':') ? `[${address}]` : address);
  const packets = Object.values(ways).flatMap((wayOf) =>
    FLOWS.flatMap(({ client, family, port }) => [
      '--packet',
      `tcp ${shown(CLIENTS[client][family])} > ${shown(toOf(hook, family))}:${port}${wayOf(client)}`,
    ]),
  );
  const { stdout } = await runInProcess(['trace', file, '--hook', hook, ...packets, '--json', '--quiet']);
  const results = (validReport(stdout) as TraceReport).packets.map(({ result }) => result);
  return Object.keys(ways).map((way, at) => [
    `${path.basename(file)}${way}`,
    results.slice(at * FLOWS.length, (at + 1) * FLOWS.length),
  ]);
}

/** The ports of the bridge that the flow comes by, and leaves by. */
const byPorts =
  (hook: 'input' | 'forward'): WayOf =>
  (client) =>
    ` in ${client === 'first' ? 'p1' : 'p2'}${hook === 'forward' ? ' out p3' : ''}`;

/** Asked again where a packet does not do what is said: a busy machine may be late. */
async function seen(
  hook: 'input' | 'forward',
  isAsSaid: (fates: readonly string[]) => boolean,
): Promise<readonly string[]> {
  for (let attempt = 1; ; attempt++) {
    const fates = await Promise.all(
      FLOWS.map(async ({ client, family, port }) => {
        const probe = {
          transport: 'tcp',
          from: CLIENTS[client][family],
          to: toOf(hook, family),
          port,
        } as const;
        const [answer] = await lab.agents[client].probe([probe], 300 * 3 ** attempt);
        return answer === 'open' ? 'allowed' : 'blocked';
      }),
    );
    if (attempt === 3 || isAsSaid(fates)) return fates;
  }
}

const counts = { allowed: 0, blocked: 0, open: 0 };

describe.each([false, true])('chains of IP see frames: %s', (isFiltered) => {
  test.each(shareOf(RULESETS, 4))('$name', async ({ name, hook, rules, command = NFT }) => {
    if (!lab.filterFrames(isFiltered) && isFiltered) return;
    // Kernels without nft_meta_bridge or nf_conntrack_bridge refuse what needs them.
    if (!lab.load(command, rules)) return;
    const [listing, collected] = [path.join(folder, 'rules.nft'), path.join(folder, 'machine.json')];
    writeFileSync(listing, lab.listing());
    writeFileSync(collected, await lab.collect());
    const transparent = path.join(folder, 'transparent.json');
    if (hook === 'forward') writeFileSync(transparent, await lab.collectTransparent());
    const byBridge = hook === 'forward' ? ' in br0 out br0' : ' in br0';
    const open = { '': () => '' };
    const ports = { ', by ports': byPorts(hook) };
    const said = Object.fromEntries([
      ...(await answersOf(hook, collected, { ...open, ', by br0': () => byBridge, ...ports })),
      ...(hook === 'forward' ? await answersOf(hook, transparent, { ...open, ...ports }) : []),
      // Of a gateway that nobody collected it is taken for granted, and said, that it routes.
      ...(hook === 'input' || !rules.includes('table inet')
        ? await answersOf(hook, listing, { ...open, ', by br0': () => ' in br0' })
        : []),
    ]);
    const contradicts = (answer: string | undefined, fate: string | undefined): boolean =>
      (answer === 'allowed' || answer === 'blocked') && answer !== fate;
    const fates = await seen(hook, (found) =>
      Object.values(said).every((answers) => !answers.some((answer, at) => contradicts(answer, found[at]))),
    );
    const wrong = Object.entries(said).flatMap(([file, answers]) =>
      FLOWS.flatMap(({ client, family, port }, at) => {
        const [answer = '', fate = ''] = [answers[at], fates[at]];
        if (answer === 'allowed' || answer === 'blocked') counts[answer]++;
        else counts.open++;
        return contradicts(answer, fate)
          ? [`${name}, ${file}: ${client} IPv${family} ${port}: ${answer}, but ${fate}`]
          : [];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

test('something is decided either way', () => {
  console.info(JSON.stringify(counts));
  expect(counts.allowed).toBeGreaterThan(0);
  // Few rulesets block surely, and a share of them may have none.
  if (IS_THOROUGH) expect(counts.blocked).toBeGreaterThan(0);
});
