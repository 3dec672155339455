import { ALL_BITS } from './bits.ts';
import { TYPES, type NumberType } from './number-type.ts';
import type { Selection, Selector } from './selector.ts';
import type { NumberField } from '../match.ts';
import { WHY } from './why.ts';

const number = (field: NumberField, type: NumberType): Selector => ({
  kind: 'number',
  field,
  type,
  bits: ALL_BITS,
});
const opaque = (why: string): Selector => ({ kind: 'opaque', why });

const KEYS: Readonly<Record<string, Selector>> = {
  nfproto: number('family', TYPES.family),
  protocol: number('family', TYPES.etherType),
  l4proto: number('protocol', TYPES.protocol),
  mark: number('mark', TYPES.mark),
  pkttype: number('packet-type', TYPES.packetType),
  iifname: { kind: 'interface', field: 'in-interface', isByIndex: false },
  oifname: { kind: 'interface', field: 'out-interface', isByIndex: false },
  iif: { kind: 'interface', field: 'in-interface', isByIndex: true },
  oif: { kind: 'interface', field: 'out-interface', isByIndex: true },
  skuid: opaque(WHY.sockets),
  skgid: opaque(WHY.sockets),
  cgroup: opaque(WHY.sockets),
  time: opaque(WHY.clock),
  day: opaque(WHY.clock),
  hour: opaque(WHY.clock),
  random: opaque(WHY.chance),
  length: opaque(WHY.header),
  ipsec: opaque(WHY.ipsec),
  secpath: opaque(WHY.ipsec),
  rtclassid: opaque(WHY.route),
  cpu: opaque(WHY.machine),
  priority: opaque(WHY.machine),
  secmark: opaque(WHY.machine),
  nftrace: opaque(WHY.machine),
};

/** What describes interfaces and bridges besides their names. */
const LINK_KEYS: ReadonlySet<string> = new Set([
  ...['iiftype', 'oiftype', 'iifkind', 'oifkind', 'iifgroup', 'oifgroup', 'sdif', 'sdifname'],
  ...['ibrname', 'obrname', 'ibriport', 'obriport', 'ibrpvid', 'ibrvproto', 'ibrhwdr', 'broute'],
]);

/** `meta KEY` */
export function selectMeta(key: string): Selection {
  const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  return { selector: known ?? opaque(LINK_KEYS.has(key) ? WHY.link : WHY.unsupported), needs: [] };
}
