import { expect, test } from 'vitest';
import type { Role, Vantage } from '../../src/deployment/role.ts';
import { formatAddress, parseAddress } from '../../src/net/address.ts';
import { flowsFrom } from '../../src/ports/flows.ts';
import { accessOfSite } from '../../src/usecases/access-of-site.ts';
import { mergeChecks } from '../../src/verdict/merge/merge-checks.ts';
import type { SavedCheck } from '../../src/verdict/reports/check-report.ts';
import { reportHead } from '../../src/verdict/reports/head.ts';
import type { FlowResult } from '../../src/verdict/reports/report.ts';
import { summarize } from '../../src/verdict/reports/summarize.ts';
import { host, siteOf } from '../ports/site.ts';

const TOOL = { name: 'vwaudit', version: '0.1.0' };
const FROM: Partial<Record<Vantage, string>> = {
  client: '10.30.4.7',
  'config-tool': '10.20.9.5',
  allocator: '10.20.0.11',
  server: '10.20.0.12',
  outsider: '10.99.0.1',
};

type Peers = Partial<Record<Role, readonly string[]>>;

const TWO_HOSTS = [host('maps-a', 2, true, ['10.20.0.11']), host('maps-b', 1, false, ['10.20.0.12'])];
const STATED: Peers = { client: ['10.30.0.0/16'], 'config-tool': ['10.20.9.5'], web: [] };

/** A check in which everything passes. */
function report(as: Vantage, peers: Peers, hosts = TWO_HOSTS, skip: readonly string[] = []): SavedCheck {
  const site = { ...siteOf(hosts, { peers }), source: 'file' as const };
  const from = FROM[as] ?? '10.30.4.7';
  const source = parseAddress(from, 'test');
  const plan = flowsFrom(
    { vantage: as, sourceTo: () => source, isOwn: (address) => formatAddress(address) === from },
    site,
  );
  const flows = plan.flows
    .filter(({ endpoint }) => !skip.includes(endpoint.id))
    .map(({ id, endpoint, host: { key }, address, expected }): FlowResult => ({
      ...{ id, from: { role: as, addresses: [] }, endpoint: endpoint.id, host: key },
      address: address === null ? null : formatAddress(address),
      ...{ transport: endpoint.transport, port: endpoint.port, expected },
      state: expected === 'reachable' ? 'open' : 'filtered',
      ...{ reason: 'syn-ack', rttMs: 1, verdict: 'pass', evidence: [] },
    }));
  const observed = { startedAt: '2026-11-29T08:00:00.000Z', vantage: { as, addresses: [from] } };
  return {
    ...reportHead('check', { tool: TOOL, site, assumptions: [], observed }),
    ...observed,
    ...{ durationMs: 1000, flows, findings: [], summary: summarize(flows) },
    skipped: hosts.flatMap(({ key }) => skip.map((endpoint) => ({ host: key, endpoint, reason: '--skip' }))),
  };
}

function merged(...reports: readonly SavedCheck[]) {
  const files = reports.map((one, index) => ({ file: `${index}.json`, report: one }));
  return mergeChecks(files, TOOL, Date.parse, accessOfSite);
}

/** `ROLE: PORTS on HOSTS` of what nobody checked. */
const gaps = ({ findings }: ReturnType<typeof merged>) =>
  findings.flatMap(({ code, args }) =>
    code === 'not-checked'
      ? [`${String(args.as)}: ${String(args.ports)} on ${(args.hosts as readonly string[]).join(' ')}`]
      : [],
  );

const as = (...roles: readonly Vantage[]) => roles.map((role) => report(role, STATED));

test('a client and an outsider say nothing of the other roles that the site has', () => {
  const result = merged(...as('client', 'outsider'));
  expect(result.summary.unproven).toBe(0);
  expect(result.findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'not-checked Not checked: that config-tool reaches 103/tcp (server 1, config) on maps-a and maps-b; no report as config-tool.',
    'not-checked Not checked: that allocator reaches 10301/tcp, 10200/udp on maps-b; no report as allocator.',
    'not-checked Not checked: that server reaches 10100, 10200-10201/udp on maps-a; no report as server.',
  ]);
});

test('with a report of every role everything is proven', () => {
  const result = merged(...as('client', 'config-tool', 'allocator', 'server', 'outsider'));
  expect(gaps(result)).toEqual([]);
  expect(result.summary).toMatchObject({ fail: 0, unproven: 0 });
});

test('nobody has the role: no gap; web clients that are stated and not checked are one', () => {
  const roles = (peers: Peers) =>
    new Set(
      gaps(merged(report('client', peers), report('outsider', peers))).map((text) => text.split(':')[0]),
    );
  expect(roles({ ...STATED, 'config-tool': [] })).toEqual(new Set(['allocator', 'server']));
  expect(roles({ ...STATED, web: ['10.40.0.0/16'] })).toEqual(
    new Set(['allocator', 'server', 'config-tool', 'web']),
  );
});

test('without an outsider, what no other role is kept out of is not checked, in one report as in several', () => {
  const one = [host('maps-a', 2, true, ['10.20.0.11'])];
  const of = (...roles: readonly Vantage[]) =>
    gaps(merged(...roles.map((role) => report(role, { client: ['10.30.0.0/16'] }, one))));
  expect(of('client', 'all')).toEqual(['outsider: 102, 10100-10101/tcp on maps-a']);
  expect(of('client', 'outsider')).toEqual([]);
  expect(of('client')).toContain('outsider: 102, 10100-10101/tcp on maps-a');
});

test('a host or an address that a report left out is not checked; what --skip left out is no gap', () => {
  const only = report('client', STATED);
  const narrowed = { ...only, flows: only.flows.filter((flow) => flow.host === 'maps-a') };
  const narrow = { ...narrowed, summary: summarize(narrowed.flows) };
  expect(gaps(merged(narrow, ...as('outsider')))).toContain('client: 102/tcp (server 1, clients) on maps-b');
  const both = [host('maps-a', 1, false, ['10.20.0.11', 'fd00:20::11'])];
  const onlyIpv4 = (as: Vantage): SavedCheck => {
    const whole = report(as, { client: ['10.30.0.0/16', 'fd00:30::/64'] }, both);
    const flows = whole.flows.filter(({ address }) => address === '10.20.0.11');
    return { ...whole, site: { ...whole.site, source: 'file' }, flows, summary: summarize(flows) };
  };
  expect(gaps(merged(onlyIpv4('client'), onlyIpv4('outsider')))).toEqual([
    'client: 102/tcp (server 1, clients) on maps-a',
    'outsider: 102-103, 10301/tcp on maps-a',
  ]);
  const skipping = report('config-tool', STATED, TWO_HOSTS, ['server-1.config']);
  expect(gaps(merged(skipping, ...as('client', 'allocator', 'server', 'outsider')))).toEqual([]);
});

test('a check of everything speaks for the roles that its address is stated for', () => {
  const one = [host('maps-a', 2, true, ['10.20.0.11'])];
  expect(gaps(merged(report('all', STATED, one), report('outsider', STATED, one)))).toEqual([
    'config-tool: 103/tcp (server 1, config) on maps-a',
  ]);
});
