import type { Family } from '../../../src/net/address.ts';
import type { Transport } from '../../../src/net/port-range.ts';
import { forgetConnections } from '../lab/forget-connections.ts';
import type { Opening } from '../../../src/firewall/netfilter/scenario.ts';
import { createLab, type Lab, type LabHost } from '../lab/lab.ts';
import { startAgent, type Agent } from '../lab/agent.ts';
import {
  FAR,
  FAR_SIDE,
  INTERFACES,
  LISTENING,
  NEAR,
  PORTS,
  SERVER,
  SOURCES,
  type HostName,
  type Lane,
} from './places.ts';

export { PORTS, SERVER, SOURCES } from './places.ts';

const AGENT = new URL('./packet-agent.mjs', import.meta.url);

/** Packets of one lane to one address: from each of the sources to each port, from some also with a low source port. */
export interface Round {
  readonly lane: Lane;
  readonly family: Family;
  readonly transport: Transport;
  readonly sources: readonly string[];
  readonly destination: string;
  readonly ports: readonly number[];
  /** `ecn`: TCP connections offer it; `odd`: datagrams come in fragments, with a TTL of their own. */
  readonly opening: Opening;
}

/** What became of one packet. */
export interface Fate {
  readonly source: string;
  readonly sourcePort: number;
  readonly isLowPort: boolean;
  readonly port: number;
  /** A datagram reached a listener; over TCP, the client saw its handshake succeed. */
  readonly arrived: boolean;
  /** The answer reached the client; over TCP, what each of the two said reached the other. */
  readonly answered: boolean;
  /** It arrived where it was sent, from where it was sent (over TCP only the first). */
  readonly isUnchanged: boolean;
  /** It reached another machine than the one it was sent to, or another address there. */
  readonly isElsewhere: boolean;
}

/** Clients, the machine with the rules, and a server behind it. */
export interface Oracle {
  readonly gateway: LabHost;
  /** @throws Error with what the program said when it does not load the text. */
  load(command: readonly string[], text: string): Promise<void>;
  /** Sends the packets and tells what became of each. With patience, waits that long before it looks. */
  ask(round: Round, patienceMs?: number): Promise<readonly Fate[]>;
  close(): void;
}

export async function startOracle(): Promise<Oracle> {
  const lab = createLab();
  const hosts = connectHosts(lab);
  const agents = {
    outside: startAgent(hosts.outside, AGENT),
    gateway: startAgent(hosts.gateway, AGENT),
    far: startAgent(hosts.far, AGENT),
  };
  await Promise.all([
    agents.gateway.ask('serve', { addresses: LISTENING.gateway, ports: PORTS }),
    agents.far.ask('serve', { addresses: LISTENING.far, ports: PORTS }),
  ]);
  let rounds = 0;
  const offered: Record<HostName, Opening> = { outside: 'plain', gateway: 'plain', far: 'plain' };
  return {
    gateway: hosts.gateway,
    async load(command, input) {
      const [status, said] = await agents.gateway.ask<[number, string]>('load', {
        program: command,
        input,
      });
      if (status !== 0) throw new Error(`${command.join(' ')} does not load this: ${said}\n${input}`);
    },
    async ask(round, patienceMs = 0) {
      rounds += 1;
      // No two rounds may share a connection while conntrack remembers it. Nor may two clients have one port where NAT may give
      // one the address of the other, or over TCP both the same: conntrack then changes the port of one by itself.
      const { transport, sources, lane } = round;
      const isShared = transport === 'udp' && lane.sender === 'outside';
      const clients = sources.flatMap((source, index): Client[] => {
        const turn = isShared ? rounds : rounds * sources.length + index;
        const high = [source, 20000 + ((turn * stepOf(round)) % 40000)] as const;
        const lowTurn = isShared ? rounds : rounds + 397 * (index >> 2);
        const low = [source, 200 + ((lowTurn * stepOf(round)) % 800)] as const;
        return index % 4 === rounds % 4 ? [high, low] : [high];
      });
      const expected = { clients, ports: round.ports, round: rounds };
      await Promise.all([agents.gateway.ask('expect', expected), agents.far.ask('expect', expected)]);
      if (transport === 'tcp' && round.opening !== offered[lane.sender]) {
        hosts[lane.sender].must(['sysctl', '-qw', `net.ipv4.tcp_ecn=${round.opening === 'ecn' ? 1 : 2}`]);
        offered[lane.sender] = round.opening;
      }
      const ask = transport === 'udp' ? askUdp : askTcp;
      return ask(agents, round, { number: rounds, clients, patienceMs });
    },
    close() {
      for (const agent of Object.values(agents)) agent.close();
      lab.close();
    },
  };
}

