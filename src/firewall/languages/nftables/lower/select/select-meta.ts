import { TYPES } from '../values/number-type.ts';
import { number, type Selection, type Selector } from './selector.ts';
import { negate } from '../../../../model/match.ts';
import type { Reason } from '../../../../model/reason.ts';
import type { TableFamily } from '../../../../model/ruleset.ts';

const opaque = (reason: Reason): Selector => ({ kind: 'opaque', reason });

const KEYS: Readonly<Record<string, Selector>> = {
  nfproto: number('family', TYPES.family),
  protocol: number('family', TYPES.etherType),
  l4proto: number('protocol', TYPES.protocol),
  mark: number('mark', TYPES.mark),
  pkttype: number('packet-type', TYPES.packetType),
  iifname: { kind: 'interface', field: 'in-interface', by: 'name' },
  oifname: { kind: 'interface', field: 'out-interface', by: 'name' },
  iif: { kind: 'interface', field: 'in-interface', by: 'index' },
  oif: { kind: 'interface', field: 'out-interface', by: 'index' },
  iiftype: { kind: 'interface', field: 'in-interface', by: 'type' },
  oiftype: { kind: 'interface', field: 'out-interface', by: 'type' },
  skuid: opaque({ code: 'sockets' }),
  skgid: opaque({ code: 'sockets' }),
  cgroup: opaque({ code: 'sockets' }),
  time: opaque({ code: 'time-of-day' }),
  day: opaque({ code: 'time-of-day' }),
  hour: opaque({ code: 'time-of-day' }),
  random: opaque({ code: 'chance' }),
  length: opaque({ code: 'header-field' }),
  ipsec: opaque({ code: 'ipsec' }),
  secpath: opaque({ code: 'ipsec' }),
  rtclassid: opaque({ code: 'routing' }),
  cpu: opaque({ code: 'machine-state' }),
  priority: opaque({ code: 'machine-state' }),
  secmark: opaque({ code: 'machine-state' }),
  nftrace: opaque({ code: 'machine-state' }),
};

/** What describes interfaces and bridges besides their names and types. */
const LINK_KEYS: ReadonlySet<string> = new Set([
  ...['iifkind', 'oifkind', 'iifgroup', 'oifgroup', 'sdif', 'sdifname'],
  ...['ibrpvid', 'ibrvproto', 'ibrhwdr', 'broute'],
]);

/** The bridge that a port belongs to. */
const BRIDGE_KEYS: ReadonlySet<string> = new Set(['ibrname', 'obrname', 'ibriport', 'obriport']);

const HAS = {
  'in-interface': negate({ kind: 'interface', field: 'in-interface', in: [''] }),
  'out-interface': negate({ kind: 'interface', field: 'out-interface', in: [''] }),
} as const;

/** Tables of family bridge see the port that a frame comes in or leaves by, not the interface of the packet in it. */
const BRIDGE_PORT = opaque({ code: 'bridge-port' });

/** `meta KEY` */
export function selectMeta(key: string, table: TableFamily): Selection {
  const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (table === 'bridge' && known?.kind === 'interface') return { selector: BRIDGE_PORT, dependencies: [] };
  const selector = known ?? (BRIDGE_KEYS.has(key) ? BRIDGE_PORT : opaque(reasonOf(key)));
  // Without an interface the rule ends, where names and numbers are empty.
  const dependencies = selector.kind === 'interface' && selector.by === 'type' ? [HAS[selector.field]] : [];
  return { selector, dependencies };
}

function reasonOf(key: string): Reason {
  return { code: LINK_KEYS.has(key) ? 'link-layer' : 'unsupported' };
}
