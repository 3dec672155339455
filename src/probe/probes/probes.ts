import { httpProbe } from './http-probe.ts';
import type { ProbeTarget } from './observation.ts';
import type { Probe } from './probe.ts';
import { tcpProbe } from './tcp-probe.ts';
import { udpProbe } from './udp-probe.ts';

/** Every way to ask a port. */
const PROBES = { tcp: tcpProbe, udp: udpProbe, http: httpProbe } as const satisfies Record<string, Probe>;

/** The application a port must speak decides before its transport. */
export function probeFor({ application, transport }: ProbeTarget): Probe {
  return PROBES[application ?? transport];
}
