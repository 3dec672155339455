import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress, type Address } from '../../../src/net/address.ts';
import { flowsFrom } from '../../../src/ports/flows.ts';
import type { Vantage } from '../../../src/deployment/role.ts';
import type { Site } from '../../../src/deployment/site.ts';
import type { Observation } from '../../../src/probe/probes/observation.ts';
import type { Listener } from '../../../src/sockets/socket-table.ts';
import type { Checked, LocalView } from '../../../src/verdict/check/checked.ts';
import { addressKey, type ControlView } from '../../../src/verdict/check/control-view.ts';
import { judgeCheck, type JudgeContext } from '../../../src/verdict/check/judge-check.ts';
import { host, siteOf } from '../../ports/site.ts';

const flowsOf = (site: Site, vantage: Vantage = 'all') =>
  flowsFrom({ vantage, sourceTo: () => null, isOwn: () => false }, site).flows;

type Seen = Omit<Observation, 'target'>;

const OPEN: Seen = { state: 'open', reason: 'syn-ack', rttMs: 0.4, errno: null, evidence: ['syn-ack'] };
const CLOSED: Seen = {
  state: 'closed',
  reason: 'conn-refused',
  rttMs: 0.3,
  errno: 'ECONNREFUSED',
  evidence: ['refused'],
};
const SILENT_TCP: Seen = {
  state: 'filtered',
  reason: 'no-response',
  rttMs: null,
  errno: null,
  evidence: ['silence'],
};
const SILENT_UDP: Seen = {
  state: 'open|filtered',
  reason: 'no-response',
  rttMs: null,
  errno: null,
  evidence: ['silence'],
};

function listener(process: string | null, pid: number | null, address: string | null = null): Listener {
  const bound = address === null ? null : parseAddress(address, 'test');
  return { transport: 'tcp', family: 4, address: bound, servesBoth: null, port: 0, pid, process };
}

function view(listeners: readonly Listener[], parts: Partial<LocalView> = {}): LocalView {
  return { listeners, covering: listeners, isComplete: true, isNeededByOthers: true, ...parts };
}

/** Judged where ports nobody uses refuse, unless said otherwise. */
function judge(checked: readonly Checked[], context: Partial<JudgeContext> = {}) {
  const refuses = ({ flow }: Checked): [string, ControlView] => [
    addressKey(flow),
    { kind: 'silent-or-refused', ports: [20001, 20002] },
  ];
  const controls = new Map(checked.map(refuses));
  return judgeCheck(checked, { scouted: [], table: null, controls, standIn: 'noted', ...context });
}

/** A run against one host of four instances: what was seen of each endpoint, by id; everything else is open. */
function run(
  seen: Readonly<Record<string, Seen>>,
  local: Readonly<Record<string, LocalView>> = {},
  name: string | null = null,
) {
  const one = { ...host('maps-a', 4, true, ['10.20.0.11']), name };
  const checked = flowsOf(siteOf([one])).map((flow): Checked => ({
    flow,
    observation: seen[flow.endpoint.id] ?? OPEN,
    local: local[flow.endpoint.id] ?? null,
    mirror: null,
    log: null,
    inSiteFile: false,
  }));
  return judge(checked);
}

const texts = ({ findings }: ReturnType<typeof run>) =>
  findings.map(({ code, message }) => `${code}: ${message}`);

