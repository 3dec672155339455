import { groupBy } from '../../group-by.ts';
import { compareAddresses, formatAddress, type Address, type Family } from '../../net/address.ts';
import { endpointsOf } from '../../ports/endpoints.ts';
import type { ControlPort } from '../../ports/control-ports.ts';
import { flowsFrom, unstatedFlow, type Standpoint } from '../../ports/flows.ts';
import { assumptionsOf, sourcesOf } from '../../ports/peers.ts';
import { exploratoryProbes, type ExploratoryProbe } from '../../ports/exploratory-probes.ts';
import { selectedHosts } from '../../deployment/selected-hosts.ts';
import { splitSkipped } from '../../ports/split-skipped.ts';
import type { Vantage } from '../../deployment/role.ts';
import type { Observation } from '../../probe/probes/observation.ts';
import { resolveHosts, type ResolvedSite } from '../../site/hosts/resolve-hosts.ts';
import type { Host, Site } from '../../deployment/site.ts';
import { withLoopback } from '../../site/hosts/with-loopback.ts';
import type { System } from '../../system/system.ts';
import { reportHead, type Tool } from '../../verdict/reports/head.ts';
import { judgeCheck } from '../../verdict/check/judge-check.ts';
import type { Checked } from '../../verdict/check/checked.ts';
import { addressKey, alikeAt } from '../../verdict/check/control-view.ts';
import type { CheckReport } from '../../verdict/reports/check-report.ts';
import { probeAlternateUdp } from './probe-alternate-udp.ts';
import { consultListenLogs, readListenLogs } from './listen-logs.ts';
import { NO_CONTROLS, planControlPorts, viewControlPorts } from './control-ports.ts';
import { observe, type ObserveOptions, type Observed } from './observe.ts';
import { askElsewhere, assumedOfSockets, localView, ownAddressTest, readOwnSockets } from './own-machine.ts';

const NO_ADDRESS = 'the host has no address of the requested family';

const LATE_GREETING_MS = 3000;

export interface CheckOptions extends ObserveOptions {
  readonly vantage: Vantage;
  /** Null: both for names, IPv4 for this machine. */
  readonly families: readonly Family[] | null;
  /** Ids of endpoints that are not asked. */
  readonly skip: readonly string[];
  /** Ask a few ports nobody expects, to tell how the deployment really is. */
  readonly withScouts: boolean;
  /** Ask ports that Viz World does not use, to tell whether something on the way answers for everybody. */
  readonly withControls: boolean;
  /** `vwaudit listen` in place of Viz World is a failure. */
  readonly refusesStandIn?: boolean;
  /** What `vwaudit listen` wrote on the hosts. */
  readonly listenLogs?: readonly string[];
  /** What earlier rounds saw, by the id of the flow: those are not asked again. What this one sees is added. */
  readonly memory?: Map<string, Remembered>;
  /** A stand-in listens on loopback: nobody else is expected to reach it. */
  readonly isDemo?: boolean;
}

/** What was seen of a flow. */
export type Remembered = Omit<Observation, 'target'>;

export interface CheckContext {
  readonly system: System;
  readonly tool: Tool;
}

