import { eachTest } from '../../model/visit-matches.ts';
import type { Firewall } from './firewall.ts';

/**
 * Whether the rules themselves show that the machine passes frames from port to port of a bridge: some are about ports of a bridge, or
 * a table of family bridge drops or tests something.
 */
export function showsBridge(firewall: Pick<Firewall, 'tables'>): boolean {
  const isFiltered = firewall.tables.some(
    ({ family, chains }) =>
      family === 'bridge' &&
      [...chains.values()].some(({ rules, base }) => rules.length > 0 || base?.policy === 'drop'),
  );
  return isFiltered || testsPorts(firewall);
}

/** `-m physdev`, and `meta ibrname` and its like. */
function testsPorts({ tables }: Pick<Firewall, 'tables'>): boolean {
  let isFound = false;
  eachTest({ tables }, (match) => {
    isFound ||= match.kind === 'unknown' && match.reason.code === 'bridge-port';
  });
  return isFound;
}