describe('what stayed silent', () => {
  test('a silent UDP port is unproven, with a note, and the run counts it', () => {
    const judged = run({ 'server-2.udp': SILENT_UDP });
    expect(judged.summary).toEqual({ pass: 14, fail: 0, unproven: 1 });
    expect(texts(judged)).toEqual([
      'udp-silent: 10201/udp (server 2, internal) on maps-a (10.20.0.11): UDP silence proves nothing, neither open nor closed.',
    ]);
  });

  test('a complete socket table with a listener proves it', () => {
    const judged = run({ 'server-2.udp': SILENT_UDP }, { 'server-2.udp': view([listener('vws', 42)]) });
    expect(judged.flows.find(({ endpoint }) => endpoint === 'server-2.udp')).toMatchObject({
      state: 'open',
      reason: 'socket-table',
      verdict: 'pass',
      evidence: ['silence', 'socket table: opened by vws 42'],
    });
  });

  test('an incomplete one proves nothing, with or without a listener', () => {
    for (const listeners of [[], [listener('vws', 42)]]) {
      const judged = run(
        { 'server-2.udp': SILENT_UDP },
        { 'server-2.udp': view(listeners, { isComplete: false }) },
      );
      expect(judged.summary).toEqual({ pass: 14, fail: 0, unproven: 1 });
    }
  });

  test('a complete one without a listener proves it closed', () => {
    const judged = run({ 'server-2.udp': SILENT_UDP }, { 'server-2.udp': view([]) });
    expect(judged.summary).toEqual({ pass: 14, fail: 1, unproven: 0 });
    expect(texts(judged)[0]).toMatch(/^closed: 10201\/udp .* nothing listens there\./);
  });

  test('silent TCP beside answers is a firewall, beside none a dead host or a firewall', () => {
    expect(texts(run({ 'server-4.client': SILENT_TCP }))[0]).toMatch(
      /10103\/tcp \(server 4, clients\).*a firewall drops it/,
    );
    const all = Object.fromEntries(
      flowsOf(siteOf([host('maps-a', 4, true, ['10.20.0.11'])])).map(({ endpoint }) => [
        endpoint.id,
        SILENT_TCP,
      ]),
    );
    expect(texts(run(all))[0]).toMatch(/the host is down or a firewall drops everything/);
  });
});