type Agents = Readonly<Record<HostName, Agent>>;

/** Address and source port. */
type Client = readonly [string, number];

interface Circumstances {
  readonly number: number;
  readonly clients: readonly Client[];
  readonly patienceMs: number;
}

/** A socket holds at least this many datagrams, and NAT may send them all to one. */
const DATAGRAMS_AT_ONCE = 480;

async function askUdp(
  agents: Agents,
  round: Round,
  { number, clients, patienceMs }: Circumstances,
): Promise<readonly Fate[]> {
  const { lane, destination, ports } = round;
  const sender = agents[lane.sender];
  await sender.ask('open', { clients, round: number });
  const arrivals = new Map<number, Arrival>();
  const answered = new Set<number>();
  const collectFrom = async (name: 'gateway' | 'far' | 'outside'): Promise<void> => {
    const notes = await agents[name].ask<Notes>('collect', { patienceMs });
    for (const number of notes.answered) answered.add(number);
    if (name !== 'outside') noteArrivals(round, name, notes, arrivals);
  };
  const step = Math.max(1, Math.floor(DATAGRAMS_AT_ONCE / ports.length));
  for (let from = 0; from < clients.length; from += step) {
    const isOdd = round.opening === 'odd';
    await sender.ask('send', { from, until: from + step, to: destination, ports, all: ports, isOdd });
    await Promise.all([collectFrom('gateway'), collectFrom('far')]);
  }
  await collectFrom(lane.sender);
  return fatesOf(round, clients, (index) => ({
    arrived: arrivals.has(index),
    answered: answered.has(index),
    ...(arrivals.get(index) ?? NOWHERE),
  }));
}

type Arrival = Pick<Fate, 'isUnchanged' | 'isElsewhere'>;

const NOWHERE: Arrival = { isUnchanged: false, isElsewhere: false };

function noteArrivals(
  { destination, ports }: Round,
  host: 'gateway' | 'far',
  notes: Notes,
  arrivals: Map<number, Arrival>,
): void {
  for (const note of notes.arrived) {
    const [number, place] = [Math.floor(note / 512), Math.floor(note / 2) % 256];
    const address = LISTENING[host][Math.floor(place / PORTS.length)];
    const port = PORTS[place % PORTS.length];
    arrivals.set(number, {
      isUnchanged: note % 2 === 1 && address === destination && port === ports[number % ports.length],
      isElsewhere: address !== destination,
    });
  }
}

interface Notes {
  readonly arrived: readonly number[];
  readonly answered: readonly number[];
}

/** On a cable a handshake is over before the next one begins; what says nothing for so long says nothing. */
const TCP_PATIENCE_MS = 12;

async function askTcp(
  agents: Agents,
  round: Round,
  { number, clients, patienceMs }: Circumstances,
): Promise<readonly Fate[]> {
  const { lane, destination, ports } = round;
  const ends = await agents[lane.sender].ask<Connected>('connect', {
    clients,
    to: destination,
    ports,
    round: number,
    patienceMs: TCP_PATIENCE_MS + 3 * patienceMs,
  });
  const arrivals = new Map<number, Arrival>();
  for (const host of ['gateway', 'far'] as const)
    noteArrivals(round, host, await agents[host].ask<Notes>('collect', { patienceMs: 0 }), arrivals);
  const [opened, answered] = [new Set(ends.opened), new Set(ends.answered)];
  return fatesOf(round, clients, (index) => ({
    arrived: opened.has(index),
    answered: answered.has(index),
    ...(arrivals.get(index) ?? AS_ASKED),
  }));
}

