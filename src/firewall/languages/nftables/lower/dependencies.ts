import type { Family } from '../../../../net/address.ts';
import { anyBit, CT_STATE, equals, type Match } from '../../../model/match.ts';
import type { TableFamily } from '../../../model/ruleset.ts';

const FAMILY_DEPENDENCIES = { 4: equals('family', 4), 6: equals('family', 6) } as const satisfies Record<
  Family,
  Match
>;
const TABLE_FAMILY: Readonly<Record<TableFamily, Family | null>> = {
  ip: 4,
  ip6: 6,
  inet: null,
  bridge: null,
  netdev: null,
  arp: null,
};

/** What `ip …` and `ip6 …` imply where the table does not settle the family. */
export function familyDependencies(family: Family, table: TableFamily): readonly Match[] {
  return TABLE_FAMILY[table] === family ? [] : [FAMILY_DEPENDENCIES[family]];
}

const protocols = new Map<number, readonly Match[]>();

/** What `tcp …` implies; the same object each time, so that a rule says it once. */
export function protocolDependencies(protocol: number): readonly Match[] {
  let dependencies = protocols.get(protocol);
  if (dependencies === undefined) protocols.set(protocol, (dependencies = [equals('protocol', protocol)]));
  return dependencies;
}

/** All conntrack keys but the state end the rule for a packet that has no connection. */
export const CONNECTION_DEPENDENCIES: readonly Match[] = [
  anyBit('ct-state', CT_STATE.new | CT_STATE.established | CT_STATE.related),
];
