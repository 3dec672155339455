import type { Host, Site } from '../../../deployment/site.ts';
import { addressSet, toPrefixes, eachFamily } from '../../../net/address-set.ts';
import { FAMILIES, type Address, type Family } from '../../../net/address.ts';
import { subtract } from '../../../net/interval-set.ts';
import {
  blockOf,
  formatPrefix,
  LARGEST_LINK,
  mergePrefixes,
  overlap,
  prefixContains,
  type Prefix,
} from '../../../net/prefix.ts';
import { passingBridges } from '../../../firewall/netfilter/machine/links.ts';
import type { FilterHook } from '../../../firewall/model/question.ts';
import type { Access } from '../../../firewall/proof/access.ts';
import type { NoWay } from '../../../firewall/proof/without-way.ts';
import type { AccessFlow } from '../../../ports/access-flows.ts';
import type { StatedInterface } from '../../../ports/stated-interfaces.ts';
import type { KnownMachine } from './known-machine.ts';

/** The network of a host on the far side of a gateway: who is in it reaches the host without the rules of the gateway. */
export interface Segment {
  readonly network: Prefix;
  readonly interface: string;
  /** Nobody who claims an address of it comes from elsewhere. */
  readonly isSure: boolean;
  /** The gateway itself passes their frames, by a bridge: whether the chains of IP see these. Null where it does not. */
  readonly bridged: 'seen' | 'unseen' | null;
}

/** Whether a gateway may pass frames between the ends by a bridge, as far as anybody knows: where it is collected, its links tell. */
export function bridgingOf(
  known: Pick<KnownMachine, 'areLinksKnown' | 'bridges' | 'transparent'>,
  mayBridge: boolean,
): NonNullable<Access['bridging']> {
  if (known.areLinksKnown && passingBridges(known).length === 0) return 'none';
  return (known.areLinksKnown ? known.transparent.size > 0 : mayBridge) ? 'unless-routed' : 'within-bridge';
}

/**
 * Whether the clients are stated to be in the network of the host, as far as its size is usual, and nobody said which interface that is at:
 * machines of one network speak to each other over a switch or a bridge.
 */
export function shareLink(
  { addresses }: Pick<Host, 'addresses'>,
  site: Pick<Site, 'peers'>,
  segments: readonly Segment[],
): boolean {
  const isKnown = (address: Address): boolean =>
    segments.some(({ network }) => prefixContains(network, address));
  const isAround = (client: Prefix, address: Address): boolean =>
    contains(blockOf(address, LINK_LENGTH[address.family]), client) ||
    (client.length >= LARGEST_LINK[client.family] && prefixContains(client, address));
  return addresses.some(
    (address) => !isKnown(address) && (site.peers.client ?? []).some((one) => isAround(one, address)),
  );
}

/** The usual network of one link. */
const LINK_LENGTH = { 4: 24, 6: 64 } as const satisfies Record<Prefix['family'], number>;

/** A flow of a host with what is asked of its gateway. */
export interface PassingFlow {
  /** Null where all of its sources are in the segment of the host. */
  readonly flow: AccessFlow | null;
  /** The segments that some of its sources are in. */
  readonly within: readonly Segment[];
}

/** Of each family the narrowest network that is stated, else the link that the gateway has, with every address of the host in it. */
export function segmentsOf(
  { addresses }: Pick<Host, 'addresses'>,
  stated: readonly StatedInterface[],
  known: Bridging,
): readonly Segment[] {
  const networks = stated.flatMap(({ who, name }): readonly Segment[] =>
    who === null || typeof who === 'string' || who.length === 0
      ? []
      : [{ network: who, interface: name, isSure: true, bridged: null }],
  );
  return FAMILIES.flatMap((family) => {
    const own = addresses.filter((address) => address.family === family);
    const around = (of: readonly Segment[]): readonly Segment[] =>
      of
        .filter(({ network }) => own.length > 0 && own.every((address) => prefixContains(network, address)))
        .sort((a, b) => b.network.length - a.network.length);
    const [segment] = [...around(networks), ...around(known.links)];
    if (segment === undefined) return [];
    return [{ ...segment, bridged: bridgedBy(segment.interface, family, known) }];
  });
}

