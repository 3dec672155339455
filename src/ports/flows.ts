import { compareAddresses, formatAddress, type Address } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { Host, Site } from '../deployment/site.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointsOf } from './endpoints.ts';
import { sourcesOf } from './peers.ts';
import { selectedHosts } from '../deployment/selected-hosts.ts';
import type { Role, Vantage } from '../deployment/role.ts';
import { rolesApart, whyMisplaced, type Misplaced, type Place, type RoleApart } from './misplaced.ts';
import { isAnybody, rolesAt, statedRolesAt } from './roles-at.ts';

/** Who must, or must not, be able to connect to what: one endpoint at one address of one host. */
export interface Flow {
  /** `ROLE>HOST/ENDPOINT@ADDRESS`; `?` where the host has no address. */
  readonly id: string;
  readonly from: { readonly role: Vantage; readonly addresses: readonly Prefix[] };
  readonly endpoint: Endpoint;
  readonly host: Host;
  readonly address: Address | null;
  readonly expected: 'reachable' | 'blocked';
  /** Absent where this machine speaks for the role. */
  readonly misplaced?: MisplacedFlow;
}

/** Why what is seen of a flow from here does not speak for the role. */
export interface MisplacedFlow {
  readonly why: Misplaced;
  /** The address this machine speaks from; null where unknown. */
  readonly source: Address | null;
  /** The roles this address is stated for. */
  readonly stated: readonly Role[];
  /** The roles that have no family of addresses in common with the host. */
  readonly apart: readonly RoleApart[];
}

/** A flow nothing is expected of, and why. */
export interface OmittedFlow {
  readonly flow: Flow;
  readonly reason: string;
}

export interface FlowPlan {
  /** Sorted by host as given, then address, then endpoint. */
  readonly flows: readonly Flow[];
  readonly omitted: readonly OmittedFlow[];
}

/** Where the one that looks stands. */
export interface Standpoint {
  readonly vantage: Vantage;
  /** The address it speaks from to that one; null where unknown. */
  readonly sourceTo: (address: Address) => Address | null;
  /** The address is its own: no firewall stands in between, so nothing there can be forbidden. */
  readonly isOwn: (address: Address) => boolean;
}

/** What is expected of every endpoint at every address of every selected host, seen from a standpoint. */
export function flowsFrom({ vantage, sourceTo, isOwn }: Standpoint, site: Site): FlowPlan {
  const flows: Flow[] = [];
  const omitted: OmittedFlow[] = [];
  for (const host of selectedHosts(site)) {
    const from = { role: vantage, addresses: addressesOf(vantage, host, site) };
    const endpoints = endpointsOf(host, site);
    for (const address of host.addresses.length === 0 ? [null] : [...host.addresses].sort(compareAddresses)) {
      const source = address === null ? null : sourceTo(address);
      const roles = rolesAt(vantage, source, host, site);
      for (const endpoint of endpoints) {
        const about = { host, audience: endpoint.audience, site };
        const misplaced = misplacedAt({ vantage, source, isOwn }, address, about);
        const stated = misplaced?.stated ?? [];
        const isRequired = endpoint.audience.some((role) => roles.includes(role));
        const id = flowId(vantage, host, endpoint, address);
        const flow: Flow = {
          id,
          from,
          endpoint,
          host,
          address,
          expected: isRequired ? 'reachable' : 'blocked',
          // What the address needs in a role it is stated for is seen as it should be.
          ...(misplaced !== null &&
            !(isRequired && endpoint.audience.some((role) => stated.includes(role))) && { misplaced }),
        };
        const reason = isRequired ? null : whyNotForbidden(flow, vantage, site, isOwn);
        if (reason === null) flows.push(flow);
        else omitted.push({ flow, reason });
      }
    }
  }
  return { flows, omitted };
}

/** The same flow to another address of its host. */
export function flowAt(flow: Flow, address: Address): Flow {
  return { ...flow, id: flowId(flow.from.role, flow.host, flow.endpoint, address), address };
}

/** The flow to a port of an instance nobody stated. */
export function unstatedFlow(
  { host, endpoint, address }: Pick<Flow, 'host' | 'endpoint'> & { readonly address: Address },
  { vantage, sourceTo }: Standpoint,
  site: Site,
): Flow {
  const roles = rolesAt(vantage, sourceTo(address), host, site);
  return {
    id: flowId(vantage, host, endpoint, address),
    from: { role: vantage, addresses: addressesOf(vantage, host, site) },
    endpoint,
    host,
    address,
    expected: endpoint.audience.some((role) => roles.includes(role)) ? 'reachable' : 'blocked',
  };
}

function misplacedAt(
  place: Place,
  address: Address | null,
  about: Parameters<typeof whyMisplaced>[2],
): MisplacedFlow | null {
  const why = address === null ? null : whyMisplaced(place, address, about);
  if (why === null) return null;
  const { source } = place;
  const { host, audience, site } = about;
  const stated = source === null || why !== 'wrong-address' ? [] : statedRolesAt(source, host, site);
  const apart = why === 'no-common-family' ? rolesApart(audience, host, site) : [];
  return { why, source, stated, apart };
}

function whyNotForbidden(
  { endpoint, address }: Flow,
  vantage: Vantage,
  site: Site,
  isOwn: Standpoint['isOwn'],
): string | null {
  if (address !== null && isOwn(address)) return 'an address of this machine: no firewall in between';
  if (vantage === 'outsider') return null;
  const open = endpoint.audience.find((role) => isAnybody(role, site));
  return open === undefined ? null : `the addresses of ${open} are not stated, so anyone may connect`;
}

function addressesOf(vantage: Vantage, host: Host, site: Site): readonly Prefix[] {
  return vantage === 'all' || vantage === 'outsider' ? [] : sourcesOf(vantage, host, site);
}

function flowId(role: Vantage, host: Host, endpoint: Endpoint, address: Address | null): string {
  return `${role}>${host.key}/${endpoint.id}@${address === null ? '?' : formatAddress(address)}`;
}
