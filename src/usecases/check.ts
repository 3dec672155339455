import { compareAddresses, formatAddress, type Address, type Family } from '../net/address.ts';
import { flowsFrom } from '../ports/flows.ts';
import { assumptionsOf } from '../ports/peers.ts';
import { scoutsOf } from '../ports/scouts.ts';
import { selectedHosts } from '../ports/selected-hosts.ts';
import { splitSkipped } from '../ports/split-skipped.ts';
import type { Vantage } from '../ports/vantage.ts';
import { resolveHosts } from '../site/resolve-hosts.ts';
import type { Site } from '../site/site.ts';
import { withLoopback } from '../site/with-loopback.ts';
import type { System } from '../system/system.ts';
import { reportHead, type Tool } from '../verdict/head.ts';
import { judgeCheck } from '../verdict/judge-check.ts';
import type { CheckReport } from '../verdict/report.ts';
import { askMirror } from './ask-mirror.ts';
import { consultListenLogs, readListenLogs } from './listen-logs.ts';
import { observe, type ObserveOptions } from './observe.ts';
import { askElsewhere, localView, ownAddressTest, readOwnSockets } from './own-machine.ts';

export interface CheckOptions extends ObserveOptions {
  readonly vantage: Vantage;
  /** Null: both for names, IPv4 for this machine. */
  readonly families: readonly Family[] | null;
  /** Ids of endpoints that are not asked. */
  readonly skip: readonly string[];
  /** Ask a few ports nobody expects, to tell how the deployment really is. */
  readonly withScouts: boolean;
  /** What `vwaudit listen` wrote on the hosts. */
  readonly listenLogs?: readonly string[];
  /** A stand-in listens on loopback: nobody else is expected to reach it. */
  readonly isRehearsal?: boolean;
}

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
  const { site: resolved, failures } = await resolveHosts(named, options.families ?? [4, 6], system);
  const sources = await sourceAddresses(resolved, system);
  const sourceTo = (address: Address): Address | null => sources.get(formatAddress(address)) ?? null;
  const { vantage, isRehearsal = false, listenLogs = [] } = options;
  await readListenLogs(listenLogs, system);
  const plan = flowsFrom({ vantage, sourceTo, isOwn: ownAddressTest(system) }, resolved);
  const { asked, skipped } = splitSkipped(plan.flows, options.skip);
  const scouts = options.withScouts ? scoutsOf(resolved) : [];

  const [seen, sockets] = await Promise.all([
    observe([...asked, ...scouts], failures, options, system),
    readOwnSockets(asked, system),
  ]);
  const first = seen.flatMap(({ asked: one, observation }) =>
    'expected' in one ? { asked: one, observation } : [],
  );
  const scouted = seen.flatMap(({ asked: one, observation }) =>
    'kind' in one ? { scout: one, observation } : [],
  );
  const observed = await askElsewhere(first, sockets, options, system);
  const mirrors = await askMirror(observed, resolved, options, system);
  const run = { startedMs: Date.parse(startedAt), durationMs: system.monotonicMs() - startMs };
  const logged = await consultListenLogs(listenLogs, observed, run, { system, signal: options.signal });
  const checked = observed.map(({ asked: flow, observation }, index) => ({
    flow,
    inSiteFile: resolved.source === 'file',
    observation,
    local: localView(flow, sockets, resolved, { isRehearsal }),
    mirror: mirrors.get(flow) ?? null,
    log: logged[index] ?? null,
  }));
  const { flows, findings, summary } = judgeCheck(checked, scouted, sockets?.table ?? null);

  const addresses = [...new Set([...sources.values()].sort(compareAddresses).map(formatAddress))];
  const provenance = { startedAt, vantage: { as: vantage, addresses } };
  return {
    ...reportHead('check', {
      tool,
      site: resolved,
      assumptions: assumptionsOf(resolved),
      observed: provenance,
    }),
    ...provenance,
    durationMs: Math.round(system.monotonicMs() - startMs),
    flows,
    findings,
    skipped: [...skipped.map((flow) => ({ flow, reason: '--skip' })), ...plan.omitted].map(
      ({ flow, reason }) => ({ host: flow.host.key, endpoint: flow.endpoint.id, reason }),
    ),
    summary,
  };
}

/** This machine's own address towards each address of the site, by its text; nothing is sent. */
async function sourceAddresses(site: Site, system: System): Promise<ReadonlyMap<string, Address>> {
  const targets = selectedHosts(site).flatMap(({ addresses }) => addresses);
  const entries = await Promise.all(
    targets.map(async (target) => [formatAddress(target), await system.sourceAddress(target)] as const),
  );
  return new Map(entries.flatMap(([target, source]) => (source === null ? [] : [[target, source] as const])));
}
