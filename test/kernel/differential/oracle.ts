import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Family } from '../../../src/net/address.ts';
import { createLab, type LabHost } from '../lab/lab.ts';

/** Where the tests' packets come from: neighbours and strangers of each other at every prefix length that rules like. */
export const SOURCES: Readonly<Record<Family, readonly string[]>> = {
  4: [
    ...['10.77.0.1', '10.77.0.2', '10.77.0.3', '10.77.0.4', '10.77.0.127', '10.77.0.128', '10.77.0.254'],
    ...[
      '10.77.1.1',
      '10.77.1.2',
      '10.77.2.1',
      '10.77.3.255',
      '10.77.4.1',
      '10.77.7.9',
      '10.77.8.1',
      '10.77.15.3',
    ],
    ...['10.77.16.1', '10.77.31.7', '10.77.32.1', '10.77.63.9', '10.77.64.1', '10.77.100.1', '10.77.127.254'],
    ...[
      '10.77.128.1',
      '10.77.129.1',
      '10.77.160.5',
      '10.77.191.1',
      '10.77.192.1',
      '10.77.200.200',
      '10.77.224.1',
    ],
    ...['10.77.240.1', '10.77.254.1', '10.77.254.254'],
  ],
  6: [
    ...['1', '2', '3', '4', 'ff', '100', 'fffe', '1:1', '1:2', '2:1', 'ffff:1', '1:0:1', '1:0:2', 'ffff:0:1'],
    ...['1:0:0:1', '1:0:0:2', '2:0:0:1', '8000:0:0:1', 'ffff:0:0:1'],
  ].map((rest) => `fd77::${rest}`),
};

export const SERVER: Readonly<Record<Family, string>> = { 4: '10.77.255.1', 6: 'fd77::ffff:ffff:ffff:1' };

/** Viz World's ports of four instances, their neighbours, and one that is none of ours. */
export const PORTS: readonly number[] = [
  ...[101, 102, 103, 104, 9999, 10099, 10100, 10101, 10102, 10103, 10104],
  ...[10199, 10200, 10201, 10203, 10204, 10300, 10301, 10304, 10305],
];

const PORTS_AT_ONCE = 3;

/** What became of one datagram. */
export interface Fate {
  readonly source: string;
  /** The class of source port it had. */
  readonly isLowPort: boolean;
  readonly sourcePort: number;
  readonly port: number;
  readonly arrived: boolean;
  readonly answered: boolean;
}

/** Two hosts and a cable; one has the rules. */
export interface Oracle {
  readonly server: LabHost;
  /**
   * Sends a datagram from every source and both classes of source port to every port, and tells what became of each. With
   * patience, waits that long before it looks.
   */
  ask(family: Family, patienceMs?: number): Promise<readonly Fate[]>;
  close(): void;
}

export async function startOracle(): Promise<Oracle> {
  const lab = createLab();
  const [outside, server] = [lab.host('outside'), lab.host('server')];
  lab.cable(
    outside,
    [...SOURCES[4].map((address) => `${address}/16`), ...SOURCES[6].map((address) => `${address}/16`)],
    server,
    [`${SERVER[4]}/16`, `${SERVER[6]}/16`],
  );
  // Rules that drop neighbour discovery must not decide: everyone knows everyone beforehand.
  const mac = (host: LabHost, link: string): string =>
    host.must(['cat', `/sys/class/net/${link}/address`]).trim();
  const know = (host: LabHost, link: string, addresses: readonly string[], to: string): void => {
    host.must(['ip', '-batch', '-'], {
      input: addresses
        .map((address) => `neigh replace ${address} lladdr ${to} dev ${link} nud permanent\n`)
        .join(''),
    });
  };
  know(outside, 'v1a', Object.values(SERVER), mac(server, 'v1b'));
  know(server, 'v1b', [...SOURCES[4], ...SOURCES[6]], mac(outside, 'v1a'));
  server.must(['iptables', '-A', 'INPUT', '-m', 'conntrack', '--ctstate', 'NEW']);
  for (const setting of ['udp_timeout', 'udp_timeout_stream']) {
    server.must(['sysctl', '-qw', `net.netfilter.nf_conntrack_${setting}=1`]);
  }
  server.run(['sysctl', '-qw', 'net.core.rmem_max=8388608']);
  const [sender, receiver] = [startAgent(outside), startAgent(server)];
  await receiver.ask('serve', { addresses: Object.values(SERVER), ports: PORTS });
  let round = 0;
  return {
    server,
    async ask(family, patienceMs = 0) {
      round += 1;
      const sourcePorts = [20000 + (round % 40000), 200 + (round % 800)];
      const addresses = SOURCES[family];
      await sender.ask('open', { addresses, sourcePorts });
      const arrived = new Set<number>();
      // A socket holds a few hundred datagrams, and NAT may send them all to one: so not all at once.
      for (let first = 0; first < PORTS.length; first += PORTS_AT_ONCE) {
        const ports = PORTS.slice(first, first + PORTS_AT_ONCE);
        await sender.ask('send', { to: SERVER[family], ports, all: PORTS });
        for (const number of await receiver.ask('collect', { patienceMs })) arrived.add(number);
      }
      const answered = new Set(await sender.ask('collect', { patienceMs }));
      return addresses.flatMap((source, a) =>
        sourcePorts.flatMap((sourcePort, s) =>
          PORTS.map((port, p) => {
            const number = (a * sourcePorts.length + s) * PORTS.length + p;
            return {
              source,
              isLowPort: s === 1,
              sourcePort,
              port,
              arrived: arrived.has(number),
              answered: answered.has(number),
            };
          }),
        ),
      );
    },
    close() {
      sender.close();
      receiver.close();
      lab.close();
    },
  };
}

interface Agent {
  ask(command: string, options: object): Promise<readonly number[]>;
  close(): void;
}

function startAgent(host: LabHost): Agent {
  const child = host.spawn([process.execPath, fileURLToPath(new URL('./packet-agent.mjs', import.meta.url))]);
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(command, options) {
      child.stdin.write(`${JSON.stringify({ command, ...options })}\n`);
      const next: IteratorResult<string> = await lines.next();
      if (next.done === true) throw new Error(`the agent on ${host.name} ended: ${said}`);
      const answer = JSON.parse(next.value) as readonly number[] | { readonly error: string };
      if ('error' in answer) throw new Error(`${command} on ${host.name}: ${answer.error}`);
      return answer;
    },
    close: () => void child.kill(),
  };
}