/** Probes every endpoint of the site from here, and judges what was seen by what this vantage point expects. */
export async function check(
  site: Site,
  options: CheckOptions,
  { system, tool }: CheckContext,
): Promise<CheckReport> {
  const [startedAt, startMs] = [system.now().toISOString(), system.monotonicMs()];
  const named = withLoopback(site, options.families);
  const {
    site: resolved,
    failures,
    passedOver,
    leftOut,
  } = await resolveHosts(named, options.families ?? [4, 6], system);
  const sources = await sourceAddresses(resolved, system);
  const sourceTo = (address: Address): Address | null => sources.get(formatAddress(address)) ?? null;
  const { vantage, isDemo = false, listenLogs = [] } = options;
  await readListenLogs(listenLogs, system);
  const isOwn = ownAddressTest(system, sourceTo);
  const standpoint: Standpoint = { vantage, sourceTo, isOwn };
  const plan = flowsFrom(standpoint, resolved);
  const { asked, skipped } = splitSkipped(plan, options.skip);
  const exploratory = options.withScouts ? exploratoryProbes(resolved) : [];
  const controlPlan = options.withControls ? await planControlPorts(resolved, isOwn, system) : NO_CONTROLS;

  // Only Viz World counts: a stand-in on a busy machine gets more time to say that it is one.
  const patient = options.refusesStandIn === true ? { ...options, greetingMs: LATE_GREETING_MS } : options;
  const { memory = new Map<string, Remembered>() } = options;
  const known = new Map(memory);
  const [seen, sockets] = await Promise.all([
    observe(
      [
        ...asked.filter(({ id }) => !known.has(id)),
        ...exploratory,
        ...controlPlan.first,
        ...controlPlan.near.flatMap(({ ports }) => ports),
      ],
      failures,
      patient,
      system,
    ),
    readOwnSockets(asked, isOwn, system),
  ]);
  const fresh = seen.flatMap(({ asked: one, observation }) =>
    'expected' in one ? { asked: one, observation } : [],
  );
  const freshOf = new Map(fresh.map(({ asked: flow, observation }) => [flow, observation]));
  const first = asked.flatMap((flow) => {
    const observation = known.get(flow.id) ?? freshOf.get(flow);
    return observation === undefined ? [] : { asked: flow, observation };
  });
  for (const { asked: flow, observation } of first) memory.set(flow.id, observation);
  const scouted = seen.flatMap(({ asked: one, observation }) =>
    'kind' in one && one.kind !== 'control' ? { scout: one, observation } : [],
  );
  const compared = seen.flatMap(({ asked: one, observation }) =>
    'kind' in one && one.kind === 'control' ? { asked: one, observation } : [],
  );
  const isUdpAnswer = ({ asked: { endpoint }, observation }: (typeof first)[number]): boolean =>
    endpoint.transport === 'udp' && observation.state === 'open' && observation.standIn === undefined;
  const udpAnswers = new Set(first.filter(isUdpAnswer).map(({ asked: flow }) => addressKey(flow)));
  const controls = await viewControlPorts(compared, { ...controlPlan, udpAnswers }, options, system);
  const observed = await askElsewhere(first, sockets, options, system);
  const mirrors = await probeAlternateUdp(observed, resolved, options, system);
  const addresses = [...new Set([...sources.values()].sort(compareAddresses).map(formatAddress))];
  const run = {
    startedMs: Date.parse(startedAt),
    durationMs: system.monotonicMs() - startMs,
    from: addresses,
  };
  const logged = await consultListenLogs(listenLogs, observed, run, { system, signal: options.signal });
  const own = system.localAddresses();
  const inSiteFile = resolved.source === 'file';
  const stated = observed.map(({ asked: flow, observation }, index) => ({
    flow,
    inSiteFile,
    observation,
    local: localView(flow, sockets, resolved, { isDemo, families: options.families, own }),
    mirror: mirrors.get(flow) ?? null,
    log: logged[index] ?? null,
  }));
  const otherReading = new Set(
    exploratory.filter(({ kind }) => kind === 'other-reading').map(({ endpoint }) => endpoint.port),
  );
  const isPlain = ({ scout }: { readonly scout: ExploratoryProbe }): boolean =>
    alikeAt(controls.get(addressKey(scout)), scout.endpoint) === null &&
    !otherReading.has(scout.endpoint.port);
  const unstated = scouted
    .filter((one) => isPlain(one) && isUnstatedInstance(one))
    .map(({ scout, observation }): Checked => {
      const flow = unstatedFlow(scout, standpoint, resolved);
      return { flow, inSiteFile, observation, local: null, mirror: null, log: null, isUnstated: true };
    });
  const { flows, findings, summary } = judgeCheck([...stated, ...unstated], {
    scouted,
    table: sockets?.table ?? null,
    controls,
    site: resolved,
    admission: { site: resolved, sources: (role, host) => sourcesOf(role, host, resolved), sourceTo },
    refusing: new Set(compared.filter(isRefused).map((one) => addressKey(one.asked))),
    refusedAlike: refusedAlike(compared),
    standIn: isDemo ? 'expected' : options.refusesStandIn === true ? 'refused' : 'noted',
  });

  const provenance = { startedAt, vantage: { as: vantage, addresses } };
  return {
    ...reportHead('check', {
      tool,
      site: withLeftOut(resolved, leftOut),
      assumptions: [...assumptionsOf(resolved), ...assumedOfSockets(sockets, system.platform)],
      observed: provenance,
    }),
    ...provenance,
    durationMs: Math.round(system.monotonicMs() - startMs),
    flows,
    findings,
    skipped: [
      ...[
        ...passedOver.map((host) => ({ host, reason: NO_ADDRESS })),
        ...selectedHosts(resolved).flatMap((host) => leftOutReason(host, leftOut.get(host.key))),
      ].flatMap(({ host, reason }) =>
        endpointsOf(host, resolved).map(({ id }) => ({ host: host.key, endpoint: id, reason })),
      ),
      ...[...skipped.map((flow) => ({ flow, reason: '--skip' })), ...plan.omitted].map(
        ({ flow, reason }) => ({ host: flow.host.key, endpoint: flow.endpoint.id, reason }),
      ),
    ],
    summary,
  };
}

