import { VANTAGES } from '../../deployment/role.ts';
import { groupBy } from '../../group-by.ts';
import { formatAddress, tryParseAddress, type Address } from '../../net/address.ts';
import { prefixContains } from '../../net/prefix.ts';
import type { AccessFlow } from '../../ports/access-flows.ts';
import type { SavedCheck } from '../reports/check-report.ts';
import { portsLabel } from '../reports/label.ts';
import type { MergedFinding } from '../reports/merge-report.ts';
import { finding } from '../findings/finding.ts';

/** A port of the site that no report has looked at as this role. */
interface Gap {
  readonly role: AccessFlow['role'];
  readonly host: string;
  readonly endpoint: AccessFlow['endpoint'];
}

/**
 * One finding for each role that the site needs and nobody spoke for: a port that a role must reach needs a report of that role, and
 * one that is not for everybody a report of somebody who must not reach it. What `--skip` left out is no gap.
 */
export function notChecked(
  accesses: readonly AccessFlow[],
  reports: readonly SavedCheck[],
  inSiteFile: boolean,
): readonly Omit<MergedFinding, 'vantages'>[] {
  const gaps = accesses.flatMap((access): readonly Gap[] => {
    const isSeen = addressesOf(access).every((address) =>
      reports.some((report) => hasSeen(report, access, address)),
    );
    const { role, host, endpoint } = access;
    return isSeen ? [] : [{ role, host: host.key, endpoint }];
  });
  const place = ({ role }: Gap): number => VANTAGES.findIndex((one) => one === role);
  const sorted = [...gaps].sort((a, b) => place(a) - place(b));
  return groupBy(sorted, ({ role }) => role).map((group) => {
    const as = group[0]?.role ?? '';
    const seen = group.map(({ endpoint: { id, transport, port } }) => ({ endpoint: id, transport, port }));
    const args = {
      as,
      ports: portsLabel([...new Map(seen.map((one) => [`${one.transport} ${one.port}`, one])).values()]),
      hosts: [...new Set(group.map(({ host }) => host))],
      inSiteFile,
    };
    return finding('not-checked', args, []);
  });
}

/** The addresses that must be reached, of the families that who must get in has; null where the host has none. */
function addressesOf({ host, expected, permitted }: AccessFlow): readonly (Address | null)[] {
  if (host.addresses.length === 0) return [null];
  if (expected === 'blocked') return host.addresses;
  const served = host.addresses.filter(({ family }) => permitted.some((prefix) => prefix.family === family));
  return served.length === 0 ? host.addresses : served;
}

function hasSeen(
  { vantage, flows, skipped, site }: SavedCheck,
  { role, host, endpoint, expected, permitted }: AccessFlow,
  address: Address | null,
): boolean {
  const speaks =
    role === 'outsider' ||
    vantage.as === role ||
    (vantage.as === 'all' && isAmong(vantage.addresses, permitted));
  if (!speaks) return false;
  const text = address === null ? null : formatAddress(address);
  // A name may have other addresses from elsewhere; those of a site file are the same for everybody.
  const isThere = (one: SavedCheck['flows'][number]): boolean =>
    one.address === text || site.source === 'flags';
  const isHere = (one: { readonly host: string; readonly endpoint: string }): boolean =>
    one.host === host.key && one.endpoint === endpoint.id;
  return (
    flows.some((flow) => isHere(flow) && flow.expected === expected && isThere(flow)) ||
    skipped.some((one) => isHere(one) && one.reason === '--skip')
  );
}

function isAmong(addresses: readonly string[], permitted: AccessFlow['permitted']): boolean {
  return addresses.some((text) => {
    const address = tryParseAddress(text);
    return address !== undefined && permitted.some((prefix) => prefixContains(prefix, address));
  });
}
