import type { Family } from '../../../../../net/address.ts';
import { unknown, type AddressField, type NumberField } from '../../../../model/match.ts';
import type { TableFamily } from '../../../../model/ruleset.ts';
import { CONNECTION_DEPENDENCIES, familyDependencies } from '../dependencies.ts';
import { TYPES } from '../values/number-type.ts';
import { number, type Selection, type Selector } from './selector.ts';
import type { Conntrack } from '../../syntax/syntax.ts';

const KEYS: Readonly<Record<string, Selector>> = {
  status: number('ct-status', TYPES.ctStatus),
  direction: number('ct-direction', TYPES.ctDirection),
  mark: number('ct-mark', TYPES.mark),
  protocol: number('ct-protocol', TYPES.protocol),
  l3proto: number('family', TYPES.family),
};

const STATE: Selection = { selector: number('ct-state', TYPES.ctState), dependencies: [] };
const OPAQUE: Selection = {
  selector: { kind: 'opaque', reason: { code: 'connection-history' } },
  dependencies: CONNECTION_DEPENDENCIES,
};

/** Listed without the test for a family that a rule may have before it. */
const PROTOCOL_OF_EITHER: Selection = {
  selector: number('ct-protocol', TYPES.protocol),
  dependencies: [...CONNECTION_DEPENDENCIES, unknown('ct protocol', { code: 'unlisted-family' })],
};

const LATER: Selection = {
  selector: { kind: 'opaque', reason: { code: 'unsupported' } },
  dependencies: CONNECTION_DEPENDENCIES,
};

/** Keys that a packet does not show; any other one is of a later version of nft. */
const UNASKED: ReadonlySet<string> = new Set([
  ...['expiration', 'helper', 'label', 'bytes', 'packets', 'avgpkt', 'zone', 'event', 'id', 'secmark'],
]);

/** `ct KEY`, `ct original ip saddr`. */
export function selectConntrack({ key, direction, family }: Conntrack, table: TableFamily): Selection {
  if (key === 'state') return STATE;
  if (key === 'saddr' || key === 'daddr') return address(key, direction, family ?? familyOf(table), table);
  if (key === 'proto-src' || key === 'proto-dst') return port(key, direction);
  if (key === 'protocol' && familyOf(table) === null) return PROTOCOL_OF_EITHER;
  const selector = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (selector !== undefined) return { selector, dependencies: CONNECTION_DEPENDENCIES };
  return UNASKED.has(key) ? OPAQUE : LATER;
}

function address(
  key: 'saddr' | 'daddr',
  direction: Conntrack['direction'],
  family: Family | null,
  table: TableFamily,
): Selection {
  if (family === null || direction === null) return OPAQUE;
  const field: AddressField = `ct-${direction}-${key === 'saddr' ? 'source' : 'destination'}`;
  return {
    selector: { kind: 'address', field, family, mask: null },
    dependencies: [...CONNECTION_DEPENDENCIES, ...familyDependencies(family, table)],
  };
}

function port(key: 'proto-src' | 'proto-dst', direction: Conntrack['direction']): Selection {
  if (direction === null) return OPAQUE;
  const field: NumberField = `ct-${direction}-${key === 'proto-src' ? 'source-port' : 'destination-port'}`;
  return { selector: number(field, TYPES.port), dependencies: CONNECTION_DEPENDENCIES };
}

function familyOf(table: TableFamily): Family | null {
  return table === 'ip' ? 4 : table === 'ip6' ? 6 : null;
}
