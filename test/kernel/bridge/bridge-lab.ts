import { createLab } from '../lab/lab.ts';
import { startAgent, type Agent } from '../rules-agent.ts';
import { collectOn } from '../lab/program-on.ts';

/** The machine that has the bridge and runs the rules, and a server on a port of it. */
export const ADDRESSES = {
  machine: { 4: '10.61.0.1', 6: 'fd61::1' },
  server: { 4: '10.61.0.11', 6: 'fd61::11' },
} as const;

/** Each on a port of its own: `p1` and `p2`. */
export const CLIENTS = {
  first: { 4: '10.61.0.5', 6: 'fd61::5' },
  second: { 4: '10.61.0.50', 6: 'fd61::50' },
} as const;

export const PORTS = [102, 103] as const;

export interface BridgeLab {
  readonly agents: Readonly<Record<keyof typeof CLIENTS, Agent>>;
  /** Loads the rules instead of all others, and forgets link addresses; false where the kernel refuses them. */
  load(command: readonly string[], rules: string): boolean;
  /** Makes frames meet the chains of IP or not; false where the kernel has no br_netfilter. */
  filterFrames(isOn: boolean): boolean;
  /** What `vwaudit collect` writes on the machine. */
  collect(): Promise<string>;
  /** The same while its bridge has no address: it passes frames all the same. */
  collectTransparent(): Promise<string>;
  /** What nft lists there. */
  listing(): string;
  close(): void;
}

export async function bridgeLab(): Promise<BridgeLab> {
  const lab = createLab();
  const machine = lab.host('machine');
  const ends = ['first', 'second', 'server'].map((name) => lab.host(name));
  const addresses = [CLIENTS.first, CLIENTS.second, ADDRESSES.server];
  machine.must(['ip', 'link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0']);
  ends.forEach((host, at) => {
    const own = addresses[at];
    lab.cable(machine, [], host, [`${own?.[4] ?? ''}/24`, `${own?.[6] ?? ''}/64`]);
    // The n-th cable of a lab is called so; the rules name ports.
    const [cable, port] = [`v${at + 1}a`, `p${at + 1}`];
    machine.must(['ip', 'link', 'set', cable, 'down']);
    machine.must(['ip', 'link', 'set', cable, 'name', port]);
    machine.must(['sysctl', '-qw', `net.ipv6.conf.${port}.disable_ipv6=1`]);
    machine.must(['ip', 'link', 'set', port, 'master', 'br0', 'up']);
  });
  machine.must(['ip', 'addr', 'add', `${ADDRESSES.machine[4]}/24`, 'dev', 'br0']);
  machine.must(['ip', 'addr', 'add', `${ADDRESSES.machine[6]}/64`, 'dev', 'br0', 'nodad']);
  machine.must(['ip', 'link', 'set', 'br0', 'up']);
  machine.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  const agents = ends.map((host) => startAgent(host));
  const own = startAgent(machine);
  const [ofFirst, ofSecond, ofServer] = agents as [Agent, Agent, Agent];
  await ofServer.listen(Object.values(ADDRESSES.server), [...PORTS], []);
  await own.listen(Object.values(ADDRESSES.machine), [...PORTS], []);
  return {
    agents: { first: ofFirst, second: ofSecond },
    load(command, rules) {
      machine.must(['nft', 'flush', 'ruleset']);
      const { status, stderr } = machine.run(command, { input: rules });
      if (status !== 0 && !/Operation not supported|Protocol error/.test(stderr)) throw new Error(stderr);
      for (const host of [machine, ...ends])
        host.must(['sh', '-c', 'for f in 4 6; do ip -$f neigh flush all nud all; done']);
      return status === 0;
    },
    filterFrames: (isOn) =>
      ['iptables', 'ip6tables'].every(
        (name) =>
          machine.run(['sysctl', '-qw', `net.bridge.bridge-nf-call-${name}=${isOn ? 1 : 0}`]).status === 0,
      ),
    collect: () => collectOn(machine),
    async collectTransparent() {
      machine.must(['ip', 'addr', 'flush', 'dev', 'br0']);
      const collected = await collectOn(machine);
      machine.must(['ip', 'addr', 'add', `${ADDRESSES.machine[4]}/24`, 'dev', 'br0']);
      machine.must(['ip', 'addr', 'add', `${ADDRESSES.machine[6]}/64`, 'dev', 'br0', 'nodad']);
      return collected;
    },
    listing: () => machine.must(['nft', 'list', 'ruleset']),
    close() {
      for (const agent of [...agents, own]) agent.close();
      lab.close();
    },
  };
}