/** Where nothing was said, nothing tells where. */
const AS_ASKED: Arrival = { isUnchanged: true, isElsewhere: false };

interface Connected {
  readonly opened: readonly number[];
  readonly answered: readonly number[];
}

/** How many source ports each client takes: over TCP one for each port it connects to. */
function stepOf({ transport, ports }: Round): number {
  return transport === 'udp' ? 1 : ports.length;
}

function fatesOf(
  round: Round,
  clients: readonly Client[],
  fate: (index: number) => Omit<Fate, 'source' | 'sourcePort' | 'isLowPort' | 'port'>,
): readonly Fate[] {
  const { ports } = round;
  return clients.flatMap(([source, sourcePort], c) =>
    ports.map((port, p) => ({
      source,
      sourcePort: sourcePort + (p % stepOf(round)),
      isLowPort: sourcePort < 1024,
      port,
      ...fate(c * ports.length + p),
    })),
  );
}

/** A source port comes back after 800 rounds, and where NAT gives all clients one address, low ports run out. */
const CONNTRACK_SECONDS = 3;

function connectHosts(lab: Lab): Readonly<Record<HostName, LabHost>> {
  const [outside, gateway, far] = [lab.host('outside'), lab.host('gateway'), lab.host('far')];
  const wide = (addresses: readonly string[]): readonly string[] =>
    addresses.map((address) => `${address}/16`);
  const both = (addresses: Readonly<Record<Family, readonly string[]>>): readonly string[] => [
    ...addresses[4],
    ...addresses[6],
  ];
  lab.cable(outside, wide(both(SOURCES)), gateway, wide(both(NEAR)));
  lab.cable(gateway, wide(both(FAR_SIDE)), far, wide(both(FAR)));
  for (const [host, router] of [
    [outside, SERVER],
    [far, { 4: FAR_SIDE[4][0]!, 6: FAR_SIDE[6][0]! }],
  ] as const) {
    host.must(['ip', 'route', 'add', 'default', 'via', router[4]]);
    host.must(['ip', '-6', 'route', 'add', 'default', 'via', router[6]]);
    host.must(['sysctl', '-qw', 'net.ipv4.tcp_synack_retries=1']);
  }
  // 2: takes ECN where it is offered, and offers none. What is offered and dropped is not tried without.
  for (const host of [outside, gateway, far])
    host.must(['sysctl', '-qw', 'net.ipv4.tcp_ecn=2', 'net.ipv4.tcp_ecn_fallback=0']);
  forgetConnections(gateway, CONNTRACK_SECONDS);
  gateway.must([
    'sysctl',
    '-qw',
    'net.ipv4.ip_forward=1',
    'net.ipv6.conf.all.forwarding=1',
    'net.ipv4.conf.all.send_redirects=0',
    'net.ipv4.tcp_synack_retries=1',
  ]);
  // Rules that drop neighbour discovery must not decide: everyone knows everyone beforehand.
  introduce(outside, 'v1a', both(SOURCES), gateway, INTERFACES.near, both(NEAR));
  introduce(gateway, INTERFACES.far, both(FAR_SIDE), far, 'v2b', both(FAR));
  return { outside, gateway, far };
}

function introduce(
  a: LabHost,
  aLink: string,
  aAddresses: readonly string[],
  b: LabHost,
  bLink: string,
  bAddresses: readonly string[],
): void {
  const mac = (host: LabHost, link: string): string =>
    host.must(['cat', `/sys/class/net/${link}/address`]).trim();
  const know = (host: LabHost, link: string, addresses: readonly string[], to: string): void => {
    const lines = addresses.map(
      (address) => `neigh replace ${address} lladdr ${to} dev ${link} nud permanent\n`,
    );
    host.must(['ip', '-batch', '-'], { input: lines.join('') });
  };
  know(a, aLink, bAddresses, mac(b, bLink));
  know(b, bLink, aAddresses, mac(a, aLink));
}