describe('contradictions and strangers', () => {
  test('a refusal where the table shows a listener is named', () => {
    const judged = run({ 'server-1.client': CLOSED }, { 'server-1.client': view([listener('vws', 42)]) });
    expect(texts(judged).map((text) => text.split(':')[0])).toEqual(['closed', 'evidence-conflict']);
    expect(judged.summary.fail).toBe(1);
  });

  const owners = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(names).map(([id, name], index) => [id, view([listener(name, 100 + index)])]),
    );

  test('the odd program among a majority is foreign; process ids never matter', () => {
    const judged = run(
      {},
      owners({
        'server-1.client': 's7.exe',
        'server-2.client': 'vws.exe',
        'server-3.client': 'vws.exe',
        'server-1.config': 'vws.exe',
      }),
    );
    expect(texts(judged)).toEqual([
      'foreign-process: 102/tcp (server 1, clients) on maps-a (10.20.0.11): not proven, opened by s7.exe, the other ports by vws.exe.',
    ]);
    expect(judged.flows.filter(({ verdict }) => verdict !== 'pass').map(({ endpoint }) => endpoint)).toEqual([
      'server-1.client',
    ]);
    expect(judged.summary).toMatchObject({ fail: 0, unproven: 1 });
  });

  test('one program with many processes, and an allocator of its own, are no strangers', () => {
    expect(
      texts(
        run({}, owners({ 'server-1.client': 'vws', 'server-2.client': 'vws', 'allocator.client': 'vwa' })),
      ),
    ).toEqual([]);
  });

  test('without a majority any of them may be the stranger: nothing is proven', () => {
    const judged = run({}, owners({ 'server-1.client': 'a', 'server-2.client': 'b' }));
    expect(judged.summary).toMatchObject({ fail: 0, unproven: 2 });
    expect(texts(judged)).toEqual([
      'foreign-process: 102/tcp (server 1, clients) on maps-a (10.20.0.11): not proven, opened by a, the others of that part by another program.',
      'foreign-process: 10101/tcp (server 2, clients) on maps-a (10.20.0.11): not proven, opened by b, the others of that part by another program.',
    ]);
  });

  test("a tie of the allocator is decided by the servers' program, and a stand-in is no stranger", () => {
    const servers = { 'server-1.client': 'vw', 'server-1.config': 'vw' };
    const tie = run({}, owners({ ...servers, 'allocator.client': 'x', 'allocator.udp': 'vw' }));
    expect(texts(tie)).toEqual([
      expect.stringMatching(/^foreign-process: 10100\/tcp .* by x, the other ports by vw\.$/),
    ]);
    const stand = run({}, owners({ ...servers, 'server-2.client': 'vwaudit listen' }));
    expect(texts(stand).filter((text) => text.startsWith('foreign'))).toEqual([]);
  });

  test.each([
    ['python3.11', {}, ['other-program'], 'opened by python3.11, which is not Viz World'],
    ['nc.openbsd', { standIn: 'refused' }, ['other-program'], 'not proven, opened by nc.openbsd'],
    ['python.exe', { standIn: 'refused' }, ['other-program'], 'not proven, opened by python.exe'],
    ['vws.exe', { standIn: 'refused' }, [], ''],
    ['System', { standIn: 'refused' }, [], ''],
    ['vws', {}, [], ''],
    ['node', {}, [], ''],
    ['node', { standIn: 'refused' }, ['other-program'], 'not proven'],
    [null, { standIn: 'refused' }, [], ''],
    ['python3.11', { standIn: 'expected' }, [], ''],
  ] as const)('%s on every port %j: %j', (name, context, codes, why) => {
    const judged = judge(
      flowsOf(siteOf([host('maps-a', 4, true, ['10.20.0.11'])])).map((flow, index): Checked => ({
        flow,
        observation: OPEN,
        local: view([listener(name, 100 + index)]),
        mirror: null,
        log: null,
        inSiteFile: false,
      })),
      context,
    );
    expect(judged.findings.map(({ code }) => code)).toEqual(codes);
    expect(judged.findings[0]?.message ?? '').toContain(why);
    expect(judged.summary).toEqual(
      why.startsWith('not proven') ? { pass: 0, fail: 0, unproven: 15 } : { pass: 15, fail: 0, unproven: 0 },
    );
  });

  test('who greets as a server of another protocol proves nothing to those who must get in, and lets in the others', () => {
    const judged = judge(
      flowsOf(siteOf([host('maps-a', 1, false, ['10.20.0.11'])])).flatMap((flow): Checked[] => {
        const one = { observation: { ...OPEN, protocol: 'SSH' }, local: null, mirror: null, log: null };
        const outside = { ...flow, expected: 'blocked' as const };
        return [flow, outside].map((each) => ({ ...one, flow: each, inSiteFile: false }));
      }),
      {},
    );
    const of = (expected: string): readonly string[] => [
      ...new Set(judged.flows.filter((one) => one.expected === expected).map(({ verdict }) => verdict)),
    ];
    expect({ must: of('reachable'), mustNot: of('blocked') }).toEqual({
      must: ['unproven'],
      mustNot: ['fail'],
    });
    expect(texts(judged).filter((text) => text.startsWith('other-program'))).toEqual([
      expect.stringContaining('not proven, opened by a server of SSH, which is not Viz World'),
    ]);
  });

  test('who has a port is part of the flow', () => {
    const { flows } = run({}, owners({ 'server-1.client': 'vws\u001b' }));
    expect(flows.map(({ program }) => program).filter((one) => one !== undefined)).toEqual(['vws\\x1b']);
  });

  test('beside vwaudit listen, a program that is shown is no doubt about a stand-in', () => {
    const beside = (name: string) =>
      judge(
        flowsOf(siteOf([host('maps-a', 1, false, ['10.20.0.11'])])).map((flow): Checked => ({
          flow,
          observation: { ...OPEN, isMute: true },
          local: view([listener(flow.endpoint.id === 'server-1.client' ? name : 'vwaudit listen', 1)]),
          mirror: null,
          log: null,
          inSiteFile: false,
        })),
        { standIn: 'refused' },
      ).findings.map(({ code }) => code);
    expect(beside('vws.exe')).toEqual(['not-viz-world']);
    expect(beside('python3.11')).toEqual(['not-viz-world', 'other-program']);
    expect(beside('node')).toEqual(['not-viz-world', 'may-be-stand-in']);
  });

  test('open over one family, where others use the other one too, fails', () => {
    const six: Listener = { ...listener('vws', 1), family: 6, servesBoth: false };
    const judged = run({}, { 'server-1.client': view([six], { unserved: 4 }) });
    expect(judged.flows.find(({ endpoint }) => endpoint === 'server-1.client')).toMatchObject({
      state: 'open',
      reason: 'ipv6-only',
      verdict: 'fail',
    });
    expect(texts(judged)).toEqual([
      'one-family-only: 102/tcp (server 1, clients) on maps-a (10.20.0.11): listens on IPv6 only, so nobody connects over IPv4.',
    ]);
  });

  test('a port bound to loopback only is an error where others must reach it', () => {
    const loopback = view([listener('vws', 1, '127.0.0.1')]);
    const judged = run({}, { 'server-1.client': loopback });
    expect(texts(judged)).toEqual([
      expect.stringMatching(/^loopback-only: 102\/tcp .* listens on 127\.0\.0\.1 only/),
    ]);
    expect(judged.findings[0]?.severity).toBe('error');
    expect(texts(run({}, { 'server-1.client': { ...loopback, isNeededByOthers: false } }))).toEqual([]);
    expect(
      texts(run({}, { 'server-1.client': view([listener('vws', 1, '127.0.0.1'), listener('vws', 1)]) })),
    ).toEqual([]);
  });

  test('text from outside is escaped', () => {
    const judged = run(
      {},
      owners({ 'server-1.client': 'evil\u001b[2J', 'server-2.client': 'vws', 'server-3.client': 'vws' }),
    );
    expect(texts(judged)[0]).toContain('evil\\x1b[2J');
  });
});

