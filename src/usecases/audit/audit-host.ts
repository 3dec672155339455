import type { Access } from '../../firewall/proof/access.ts';
import type { PortForward } from '../../firewall/netfilter/machine/port-forwards.ts';
import type { accessProver, AccessProof } from '../../firewall/proof/prove-access.ts';
import type { FilterHook } from '../../firewall/model/question.ts';
import { accessFlows, type AccessFlow } from '../../ports/access-flows.ts';
import type { Address } from '../../net/address.ts';
import { interfaceOfOthers, interfacesOf, mayComeByAny } from '../../ports/stated-interfaces.ts';
import type { Host, Site } from '../../deployment/site.ts';
import type { ListeningProgram } from '../../facts/machine-facts.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import type { Entrance } from '../../verdict/advice/circumstances.ts';
import { forwardedWay } from './forwarded-way.ts';
import { gatewayAssumptions } from './machine/unstated.ts';
import type { KnownMachine } from './machine/known-machine.ts';
import {
  passingFlow,
  areRoutesTold,
  bridgingOf,
  shareLink,
  exceptFrames,
  segmentsOf,
  type PassingFlow,
  type Segment,
} from './machine/own-segment.ts';
import { unpassed } from './machine/bridged-frames.ts';
import { withoutCommonFamily } from './machine/no-common-family.ts';
import { cutOff } from './machine/cut-off.ts';
import type { StatedPlace } from './machine/places.ts';
import { strays, straysAsInterfaces, straysAsNoWays } from './machine/strays.ts';
import { NOTHING_STATED, profileOf } from './windows-options.ts';
import type { AuditOptions } from './audit-options.ts';

export type Prover = ReturnType<typeof accessProver>;

export type ProgramOf = (port: Pick<Endpoint, 'transport' | 'port'>) => ListeningProgram | null;

export interface Answer {
  readonly flow: AccessFlow;
  /** Null where there was nobody to ask about. */
  readonly found: AccessProof | null;
  /** Where NAT leads to the port from, if what was found is about that. */
  readonly entrance: Entrance | null;
  /** By which interface its sources are stated to come in, the first that has an address counting. */
  readonly places: readonly StatedPlace[];
}

interface AskedHost {
  readonly site: Site;
  readonly options: AuditOptions;
  /** Of the host, as far as known. */
  readonly addresses: readonly Address[];
  /** Further ones by which nobody else may reach it. */
  readonly unstated: readonly Address[];
  readonly known: KnownMachine;
  readonly isBridgeShown: boolean;
  /** Interfaces that may be called otherwise. */
  readonly doubtful: ReadonlySet<string>;
  readonly proverOf: (program: ListeningProgram | null) => Prover;
  /** Of the host, what listens on the port; null where nobody knows. */
  readonly programOf: ProgramOf;
  readonly forwards: () => readonly PortForward[];
}

export interface AuditedHost {
  readonly answers: readonly Answer[];
  /** What its gateway is asked about, and what stays on the links of the host. */
  readonly passing: readonly PassingFlow[];
  readonly segments: readonly Segment[];
  /** What is taken for granted of the gateway. */
  readonly routed: readonly string[];
}

