import { controlEndpoint, type ControlPort } from '../../ports/control-ports.ts';
import type { Observed } from './observe.ts';

/** A handshake that was reset, or that nothing followed, is another answer than that of a port that is open. */
export function isAccepted({ observation: { state, doubt } }: Observed<unknown>): boolean {
  return state === 'open' && (doubt === undefined || doubt === 'closed-at-once');
}

type UdpControl = Omit<ControlPort, 'endpoint'> & {
  readonly endpoint: Omit<ControlPort['endpoint'], 'transport'> & { readonly transport: 'udp' };
};

/** Its UDP namesake. */
export function asUdp({ endpoint: { port }, ...place }: ControlPort): UdpControl {
  return { ...place, endpoint: { transport: 'udp', application: null, port } };
}

type HttpControl = Omit<ControlPort, 'endpoint'> & {
  readonly endpoint: Omit<ControlPort['endpoint'], 'application'> & { readonly application: 'http' };
};

/** The same port, asked over HTTP. */
export function asHttp({ endpoint, ...port }: ControlPort): HttpControl {
  return { ...port, endpoint: { ...controlEndpoint(endpoint.port), application: 'http' } };
}