describe('advice names what would settle it', () => {
  const outsider = (seenOf: (endpoint: string) => Partial<Seen>) =>
    judge(
      flowsOf(siteOf([host('maps-a', 1, true, ['10.20.0.11'])]), 'outsider').map((flow): Checked => ({
        flow,
        observation: { ...SILENT_UDP, ...seenOf(flow.endpoint.id) },
        local: null,
        mirror: null,
        log: null,
        inSiteFile: false,
      })),
    ).findings.find(({ code }) => code === 'blocked-unproven');

  test('UDP silence beside a stand-in: its log, not to start it', () => {
    const beside = outsider((id) => (id === 'allocator.client' ? { ...OPEN, standIn: 'this-port' } : {}));
    expect(beside?.advice.join()).toMatch(/^vwaudit listen runs there already: .*--listen-log listen\.jsonl/);
    expect(outsider(() => ({}))?.advice.join()).toMatch(
      /^Run vwaudit listen --out listen\.jsonl .*--listen-log listen\.jsonl/,
    );
  });

  test('a name without an address is the name, no firewall', () => {
    const unnamed = outsider(() => ({ state: 'unreachable', reason: 'no-such-host' }));
    expect(unnamed?.message).toMatch(/not proven: the name has no address\.$/);
    expect(unnamed?.advice).toEqual([expect.stringContaining('the DNS')]);
  });

  test.each([
    [{ ...SILENT_TCP, reason: 'host-unreach' }, 'ICMP says prohibited or host unreachable'],
    [{ ...SILENT_TCP, reason: 'admin-prohibited' }, 'ICMP says administratively prohibited'],
    [
      { ...SILENT_TCP, state: 'error', reason: 'local-policy', errno: 'ENETUNREACH' },
      'could not be probed: no route from here',
    ],
  ] as const)('%j: %s', (seen, text) => {
    expect(texts(run({ 'server-1.http': seen }))[0]).toContain(text);
  });
});

test('one family closed, the other passing, is one finding', () => {
  const one = { ...host('maps-a', 4, true, ['10.20.0.11', 'fd00::11']), name: 'maps-a' };
  const checked = flowsOf(siteOf([one])).map((flow): Checked => ({
    flow,
    observation: flow.address?.family === 6 ? CLOSED : OPEN,
    local: null,
    mirror: null,
    log: null,
    inSiteFile: false,
  }));
  const judged = judge(checked);
  expect(judged.findings.map(({ code }) => code)).toEqual(['family-not-listening']);
  expect(judged.findings[0]?.flows).toHaveLength(15);
  expect(judged.summary).toEqual({ pass: 15, fail: 15, unproven: 0 });
});

test('every failed flow carries an error finding', () => {
  const states: readonly Seen[] = [
    CLOSED,
    SILENT_TCP,
    { ...SILENT_TCP, reason: 'admin-prohibited' },
    { ...SILENT_TCP, state: 'unreachable', reason: 'host-unreach' },
    { ...OPEN, reason: 'not-http' },
  ];
  for (const seen of states) {
    const judged = run({ 'server-1.http': seen });
    expect(judged.summary.fail).toBe(1);
    const [failed] = judged.flows.filter(({ verdict }) => verdict === 'fail');
    expect(
      judged.findings.filter(({ severity }) => severity === 'error').flatMap(({ flows }) => flows),
    ).toEqual([failed?.id]);
  }
});

