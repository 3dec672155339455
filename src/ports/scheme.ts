import type { Purpose } from '../deployment/endpoint-id.ts';
import type { Transport } from '../net/port-range.ts';
import type { GuideReading } from '../deployment/reading.ts';
import type { ListenerRole, Role } from '../deployment/role.ts';

/** What the two readings of the guide disagree on, or agree on when both sides are equal. */
type PerReading<T> = Readonly<Record<GuideReading, T>>;

/**
 * One row of the scheme. A row numbered by instance gives `firstPort + k − fromInstance` for every
 * instance k from `fromInstance` to `toInstance`; a row without instances gives `firstPort`.
 */
export interface SchemeRow {
  /** The fixed part of the endpoint's id: names the port, never the disputed role. */
  readonly id: Purpose;
  readonly owner: ListenerRole;
  readonly instances: { readonly from: number; readonly to: number } | null;
  readonly transport: Transport;
  readonly application: 'http' | null;
  readonly firstPort: PerReading<number>;
  /** Who listens. */
  readonly listener: PerReading<ListenerRole>;
  /** Who connects. */
  readonly audience: PerReading<readonly Role[]>;
  /** Exists only where an allocator is part of the site. */
  readonly needsAllocator: boolean;
  readonly purpose: string;
  /** Where the guide contradicts itself about this row. */
  readonly note: string | null;
}

const FIRST = { from: 1, to: 1 };
const EACH = { from: 1, to: Infinity };
const same = <T>(value: T): PerReading<T> => ({ example: value, table: value });

const UDP_NOTE =
  "The guide's example and its table swap the two UDP roles (who listens on 10100, who on 10200 and up); on one machine it makes no difference.";

/**
 * The Viz World port scheme. Source: Viz World User Guide 23.0 (12 December 2023), "Ports and Connections"; for the HTTP
 * number of the first server also "Place Finder (Server)", 17.0 and 22.0. Numbers live here and nowhere else.
 */
export const SCHEME: readonly SchemeRow[] = [
  {
    id: 'client',
    owner: 'server',
    instances: FIRST,
    transport: 'tcp',
    application: null,
    firstPort: same(102),
    listener: same('server'),
    audience: same(['client']),
    needsAllocator: false,
    purpose: 'client connections',
    // The guide also says "only for a lone server"; but the first client is always diverted to 102.
    note: null,
  },
  {
    id: 'client',
    owner: 'server',
    instances: { from: 2, to: Infinity },
    transport: 'tcp',
    application: null,
    firstPort: same(10101),
    listener: same('server'),
    audience: same(['client']),
    needsAllocator: false,
    purpose: 'client connections',
    note: null,
  },
  {
    id: 'config',
    owner: 'server',
    instances: FIRST,
    transport: 'tcp',
    application: null,
    firstPort: same(103),
    listener: same('server'),
    audience: same(['config-tool']),
    needsAllocator: false,
    purpose: 'configuration',
    note: null,
  },
  {
    id: 'client',
    owner: 'allocator',
    instances: null,
    transport: 'tcp',
    application: null,
    firstPort: same(10100),
    listener: same('allocator'),
    audience: same(['client']),
    needsAllocator: true,
    purpose: 'client connections',
    note: null,
  },
  {
    id: 'udp',
    owner: 'allocator',
    instances: null,
    transport: 'udp',
    application: null,
    firstPort: same(10100),
    listener: { example: 'allocator', table: 'server' },
    audience: { example: ['server'], table: ['allocator'] },
    needsAllocator: true,
    purpose: 'internal',
    note: UDP_NOTE,
  },
  {
    id: 'udp',
    owner: 'server',
    instances: EACH,
    transport: 'udp',
    application: null,
    firstPort: same(10200),
    listener: { example: 'server', table: 'allocator' },
    audience: { example: ['allocator'], table: ['server'] },
    needsAllocator: true,
    purpose: 'internal',
    note: UDP_NOTE,
  },
  {
    id: 'http',
    owner: 'server',
    instances: EACH,
    transport: 'tcp',
    application: 'http',
    firstPort: { example: 10301, table: 10300 },
    listener: same('server'),
    audience: same(['allocator', 'web']),
    needsAllocator: false,
    purpose: 'HTTP',
    note: "The guide's table and formula start HTTP at 10300 and call it the allocator's; its example starts at 10301, as its Place Finder page does.",
  },
];
