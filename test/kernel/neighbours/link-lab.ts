import { createLab, type LabHost } from '../lab/lab.ts';
import { startAgent, type Agent } from '../rules-agent.ts';

/** Where rules are loaded. */
export const MACHINES = ['server', 'near', 'far', 'router'] as const;

export type Machine = (typeof MACHINES)[number];

/** The server's default router by its global or its link-local address: the latter it knows from what the router asks. */
export const GATEWAYS = ['global', 'link-local'] as const;

export type Gateway = (typeof GATEWAYS)[number];

export const SERVER = { 4: '10.20.0.11', 6: 'fd00:20::11' } as const;

/** On another link of the server: who sends to it asks for the next hop. */
export const SERVER_ELSEWHERE = { 4: '10.40.0.22', 6: 'fd00:40::22' } as const;

/** On the server's link; what comes for it goes on to the far client, by NAT. */
export const ROUTER = { 4: '10.20.0.1', 6: 'fd00:20::1' } as const;

export const CLIENTS = {
  /** On the server's link. */
  near: { 4: '10.20.0.5', 6: 'fd00:20::5' },
  /** Beyond the router. */
  far: { 4: '10.30.0.5', 6: 'fd00:30::5' },
} as const;

/** The link of each machine; of the router the one towards the server, and the one towards the far client. */
export const LINKS = {
  server: 'v1b',
  near: 'v2b',
  far: 'v4b',
  router: 'v3b',
  'router, far side': 'v4a',
} as const;

/** A server and a client on one link, and a client beyond a router; nobody knows anybody's link address. */
export interface LinkLab {
  readonly agents: Readonly<Record<keyof typeof CLIENTS, Agent>>;
  /** Forgets all rules and all link addresses, and loads the rules. @returns what the tool said if it refused them */
  load(machine: Machine, gateway: Gateway, command: readonly string[], rules: string): string | null;
  close(): void;
}

export async function linkLab(): Promise<LinkLab> {
  const lab = createLab();
  const [link, server, near, far, router] = ['link', 'server', 'near', 'far', 'router'].map((name) =>
    lab.host(name),
  ) as [LabHost, LabHost, LabHost, LabHost, LabHost];
  const both = (addresses: Readonly<Record<4 | 6, string>>): readonly string[] => [
    `${addresses[4]}/24`,
    `${addresses[6]}/64`,
  ];
  lab.cable(link, [], server, both(SERVER));
  lab.cable(link, [], near, both(CLIENTS.near));
  lab.cable(link, [], router, ['10.20.0.1/24', 'fd00:20::1/64']);
  lab.cable(router, ['10.30.0.1/24', 'fd00:30::1/64'], far, both(CLIENTS.far));
  lab.cable(server, both(SERVER_ELSEWHERE), link, []);
  link.must(['ip', 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0']);
  for (const name of ['br0', 'v1a', 'v2a', 'v3a']) {
    link.must(['sysctl', '-qw', `net.ipv6.conf.${name}.disable_ipv6=1`]);
    if (name !== 'br0') link.must(['ip', 'link', 'set', name, 'master', 'br0']);
    link.must(['ip', 'link', 'set', name, 'up']);
  }
  router.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  // What is left of a round says nothing more in the next.
  server.must(['sysctl', '-qw', 'net.ipv4.tcp_synack_retries=0']);
  for (const host of [near, router]) {
    host.must(['ip', 'route', 'add', '10.40.0.0/24', 'via', SERVER[4]]);
    host.must(['ip', '-6', 'route', 'add', 'fd00:40::/64', 'via', SERVER[6]]);
  }
  near.must(['ip', 'route', 'add', '10.30.0.0/24', 'via', ROUTER[4]]);
  near.must(['ip', '-6', 'route', 'add', 'fd00:30::/64', 'via', ROUTER[6]]);
  server.must(['ip', 'route', 'add', 'default', 'via', '10.20.0.1']);
  far.must(['ip', 'route', 'add', 'default', 'via', '10.30.0.1']);
  far.must(['ip', '-6', 'route', 'add', 'default', 'via', 'fd00:30::1']);
  for (const host of [server, near, far, router]) askQuickly(host);
  const local = /fe80[^/]*/.exec(
    router.must(['ip', '-6', 'addr', 'show', 'dev', LINKS.router, 'scope', 'link']),
  );
  const via = { global: 'fd00:20::1', 'link-local': local?.[0] ?? '' };
  const hosts = { server, near, far, router };
  const agents = { server: startAgent(server), near: startAgent(near), far: startAgent(far) };
  await agents.server.listen([...Object.values(SERVER), ...Object.values(SERVER_ELSEWHERE)], [102], []);
  await agents.far.listen(Object.values(CLIENTS.far), [103], []);
  const forget = (): void => {
    for (const host of Object.values(hosts))
      host.must(['sh', '-c', 'for f in 4 6; do ip -$f neigh flush all nud all; done']);
  };
  return {
    agents,
    load(machine, gateway, command, rules) {
      for (const host of Object.values(hosts)) host.must(['nft', 'flush', 'ruleset']);
      server.must(['ip', '-6', 'route', 'replace', 'default', 'via', via[gateway], 'dev', LINKS.server]);
      forget();
      const { status, stderr } = hosts[machine].run(command, { input: rules });
      forget();
      return status === 0 ? null : stderr;
    },
    close() {
      for (const agent of Object.values(agents)) agent.close();
      lab.close();
    },
  };
}

/** Three questions in 240 ms instead of three seconds. */
function askQuickly(host: LabHost): void {
  host.must([
    'sh',
    '-c',
    'for f in /proc/sys/net/ipv[46]/neigh/v*; do echo 80 > $f/retrans_time_ms; echo 3 > $f/mcast_solicit; done',
  ]);
}