describe('a firewall on the way refuses every port of an address', () => {
  const PROHIBITED: Seen = { ...SILENT_TCP, state: 'filtered', reason: 'admin-prohibited' };
  const judged = (seenOf: (flow: Checked['flow']) => Seen, vantage: Vantage = 'outsider') => {
    const checked = flowsOf(siteOf([host('maps-a', 1, true, ['10.20.0.11'])]), vantage).map(
      (flow): Checked => ({
        flow,
        observation: seenOf(flow),
        local: null,
        mirror: null,
        log: null,
        inSiteFile: false,
      }),
    );
    const keys = new Set(checked.map(({ flow }) => addressKey(flow)));
    return judge(checked, { refusedAlike: keys });
  };

  test('blocked passes, with a note that nothing shows whether a host has it', () => {
    const { summary, findings } = judged(() => PROHIBITED);
    expect(summary).toMatchObject({ fail: 0, unproven: 0 });
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['refused-alike', 'note']]);
  });

  test('what must be reachable fails all the same', () => {
    expect(judged(() => PROHIBITED, 'client').summary.fail).toBeGreaterThan(0);
  });

  test('where the host itself answers on another port, the refusals are the firewall at work', () => {
    const { summary, findings } = judged(({ endpoint }) =>
      endpoint.id === 'server-1.client' ? CLOSED : PROHIBITED,
    );
    expect(summary.pass).toBeGreaterThan(0);
    expect(findings.map(({ code }) => code)).not.toContain('refused-alike');
  });
});

describe('only Viz World counts', () => {
  const GREETING: Seen = { ...OPEN, standIn: 'this-port' };
  const MUTE: Seen = { ...OPEN, isMute: true };
  const refused = (seen: Readonly<Record<string, Seen>>) => {
    const checked = flowsOf(siteOf([host('maps-a', 4, true, ['10.20.0.11'])])).map((flow): Checked => ({
      ...{ flow, local: null, mirror: null, log: null, inSiteFile: false },
      observation: seen[flow.endpoint.id] ?? OPEN,
    }));
    return judge(checked, { standIn: 'refused' });
  };
  const verdictOf = ({ flows }: ReturnType<typeof refused>, id: string) =>
    flows.find(({ endpoint }) => endpoint === id)?.verdict;

  test('a port that says nothing beside one that a stand-in holds may be held by it', () => {
    const judged = refused({ 'server-1.client': GREETING, 'server-2.client': MUTE });
    expect(verdictOf(judged, 'server-1.client')).toBe('fail');
    expect(verdictOf(judged, 'server-2.client')).toBe('unproven');
    expect(verdictOf(judged, 'server-3.client'), 'it said that it is something else').toBe('pass');
    expect(judged.findings.map(({ code }) => code)).toContain('may-be-stand-in');
  });

  test.each([
    ['vwaudit listen', 'fail', 'not-viz-world'],
    ['node', 'unproven', 'may-be-stand-in'],
    ['node.exe', 'unproven', 'may-be-stand-in'],
    [null, 'unproven', 'may-be-stand-in'],
  ])('silent UDP that the socket table shows held by %s: %s', (program, verdict, code) => {
    const checked = flowsOf(siteOf([host('maps-a', 1, true, ['10.20.0.11'])])).map((flow): Checked => {
      const isUdp = flow.endpoint.transport === 'udp';
      const local = view([listener(isUdp ? program : 'viz', 7)]);
      const observation = isUdp ? SILENT_UDP : OPEN;
      return { flow, local, mirror: null, log: null, inSiteFile: false, observation };
    });
    const { flows, findings } = judge(checked, { standIn: 'refused' });
    expect(new Set(flows.map((flow) => `${flow.transport} ${flow.verdict}`))).toEqual(
      new Set(['tcp pass', `udp ${verdict}`]),
    );
    expect(findings.map((one) => one.code)).toContain(code);
    expect(judge(checked).flows.map((flow) => flow.verdict)).not.toContain('fail');
  });

  test('where no stand-in was heard, a port that says nothing is a server', () => {
    expect(verdictOf(refused({ 'server-2.client': MUTE }), 'server-2.client')).toBe('pass');
  });
});

test('a stand-in that holds another port proves nothing of who must get in', () => {
  const { flows, findings } = run({ 'server-2.client': { ...OPEN, standIn: 'another-port' } });
  expect(flows.find(({ port, transport }) => port === 10101 && transport === 'tcp')).toMatchObject({
    state: 'open',
    reason: 'intercepted',
    verdict: 'unproven',
  });
  expect(findings.map(({ message }) => message).join()).toMatch(/10101\/tcp.*holds another port/);
});

