import { describe, expect, test } from 'vitest';
import type { LogView } from '../../../src/verdict/check/checked.ts';
import { finding } from '../../../src/verdict/findings/finding.ts';
import { joinListenLog } from '../../../src/verdict/merge/join-listen-log.ts';
import type { FlowResult } from '../../../src/verdict/reports/report.ts';
import type { Finding } from '../../../src/verdict/findings/finding.ts';
import { summarize } from '../../../src/verdict/reports/summarize.ts';
import { host } from '../../ports/site.ts';
import { checkReport } from '../../report/check-report.ts';

const ARRIVED: LogView = { kind: 'arrived', evidence: 'listen log a.jsonl: our nonce arrived' };
const NOTHING: LogView = { kind: 'nothing-arrived', evidence: 'listen log a.jsonl: nothing arrived' };

const AT = { host: 'maps-a', address: '10.20.0.11', instances: 2, inSiteFile: false } as const;

/** A check of two instances in which all UDP went like this. */
function saved(
  expected: 'reachable' | 'blocked',
  seen: Pick<FlowResult, 'state' | 'reason' | 'verdict'> & Partial<Pick<FlowResult, 'rttMs'>>,
  more: (udp: readonly string[]) => readonly Finding<string>[] = () => [],
) {
  const report = checkReport([host('maps-a', 2, true, ['10.20.0.11'])], { as: 'outsider' });
  const flows = report.flows.map((flow) =>
    flow.transport === 'udp' ? { ...flow, ...seen, expected } : flow,
  );
  const udp = flows.filter(({ transport }) => transport === 'udp').map(({ id }) => id);
  return { ...report, flows, findings: more(udp), summary: summarize(flows) };
}

const SILENT = { state: 'open|filtered', reason: 'no-response', verdict: 'unproven' } as const;

const silence = (udp: readonly string[]): readonly Finding<string>[] => [
  finding('udp-silent', { ...AT, ports: '10100, 10200-10201/udp', isLocal: false, listens: false }, udp),
];

const joined = (report: ReturnType<typeof saved>, view: (flow: FlowResult) => LogView | null) => {
  const { flows, findings, summary } = joinListenLog(report, report.flows.map(view));
  return {
    summary,
    codes: findings.map(({ code }) => code),
    messages: findings.map(({ message }) => message),
    udp: flows
      .filter(({ transport }) => transport === 'udp')
      .map(({ state, reason, verdict }) => `${state} ${reason}: ${verdict}`),
    evidence: flows.filter(({ transport }) => transport === 'udp').map(({ evidence }) => evidence[0]),
  };
};
const udp = (view: LogView) => (flow: FlowResult) => (flow.transport === 'udp' ? view : null);
const thrice = (text: string) => [text, text, text];

describe('UDP that stayed silent', () => {
  test('held, and nothing arrived: blocked, a pass for who must not get in', () => {
    const report = saved('blocked', SILENT, (ids) => [
      finding(
        'blocked-unproven',
        {
          ...AT,
          ports: '10100, 10200-10201/udp',
          state: 'open|filtered',
          reason: 'no-response',
          listens: false,
        },
        ids,
      ),
      finding('icmp-rate-limited', { ...AT, ports: '10100, 10200-10201/udp' }, ids),
    ]);
    expect(joined(report, udp(NOTHING))).toMatchObject({
      udp: thrice('filtered listen-log: pass'),
      codes: ['log-silence'],
      summary: { fail: 0, unproven: 0 },
      evidence: thrice(NOTHING.evidence),
    });
  });

  test('held, and nothing arrived: a failure with its finding for who must get in', () => {
    const shown = joined(saved('reachable', SILENT, silence), udp(NOTHING));
    expect(shown).toMatchObject({ udp: thrice('filtered listen-log: fail'), codes: ['filtered'] });
    expect(shown.messages[0]).toMatch(
      /^10100, 10200-10201\/udp on maps-a \(10\.20\.0\.11\): vwaudit listen had/,
    );
  });

  test('arrived: open, proven for who must get in, exposed for who must not', () => {
    expect(joined(saved('reachable', SILENT, silence), udp(ARRIVED))).toMatchObject({
      udp: thrice('open listen-log: pass'),
      codes: ['stand-in'],
    });
    expect(joined(saved('blocked', SILENT), udp(ARRIVED))).toMatchObject({
      udp: thrice('open listen-log: fail'),
      codes: ['stand-in', 'exposed'],
    });
  });

  test('of some ports only: the finding keeps the others, and names them', () => {
    const shown = joined(saved('reachable', SILENT, silence), (flow) =>
      flow.port === 10_100 ? ARRIVED : null,
    );
    expect(shown.udp).toEqual([
      'open listen-log: pass',
      ...thrice('open|filtered no-response: unproven').slice(1),
    ]);
    expect(shown.messages[0]).toMatch(/^10200-10201\/udp on maps-a/);
    expect(shown.messages[1]).toMatch(/^10100\/udp .* vwaudit listen answers there/);
  });

  test('no log, nothing changes', () => {
    const report = saved('reachable', SILENT, silence);
    expect(joinListenLog(report, [])).toEqual(report);
  });

  test('what another finding doubts stays unproven; that it arrived is a fact', () => {
    const doubt = (ids: readonly string[]) => [
      {
        code: 'reacts-to-probing',
        severity: 'warning',
        message: 'x',
        advice: [],
        args: {},
        flows: ids,
      } as const,
    ];
    expect(joined(saved('blocked', SILENT, doubt), udp(NOTHING))).toMatchObject({
      udp: thrice('filtered listen-log: unproven'),
      codes: ['reacts-to-probing'],
    });
    expect(joined(saved('blocked', SILENT, doubt), udp(ARRIVED)).udp).toEqual(
      thrice('open listen-log: fail'),
    );
  });
});

test('refused, but it arrived: open, and the contradiction is said', () => {
  const refused = { state: 'closed', reason: 'port-unreach', verdict: 'fail' } as const;
  const report = saved('reachable', refused, (ids) => [
    finding('closed', { ...AT, ports: '10100, 10200-10201/udp', isLocal: false }, ids),
  ]);
  expect(joined(report, udp(ARRIVED))).toMatchObject({
    udp: thrice('open listen-log: pass'),
    codes: ['evidence-conflict', 'stand-in'],
  });
});

test('an answer although nothing arrived: somebody else gave it', () => {
  const open = { state: 'open', reason: 'udp-response', verdict: 'pass' } as const;
  expect(joined(saved('reachable', open), udp(NOTHING))).toMatchObject({
    udp: thrice('open intercepted: unproven'),
    codes: ['intercepted'],
  });
  expect(joined(saved('blocked', { ...open, verdict: 'fail' }), udp(NOTHING)).udp).toEqual(
    thrice('open udp-response: fail'),
  );
});

test('a refusal on the way to a port that was held: blocked, however it was refused', () => {
  for (const [state, reason] of [
    ['closed', 'conn-refused'],
    ['unreachable', 'host-unreach'],
  ] as const) {
    const seen = { state, reason, rttMs: 0.4, verdict: 'unproven' } as const;
    expect(joined(saved('blocked', seen), udp(NOTHING)).udp, state).toEqual(
      thrice('filtered listen-log: pass'),
    );
  }
  const down = { state: 'unreachable', reason: 'host-unreach', rttMs: 3060, verdict: 'unproven' } as const;
  expect(joined(saved('blocked', down), udp(NOTHING)).udp).toEqual(
    thrice('unreachable host-unreach: unproven'),
  );
});
