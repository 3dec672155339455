import { describe, expect, test } from 'vitest';
import { flowsFrom, unstatedFlow } from '../../../src/ports/flows.ts';
import { exploratoryProbes } from '../../../src/ports/exploratory-probes.ts';
import type { Vantage } from '../../../src/deployment/role.ts';
import type { Observation } from '../../../src/probe/probes/observation.ts';
import type { ControlView } from '../../../src/verdict/check/control-view.ts';
import { judgeCheck } from '../../../src/verdict/check/judge-check.ts';
import { host, siteOf } from '../../ports/site.ts';

const CONTEXT = {
  scouted: [],
  table: null,
  controls: new Map<string, ControlView>([
    ['maps-a@10.20.0.11', { kind: 'silent-or-refused', ports: [20001, 20002] }],
  ]),
  standIn: 'noted',
} as const;

type Seen = Omit<Observation, 'target'>;
const seen = (state: Seen['state'], reason: Seen['reason']): Seen => ({
  state,
  reason,
  rttMs: null,
  errno: null,
  evidence: [],
});
const OPEN = {
  tcp: seen('open', 'syn-ack'),
  http: seen('open', 'http-response'),
  udp: seen('open', 'udp-response'),
};
const CLOSED = seen('closed', 'conn-refused');

/** A host on which exactly these ports answer; everything else, expected or not, is closed. */
function deployment(
  answering: readonly number[],
  {
    instances = 4,
    vantage = 'all',
    udp = true,
  }: { instances?: number; vantage?: Vantage; udp?: boolean } = {},
) {
  const site = siteOf([host('maps-a', instances, true, ['10.20.0.11'])], {
    peers: { client: ['10.0.0.0/8'] },
  });
  const { flows } = flowsFrom({ vantage, sourceTo: () => null, isOwn: () => false }, site);
  const observe = ({
    endpoint,
  }: {
    endpoint: { port: number; transport: 'tcp' | 'udp'; application: 'http' | null };
  }): Seen => {
    if (endpoint.transport === 'udp') return udp ? OPEN.udp : CLOSED;
    return answering.includes(endpoint.port) ? OPEN[endpoint.application ?? 'tcp'] : CLOSED;
  };
  const checked = flows.map((flow) => ({
    flow,
    observation: observe(flow),
    local: null,
    mirror: null,
    log: null,
    inSiteFile: false,
  }));
  const scouted = exploratoryProbes(site).map((scout) => ({ scout, observation: observe(scout) }));
  const unstated = scouted
    .filter(({ scout, observation }) => scout.kind === 'extra-instance' && observation.state === 'open')
    .map(({ scout, observation }) => ({
      flow: unstatedFlow(scout, { vantage, sourceTo: () => null, isOwn: () => false }, site),
      observation,
      local: null,
      mirror: null,
      log: null,
      inSiteFile: false,
      isUnstated: true as const,
    }));
  return judgeCheck([...checked, ...unstated], { ...CONTEXT, scouted });
}

const codes = ({ findings }: ReturnType<typeof deployment>) => findings.map(({ code }) => code);
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const FOUR = [102, 103, ...range(10100, 10103)];

describe('one finding instead of a wall', () => {
  test('HTTP answers on the numbers of the table', () => {
    const judged = deployment([...FOUR, ...range(10300, 10303)]);
    expect(judged.findings).toMatchObject([
      {
        code: 'other-reading',
        args: { reading: 'table', ports: '10300-10303' },
        flows: ['all>maps-a/server-4.http@10.20.0.11'],
      },
    ]);
    expect(judged.summary.fail).toBe(1);
    expect(judged.findings[0]?.advice.join()).toContain('--reading table');
  });

  test('a lone server by the table', () => {
    expect(codes(deployment([102, 103, 10100, 10300], { instances: 1 }))).toEqual(['other-reading']);
  });

  test('a missing HTTP port in the middle is no other reading, even if 10300 answers', () => {
    expect(codes(deployment([...FOUR, 10300, 10301, 10303, 10304]))).toEqual(['closed']);
  });

  test('10300 answering beside all the expected ports means nothing', () => {
    expect(codes(deployment([...FOUR, ...range(10300, 10304)]))).toEqual([]);
  });

  test('every port of instance 3 and above fails: two seem to run', () => {
    const judged = deployment([102, 103, 10100, 10101, 10301, 10302]);
    expect(judged.findings).toMatchObject([{ code: 'fewer-instances', args: { running: 2, instances: 4 } }]);
    expect(judged.findings[0]?.flows).toHaveLength(4);
    expect(judged.findings[0]?.message).toBe(
      'maps-a: every port of instances 3 to 4 fails: 2 instances seem to run, not 4.',
    );
  });

  test('one silent client port is a firewall, not an instance that is missing', () => {
    const site = siteOf([host('maps-a', 4, true, ['10.20.0.11'])], {
      peers: { client: ['10.0.0.0/8'], web: [] },
    });
    const { flows } = flowsFrom({ vantage: 'client', sourceTo: () => null, isOwn: () => false }, site);
    const checked = flows
      .filter(({ expected }) => expected === 'reachable')
      .map((flow) => ({
        flow,
        observation: flow.endpoint.id === 'server-4.client' ? seen('filtered', 'no-response') : OPEN.tcp,
        local: null,
        mirror: null,
        log: null,
        inSiteFile: false,
      }));
    expect(judgeCheck(checked, CONTEXT).findings.map(({ code }) => code)).toEqual(['filtered']);
  });

  test('a hole below is not fewer instances', () => {
    expect(codes(deployment([102, 103, 10100, 10301, 10302]))).toEqual(['closed']);
  });

  test('a lone server whose allocator port is closed', () => {
    const judged = deployment([102, 103, 10301], { instances: 1, udp: false });
    expect(codes(judged)).toContain('allocator-missing');
    expect(judged.findings.find(({ code }) => code === 'allocator-missing')?.advice.join()).toContain(
      '--no-allocator',
    );
  });
});

describe('an instance nobody stated', () => {
  test('is a warning, and what answers is unproven', () => {
    const judged = deployment([...FOUR, 10104, ...range(10301, 10305)]);
    expect(judged.findings).toMatchObject([
      { code: 'unexpected-instance', severity: 'warning', args: { instance: 5, ports: '10104 and 10305' } },
    ]);
    expect(judged.summary).toEqual({ pass: 15, fail: 0, unproven: 2 });
  });

  test('its client port suffices', () => {
    const judged = deployment([...FOUR, 10104, ...range(10301, 10304)]);
    expect(judged.findings).toMatchObject([{ code: 'unexpected-instance', args: { ports: '10104' } }]);
    expect(judged.summary).toEqual({ pass: 15, fail: 0, unproven: 1 });
  });
});

describe('forbidden flows', () => {
  test('a client that reaches the configuration port is exposed', () => {
    const judged = deployment([...FOUR, ...range(10301, 10304)], { vantage: 'client', udp: false });
    const exposed = judged.findings.find(({ code }) => code === 'exposed');
    expect(exposed).toMatchObject({
      severity: 'error',
      args: { as: 'client', ports: '103, 10301-10304/tcp' },
    });
    expect(judged.findings.find(({ code }) => code === 'blocked-unproven')).toMatchObject({
      severity: 'note',
      args: { state: 'closed' },
    });
    expect(judged.summary).toEqual({ pass: 5, fail: 5, unproven: 5 });
  });
});