type Bridging = Pick<KnownMachine, 'links' | 'bridges' | 'areFramesFiltered'>;

/** Whether the gateway passes frames of the interface by a bridge, and chains of IP see them. */
function bridgedBy(
  name: string,
  family: Family,
  { bridges, areFramesFiltered }: Bridging,
): Segment['bridged'] {
  const ports = bridges.get(name);
  if (ports === undefined) return null;
  return areFramesFiltered[family] ? 'seen' : ports.length > 1 ? 'unseen' : null;
}

/** The one that frames cross between ports of a bridge that has no address: nobody else routes them there. */
export function crossedSegment(
  network: Prefix,
  name: string | null,
  known: Bridging & Pick<KnownMachine, 'transparent'>,
): Segment | null {
  if (name === null || !known.transparent.has(name)) return null;
  return { network, interface: name, isSure: true, bridged: bridgedBy(name, network.family, known) };
}

/** Whether routes tell the interfaces of what passes: by which bridge frames pass, none tells. */
export function areRoutesTold({ transparent }: Pick<KnownMachine, 'transparent'>, hook: FilterHook): boolean {
  return hook !== 'forward' || transparent.size === 0;
}

/**
 * The flow without sources in the segments of its host: nobody there can be let in or kept out by the gateway. Of whom must be kept out
 * only those are left out who surely are there.
 */
export function passingFlow(flow: AccessFlow, all: readonly Segment[]): PassingFlow {
  const segments = all.filter(({ bridged }) => bridged === null);
  const { permitted, expected } = flow;
  const networks = segments.map(({ network }) => network);
  if (expected === 'blocked') {
    const sure = segments.flatMap(({ network, isSure }) => (isSure ? [network] : []));
    return { flow: { ...flow, permitted: mergePrefixes([...permitted, ...sure]) }, within: [] };
  }
  const rest = FAMILIES.flatMap((family) =>
    toPrefixes(
      subtract(
        addressSet(ofFamily(permitted, family), family),
        addressSet(ofFamily(networks, family), family),
      ),
      family,
    ),
  );
  const within = segments.filter(({ network }) => permitted.some((one) => overlap(one, network)));
  if (within.length === 0) return { flow, within };
  return { flow: rest.length === 0 ? null : { ...flow, permitted: rest }, within };
}

/** Whom the gateway is not asked about, one line a segment. */
export function segmentNotes(flows: readonly PassingFlow[], all: readonly Segment[]): readonly string[] {
  const segments = all.filter(({ bridged }) => bridged === null);
  const textOf = ({ network, interface: name }: Segment): string => `${name} (${formatPrefix(network)})`;
  return [...new Set(segments.map(textOf))].map((text) => {
    const count = flows.filter(({ within }) => within.some((segment) => textOf(segment) === text)).length;
    const who =
      count === 0
        ? 'connections'
        : `${count} required flow${count === 1 ? '' : 's'} and all other connections`;
    return `${who} from within ${text} do not pass this gateway and are not audited here: audit the hosts' own rules`;
  });
}

/**
 * The segment of the machine that source and destination of a packet share; null where there is none, or where one of them comes or
 * leaves by another interface.
 */
export function sharedSegment(
  sources: readonly Prefix[],
  destination: readonly Address[],
  known: Bridging,
): Segment | null {
  const [segment] = destination.length === 0 ? [] : segmentsOf({ addresses: destination }, [], known);
  return segment !== undefined && sources.every((source) => contains(segment.network, source))
    ? segment
    : null;
}

function contains(network: Prefix, { family, first, length }: Prefix): boolean {
  return (
    family === network.family && length >= network.length && prefixContains(network, { family, value: first })
  );
}

const ofFamily = (prefixes: readonly Prefix[], family: Prefix['family']): readonly Prefix[] =>
  prefixes.filter((prefix) => prefix.family === family);

/** Without those whose frames a bridge passes to the host: they need no route. */
export function exceptFrames(dead: readonly NoWay[], segments: readonly Segment[]): readonly NoWay[] {
  const bridged = segments.flatMap((one) => (one.bridged === null ? [] : [one.network]));
  return dead.map(({ of, because }) => ({
    of: eachFamily((family) => subtract(of[family], addressSet(bridged, family))),
    because,
  }));
}
