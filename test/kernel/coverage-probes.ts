import type { Probe } from './rules-agent.ts';

/** The host that the captures of test/firewall/coverage are of, and what it is asked. */
export const HOST = { 4: '10.20.0.11', 6: 'fd00:20::11' } as const;
/** Clients, some of them banned, the configuration tool, the allocator, and two that are nobody. */
export const SOURCES = {
  4: ['10.30.0.5', ...banned('10.30.66.'), '10.20.9.5', '10.20.0.12', '10.40.0.1', '10.66.0.1'],
  6: ['fd00:30::5', ...banned('fd00:30::66:'), 'fd00:20::9:5', 'fd00:20::12', 'fd00:40::1', 'fd00:66::1'],
} as const;
export const PORTS = {
  tcp: [102, 103, 10100, 10101, 10102, 10103, 10104, 10301, 10302, 10303, 10304],
  udp: [10100, 10200, 10201, 10202, 10203, 10204],
} as const;

export function banned(network: string): readonly string[] {
  return [1, 3, 5, 7, 9, 11].map((number) => `${network}${number}`);
}

/** From everybody to every port. */
export const PROBES: readonly Probe[] = ([4, 6] as const).flatMap((family) =>
  SOURCES[family].flatMap((from) =>
    (['tcp', 'udp'] as const).flatMap((transport) =>
      PORTS[transport].map((port) => ({ transport, from, to: HOST[family], port })),
    ),
  ),
);
