import { lookUp } from '../../vocabulary/own-property.ts';
import { after } from '../../../../net/address-blocks.ts';
import {
  ADDRESS_TYPE,
  equals,
  negate,
  numberIn,
  unknown,
  type AddressMatch,
  type Match,
} from '../../../model/match.ts';
import type { RuleContext } from '../lower/context.ts';
import type { MatchModule, MatchOption } from '../lower/extensions.ts';
import { parseAddressBound } from '../lower/values.ts';
import { formatModule } from '../syntax/format.ts';

/** No packet is in a backwards range, which the tools load all the same. */
const range = (field: 'source' | 'destination'): MatchOption => ({
  values: 1,
  lower: ([text = ''], context): AddressMatch => {
    const dash = text.indexOf('-');
    const first = parseAddressBound(dash < 0 ? text : text.slice(0, dash), context);
    const last = dash < 0 ? first : parseAddressBound(text.slice(dash + 1), context);
    const bounds = last < first ? [] : [first, after(last)];
    return { kind: 'address', field, family: context.family, in: bounds };
  },
});

export const IPRANGE: MatchModule = {
  options: { '--src-range': range('source'), '--dst-range': range('destination') },
};

const TYPES: Readonly<Record<string, number>> = ADDRESS_TYPE;

type TypeField = 'source-type' | 'destination-type';

const TYPE_FIELDS: Readonly<Record<string, TypeField>> = {
  '--src-type': 'source-type',
  '--dst-type': 'destination-type',
};

function addressType(field: TypeField, list: string, context: RuleContext): Match {
  const types = list.split(',').map((name) => {
    const type = lookUp(TYPES, name.toLowerCase());
    if (type === undefined)
      throw context.fail(
        'not an address type',
        name,
        'use a type of iptables -m addrtype, for example LOCAL',
      );
    return type;
  });
  return context.family === 4
    ? { kind: 'any', of: types.map((type) => equals(field, type)) }
    : ipv6Type(field, types, list);
}

/** Of IPv6 every named type must hold, and UNICAST is a kind of address: the machine's own are so too (xt_addrtype.c). */
function ipv6Type(field: TypeField, types: readonly number[], list: string): Match {
  const { unicast, local, multicast } = ADDRESS_TYPE;
  if (types.some((type) => type !== unicast && type !== local && type !== multicast))
    return unknown(list, { code: 'ipv6-address-type' });
  return {
    kind: 'all',
    of: types.map((type) => (type === unicast ? numberIn(field, [unicast, local + 1]) : equals(field, type))),
  };
}

const LIMITS = ['--limit-iface-in', '--limit-iface-out'];
const LIMIT: MatchOption = { values: 0, isNeverNegated: true, slot: 'limit' };

/** With a limit an address that is local elsewhere is UNICAST here, so no type is sure. */
export const ADDRTYPE: MatchModule = {
  options: {
    '--src-type': { values: 1 },
    '--dst-type': { values: 1 },
    '--limit-iface-in': LIMIT,
    '--limit-iface-out': LIMIT,
  },
  lower: (module, context) => {
    const matches = module.options.flatMap(({ name, values: [types = ''], isNegated }): readonly Match[] => {
      const field = lookUp(TYPE_FIELDS, name);
      if (field === undefined) return [];
      const match = addressType(field, types, context);
      return [isNegated ? negate(match) : match];
    });
    return module.options.some(({ name }) => LIMITS.includes(name))
      ? [unknown(formatModule(module), { code: 'interface-addresses' })]
      : matches;
  },
};

/** What pkttype calls the kernel's PACKET_… numbers. */
const PACKET_TYPES: Readonly<Record<string, number>> = {
  unicast: 0,
  broadcast: 1,
  multicast: 2,
  otherhost: 3,
  bcast: 1,
  mcast: 2,
  host: 0,
};

export const PKTTYPE: MatchModule = {
  options: {
    '--pkt-type': {
      values: 1,
      lower: ([name = ''], context) => {
        const type = lookUp(PACKET_TYPES, name.toLowerCase());
        if (type === undefined)
          throw context.fail('not a packet type', name, 'use unicast, broadcast, multicast or otherhost');
        return equals('packet-type', type);
      },
    },
  },
};
