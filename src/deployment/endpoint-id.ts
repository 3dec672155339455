import type { ListenerRole } from './role.ts';

/** What a port is for. */
export type Purpose = 'client' | 'config' | 'udp' | 'http';

/** What the id of an endpoint says: whose port it is by the scheme (whoever listens), the instance, and what it is for. */
export interface EndpointParts {
  readonly owner: ListenerRole;
  /** From 1; null for the allocator. */
  readonly instance: number | null;
  readonly purpose: Purpose;
}

/** The ids of endpoints: `server-4.client`, `allocator.udp`. */
export const ENDPOINT_ID = /^(?:server-([1-9]\d{0,4})\.(client|config|udp|http)|allocator\.(client|udp))$/;

export function formatEndpointId({ owner, instance, purpose }: EndpointParts): string {
  return `${owner}${instance === null ? '' : `-${instance}`}.${purpose}`;
}

/** @throws Error for what is not the id of an endpoint: ids from outside are read by {@link ENDPOINT_ID} first. */
export function parseEndpointId(id: string): EndpointParts {
  const [whole, instance, ofServer, ofAllocator] = ENDPOINT_ID.exec(id) ?? [];
  if (whole === undefined) throw new Error(`not the id of an endpoint: ${id}`);
  const purpose = (ofServer ?? ofAllocator) as Purpose;
  return instance === undefined
    ? { owner: 'allocator', instance: null, purpose }
    : { owner: 'server', instance: Number(instance), purpose };
}

/** The configuration port: a connection to it locks the server. */
export const CONFIG_ENDPOINT = formatEndpointId({ owner: 'server', instance: 1, purpose: 'config' });