/** The report names every address, so that a merge sees which of them nobody asked. */
function withLeftOut(site: Site, leftOut: ResolvedSite['leftOut']): Site {
  const all = ({ key, addresses }: Host): readonly Address[] => [...addresses, ...(leftOut.get(key) ?? [])];
  return { ...site, hosts: site.hosts.map((host) => ({ ...host, addresses: all(host) })) };
}

/** None where every address is asked. */
function leftOutReason(
  host: Host,
  addresses: readonly Address[] = [],
): readonly { readonly host: Host; readonly reason: string }[] {
  const [first] = addresses;
  if (first === undefined) return [];
  const flag = first.family === 4 ? '-6' : '-4';
  return [{ host, reason: `${flag} leaves out ${addresses.map(formatAddress).join(', ')}` }];
}

/** A port of an instance nobody stated answers, the HTTP one as HTTP. */
function isUnstatedInstance({
  scout,
  observation: { state, reason, doubt },
}: {
  readonly scout: ExploratoryProbe;
  readonly observation: Observed<ExploratoryProbe>['observation'];
}): boolean {
  const speaks = reason !== 'not-http' && reason !== 'no-http-answer';
  const isAnswer = state === 'open' && speaks && doubt === undefined;
  return scout.kind === 'extra-instance' && isAnswer;
}

function isRefused({ observation }: Pick<Observed<unknown>, 'observation'>): boolean {
  return observation.state === 'closed';
}

/** The addresses of whose control ports nothing but refusals by ICMP came back; a limit swallows some of them. */
function refusedAlike(compared: readonly Observed<ControlPort>[]): ReadonlySet<string> {
  const isFiltered = ({ observation }: Observed<ControlPort>): boolean => observation.state === 'filtered';
  const isByIcmp = ({ observation }: Observed<ControlPort>): boolean => observation.reason !== 'no-response';
  const places = groupBy(compared, ({ asked }) => addressKey(asked));
  return new Set(
    places
      .filter((place) => place.every(isFiltered) && place.some(isByIcmp))
      .flatMap(([one]) => (one === undefined ? [] : addressKey(one.asked))),
  );
}

/** This machine's own address towards each address of the site, by its text; nothing is sent. */
async function sourceAddresses(site: Site, system: System): Promise<ReadonlyMap<string, Address>> {
  const targets = selectedHosts(site).flatMap(({ addresses }) => addresses);
  const entries = await Promise.all(
    targets.map(async (target) => [formatAddress(target), await system.sourceAddress(target)] as const),
  );
  return new Map(entries.flatMap(([target, source]) => (source === null ? [] : [[target, source] as const])));
}