/** Proves what the rules do with every flow of the host. */
export function auditHost(host: Host, asked: AskedHost): AuditedHost {
  const {
    site,
    options,
    addresses,
    unstated,
    known,
    isBridgeShown,
    doubtful,
    proverOf,
    programOf,
    forwards,
  } = asked;
  const isSure = (name: string | null): boolean => name === null || !doubtful.has(name);
  const { hook, interfaces } = options;
  const { selfAddresses, isEverySelfKnown, isForwarding } = known;
  const others = site.hosts.filter((other) => other !== host);
  const segments =
    hook === 'forward'
      ? segmentsOf(host, interfaces, known).map((one) => ({
          ...one,
          isSure: one.isSure && isSure(one.interface),
        }))
      : [];
  const mayBridge = isBridgeShown || shareLink(host, site, segments);
  const routed = hook === 'forward' ? gatewayAssumptions(known, mayBridge) : [];
  const passing = flowsOf(host, site, hook).map((flow) => passingFlow(flow, segments));
  const bridging = hook === 'forward' ? bridgingOf(known, mayBridge) : 'none';
  const isWayTold = areRoutesTold(known, hook);
  const routedOut = hook === 'forward' && isWayTold ? known.outInterfaceTo(addresses) : null;
  const out = hook === 'forward' ? (options.outInterface ?? routedOut) : null;
  const admitted = hook === 'output' || forwards().length === 0 ? [] : admittedAt(host, site);
  const answers = passing.flatMap(({ flow, within }) => {
    if (flow === null) return [];
    const { expected, permitted, endpoint } = flow;
    const bare = interfaceOfOthers(flow.role, interfaces);
    const named = interfacesOf(flow, interfaces, site).map((one) => ({ ...one, isSure: isSure(one.name) }));
    const destinations = expected === 'blocked' ? [...addresses, ...unstated] : addresses;
    const seen = named.map((one) => ({ ...one, name: known.seenAs(one.name) }));
    const astray = hook === 'output' ? [] : strays(seen, known.seenAs(bare), { known, destinations });
    const access: Access = {
      expected,
      permitted,
      transport: endpoint.transport,
      port: endpoint.port,
      hook,
      interface: known.seenAs(bare),
      mayComeByAny: mayComeByAny(flow.role, interfaces) || !isSure(bare),
      interfaces: [
        ...segments.flatMap(({ network: from, interface: name, bridged, isSure }) =>
          bridged === null ? [] : [{ from, name, framesOnLink: bridged, isSure }],
        ),
        ...(expected === 'blocked' ? straysAsInterfaces(astray) : []),
        ...seen,
        // Who claims to be in the segment of the host, and is not.
        ...segments.flatMap(({ network: from, isSure, bridged }) =>
          isSure || bridged !== null ? [] : [{ from, name: null }],
        ),
        ...(hook === 'output' || bare !== null || !isWayTold ? [] : known.interfacesTowards(destinations)),
      ],
      routesBack: known.routesBack(destinations),
      outInterface: known.seenAs(out),
      mayLeaveByAny: !isSure(out),
      bridging,
      destinations,
      // On a gateway or a client the host's addresses are somebody else's.
      selfAddresses: hook === 'input' ? [...destinations, ...selfAddresses] : selfAddresses,
      isEverySelfKnown,
      isForwarding,
      linkNetworks: known.linkedNetworks,
      dead: [
        ...exceptFrames(known.deadFor(hook, destinations), segments),
        ...(hook === 'forward' ? unpassed(segments, known) : []),
        ...cutOff([{ from: null, name: bare }, { from: null, name: out }, ...named], known),
        ...straysAsNoWays(astray, permitted),
      ],
      profile: profileAt(addresses, known, options),
      otherAddresses: others.flatMap(({ addresses }) => addresses),
      ...(expected === 'blocked' && { admitted }),
    };
    const prove = proverOf(programOf(endpoint));
    const asked = prove(access);
    const isWholeFlow = expected === 'reachable' && within.length === 0;
    const found = asked === null && isWholeFlow ? withoutCommonFamily(access, flow) : asked;
    const mayBeShut =
      expected === 'blocked' && hook !== 'output' && found !== null && found.fate !== 'allowed';
    const way = mayBeShut ? forwardedWay(access, forwards(), prove) : null;
    const forwarded = way?.found.fate === 'allowed' || found?.fate === 'blocked' ? way : null;
    return [
      {
        ...{ flow, found: forwarded?.found ?? found, entrance: forwarded?.entrance ?? null },
        places: [...seen, { from: null, name: known.seenAs(bare) }],
      },
    ];
  });
  return { answers, passing, segments, routed };
}

/** Who may connect to which port of the hosts of the site. */
function admittedAt(host: Host, site: Site): NonNullable<Access['admitted']> {
  return site.hosts.flatMap((one) =>
    accessFlows(one, site)
      .filter(({ expected }) => expected === 'reachable')
      .map(({ endpoint: { transport, port }, permitted: from }) => ({
        ...{ transport, port, from },
        at: one === host ? null : one.addresses,
      })),
  );
}

/** The network profile that is stated, else that of the interface with the address. */
export function profileAt(
  addresses: readonly Address[],
  known: KnownMachine,
  { hook, windows = NOTHING_STATED }: AuditOptions,
): number | null {
  return profileOf(windows) ?? known.profileOf(hook === 'input' ? addresses : []);
}

export function flowsOf(host: Host, site: Site, hook: FilterHook): readonly AccessFlow[] {
  return accessFlows(host, site).filter(({ expected }) => hook !== 'output' || expected === 'reachable');
}