test('our own datagram, or an answer that every UDP port gives, proves nothing', () => {
  const answer: Seen = { ...OPEN, reason: 'udp-response' };
  expect(
    run({ 'server-2.udp': { ...answer, doubt: 'reflected' } }).flows.find(({ port }) => port === 10201),
  ).toMatchObject({
    state: 'open',
    reason: 'intercepted',
    verdict: 'unproven',
  });
  const checked = flowsOf(siteOf([host('maps-a', 1, true, ['10.20.0.11'])])).map((flow): Checked => ({
    ...{ flow, local: null, mirror: null, log: null, inSiteFile: false },
    observation: flow.endpoint.transport === 'udp' ? answer : OPEN,
  }));
  const controls = new Map(
    checked.map(({ flow }): [string, ControlView] => [
      addressKey(flow),
      { kind: 'silent-or-refused', ports: [20_001, 20_002], answersUdp: true },
    ]),
  );
  const { flows } = judge(checked, { controls });
  for (const { transport, verdict } of flows) expect(verdict).toBe(transport === 'udp' ? 'unproven' : 'pass');
});

test('unused ports of a hundred that answer make the others of it doubtful, and those outside every hundred', () => {
  const near = [10_100, 10_300].map((first) => ({
    ...{ kind: 'hundred' as const, first, last: first + 99 },
    ...{ ports: [first + 50, first + 60], transport: 'tcp' as const },
    ...{ answers: first === 10_300, speaksHttp: true, greets: false },
  }));
  const checked = flowsOf(siteOf([host('maps-a', 2, true, ['10.20.0.11'])]))
    .filter(({ endpoint }) => endpoint.transport === 'tcp')
    .map((flow): Checked => ({
      ...{ flow, local: null, mirror: null, log: null, inSiteFile: false },
      observation: flow.endpoint.application === 'http' ? { ...OPEN, reason: 'http-response' } : OPEN,
    }));
  const control: ControlView = { kind: 'silent-or-refused', ports: [20_001, 20_002], near };
  const controls = new Map(checked.map(({ flow }) => [addressKey(flow), control]));
  const { flows, findings } = judge(checked, { controls });
  const passed = flows.filter(({ verdict }) => verdict === 'pass').map(({ port }) => port);
  expect(passed).toEqual([10_100, 10_101]);
  expect(findings.find(({ code }) => code === 'intercepted')?.args).toMatchObject({
    controls: [10_350, 10_360],
  });
});

test('accepted and closed at once without a word is no proof', () => {
  const { flows, findings } = run({ 'server-1.client': { ...OPEN, doubt: 'closed-at-once' } });
  expect(flows.find(({ port }) => port === 102)).toMatchObject({ state: 'open', verdict: 'unproven' });
  expect(findings.map(({ code }) => code)).toContain('closed-at-once');
});

