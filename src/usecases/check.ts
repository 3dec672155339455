import { groupBy } from '../group-by.ts';
import { compareAddresses, formatAddress, type Family } from '../net/address.ts';
import { flowsAsAll, type Flow } from '../ports/flows.ts';
import { assumptionsOf } from '../ports/peers.ts';
import { splitSkipped } from '../ports/split-skipped.ts';
import { resolveHosts } from '../site/resolve-hosts.ts';
import type { Site } from '../site/site.ts';
import { withLoopback } from '../site/with-loopback.ts';
import type { System } from '../system/system.ts';
import { reportHead, type Tool } from '../verdict/head.ts';
import { judgeCheck } from '../verdict/judge-check.ts';
import type { CheckReport } from '../verdict/report.ts';
import { observe, type ObserveOptions } from './observe.ts';
import { askElsewhere, localView, readOwnSockets } from './own-machine.ts';

export interface CheckOptions extends ObserveOptions {
  /** Null: both for names, IPv4 for this machine. */
  readonly families: readonly Family[] | null;
  /** Ids of endpoints that are not asked. */
  readonly skip: readonly string[];
  /** A stand-in listens on loopback: nobody else is expected to reach it. */
  readonly isRehearsal?: boolean;
}

export interface CheckContext {
  readonly system: System;
  readonly tool: Tool;
}

/** Probes every endpoint the site expects, from here, and judges what was seen. */
export async function check(
  site: Site,
  options: CheckOptions,
  { system, tool }: CheckContext,
): Promise<CheckReport> {
  const [startedAt, startMs] = [system.now().toISOString(), system.monotonicMs()];
  const named = withLoopback(site, options.families);
  const { site: resolved, failures } = await resolveHosts(named, options.families ?? [4, 6], system);
  const { asked, skipped } = splitSkipped(flowsAsAll(resolved), options.skip);
  const [first, sockets, addresses] = await Promise.all([
    observe(asked, failures, options, system),
    readOwnSockets(asked, system),
    sourceAddresses(asked, system),
  ]);
  const observed = await askElsewhere(first, sockets, options, system);
  const checked = observed.map((one) => ({
    ...one,
    local: localView(one.flow, sockets, resolved, { isRehearsal: options.isRehearsal ?? false }),
  }));
  const { flows, findings, summary } = judgeCheck(checked, sockets?.table ?? null);
  const vantage = { as: 'all', addresses };
  return {
    ...reportHead('check', {
      tool,
      site: resolved,
      assumptions: assumptionsOf(resolved),
      observed: { startedAt, vantage },
    }),
    startedAt,
    vantage,
    durationMs: Math.round(system.monotonicMs() - startMs),
    flows,
    findings,
    skipped: skipped.map(({ host, endpoint }) => ({
      host: host.key,
      endpoint: endpoint.id,
      reason: '--skip',
    })),
    summary,
  };
}

/** This machine's own addresses it speaks from to these hosts, sorted. */
async function sourceAddresses(flows: readonly Flow[], system: System): Promise<readonly string[]> {
  const targets = groupBy(flows, ({ address }) => (address === null ? '' : formatAddress(address))).flatMap(
    ([flow]) => flow?.address ?? [],
  );
  const sources = await Promise.all(targets.map((address) => system.sourceAddress(address)));
  const known = sources.flatMap((address) => address ?? []).sort(compareAddresses);
  return [...new Set(known.map(formatAddress))];
}