describe('a machine that does not speak for its role', () => {
  const seenBy = (vantage: Vantage, from: string, seen: Seen, client: readonly string[]) => {
    const site = siteOf([host('maps-a', 1, true, ['10.20.0.11'])], { peers: { client } });
    const isOwn = (address: Address): boolean => formatAddress(address) === from;
    const { flows } = flowsFrom({ vantage, sourceTo: () => parseAddress(from, 'test'), isOwn }, site);
    const checked = flows.map((flow): Checked => ({
      flow,
      observation: flow.endpoint.transport === 'tcp' ? seen : SILENT_UDP,
      local: null,
      mirror: null,
      log: null,
      inSiteFile: false,
    }));
    const { flows: results, findings } = judge(checked, { site });
    return {
      verdicts: Object.fromEntries(results.map(({ endpoint, verdict }) => [endpoint, verdict])),
      texts: findings.map(({ code, message }) => `${code}: ${message}`),
    };
  };

  test('over loopback an open port proves nothing for a client, a closed one fails', () => {
    const open = seenBy('client', '10.20.0.11', OPEN, ['10.30.0.0/16']);
    expect(open.verdicts).toEqual({ 'server-1.client': 'unproven', 'allocator.client': 'unproven' });
    expect(open.texts).toEqual([
      'own-machine: maps-a (10.20.0.11) is this machine: packets to it use loopback and bypass the firewall that others meet. Nothing is proven for client.',
    ]);
    const closed = seenBy('client', '10.20.0.11', CLOSED, ['10.30.0.0/16']);
    expect(closed.verdicts).toEqual({ 'server-1.client': 'fail', 'allocator.client': 'fail' });
  });

  test('a port that clients cannot reach by any family is not proven, whoever else gets an answer', () => {
    const { verdicts, texts } = seenBy('all', '10.20.0.5', OPEN, ['fd00:30::/48']);
    expect(verdicts).toMatchObject({ 'server-1.client': 'unproven', 'allocator.client': 'unproven' });
    expect(texts).toContain(
      'no-common-family: 102, 10100/tcp on maps-a (10.20.0.11): client has only IPv6 addresses, the host was asked by IPv4 only. Nothing is proven for client.',
    );
    expect(seenBy('all', '10.20.0.5', CLOSED, ['fd00:30::/48']).verdicts['server-1.client']).toBe('fail');
  });

  test('from an address that is no client nothing is proven, open or silent', () => {
    for (const seen of [OPEN, SILENT_TCP]) {
      const { verdicts, texts } = seenBy('client', '10.31.0.7', seen, ['10.30.0.0/16']);
      expect(verdicts).toMatchObject({ 'server-1.client': 'unproven', 'allocator.client': 'unproven' });
      expect(texts[seen === OPEN ? 1 : 0]).toBe(
        'wrong-vantage: This machine (10.31.0.7) is none of the addresses of client (10.30.0.0/16): what it sees proves nothing for client.',
      );
    }
  });

  test('as an outsider, an address stated as client: what clients need is not exposed, everything else is', () => {
    const { verdicts, texts } = seenBy('outsider', '10.30.0.7', OPEN, ['10.30.0.0/16']);
    expect(verdicts).toMatchObject({
      'server-1.client': 'unproven',
      'server-1.config': 'fail',
      'server-1.http': 'fail',
    });
    expect(texts).toContain(
      'wrong-vantage: This machine (10.30.0.7) is stated as client: what it sees proves nothing for an outsider.',
    );
    const silent = seenBy('outsider', '10.30.0.7', SILENT_TCP, ['10.30.0.0/16']);
    expect(new Set(Object.values(silent.verdicts))).toEqual(new Set(['unproven']));
  });
});

describe('silence', () => {
  test('of a port that a program of this machine has opened is not said to be a firewall', () => {
    for (const doubt of [undefined, 'reacts-to-probing'] as const) {
      const silent = { ...SILENT_TCP, ...(doubt !== undefined && { doubt }) };
      const judged = run({ 'server-1.client': silent }, { 'server-1.client': view([listener('vws', 42)]) });
      expect(judged.summary.fail).toBe(1);
      expect(texts(judged)).toEqual([
        'listener-silent: 102/tcp (server 1, clients) on maps-a (10.20.0.11): no answer, though vws listens there: it accepts no connections, or a firewall on this machine drops them.',
      ]);
    }
  });

  test('that is taken for a drop is said to be no more than that', () => {
    const { flows, findings } = judge(
      flowsOf(
        siteOf([host('maps-a', 1, true, ['10.20.0.11'])], { peers: { client: ['10.30.0.0/16'] } }),
        'client',
      ).map((flow): Checked => ({
        flow,
        observation: flow.expected === 'reachable' ? OPEN : { ...SILENT_TCP, state: 'filtered' },
        local: null,
        mirror: null,
        log: null,
        inSiteFile: false,
      })),
    );
    expect(new Set(flows.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
    expect(findings.map(({ code, severity, flows: ids }) => [code, severity, ids.length])).toEqual([
      ['silent-drop', 'note', flows.filter(({ expected }) => expected === 'blocked').length],
    ]);
  });

  test('where answers are late proves nothing, and the timeout to take is named', () => {
    const judged = run({
      'server-1.client': { ...OPEN, rttMs: 4003.2, isLate: true },
      'server-2.client': { ...SILENT_TCP, doubt: 'late-answers' },
    });
    expect(judged.summary).toMatchObject({ fail: 0, unproven: 1 });
    expect(texts(judged)).toEqual([
      'late-answers: 102, 10101/tcp on maps-a (10.20.0.11): answers take up to 4003 ms, longer than the timeout: silence proves nothing here.',
    ]);
    expect(judged.findings[0]?.advice).toEqual(['Check again with --timeout 9000']);
  });
});
