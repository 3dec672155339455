import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/net/address.ts';
import { classify } from '../../src/probe/classify.ts';
import { Host } from '../../src/probe/schedule/host.ts';
import type { ProbeTarget } from '../../src/probe/probes/observation.ts';
import type { Aftermath, ProbeResult } from '../../src/probe/probes/probe.ts';
import type { Task } from '../../src/probe/schedule/task.ts';
import { nodeSystem } from '../../src/system/node-system.ts';

const address = parseAddress('10.0.0.2', 'test');

function host(): Host {
  return new Host(address, false, 1200, nodeSystem);
}

function saw(
  on: Host,
  kind: 'tcp' | 'udp' | 'http',
  result: ProbeResult | undefined,
  more: Partial<Task> = {},
): Task {
  const target: ProbeTarget = {
    address,
    transport: kind === 'udp' ? 'udp' : 'tcp',
    application: kind === 'http' ? 'http' : null,
    port: 102,
  };
  const task: Task = {
    target,
    host: on,
    nonce: null,
    context: on.context,
    attempt: null,
    attempts: 2,
    waitedMs: 2400,
    waitMs: null,
    exhaustions: 0,
    result: result,
    cause: undefined,
    isAmbiguous: false,
    mayBeIcmpLimited: false,
    wasAskedAlone: false,
    isLate: false,
    ...more,
  };
  on.add(task);
  on.note(task);
  return task;
}

function errno(code: string, rttMs = 0.3, isLocal = false): ProbeResult {
  return { kind: 'errno', errno: code, isLocal, rttMs };
}

function pair(task: Task): string {
  const { state, reason } = classify(task);
  return `${state} ${reason}`;
}

const OPEN: ProbeResult = { kind: 'open', reason: 'syn-ack', rttMs: 0.4, evidence: 'connection accepted' };
const SILENCE: ProbeResult = { kind: 'silence' };

describe('a refusal', () => {
  test.each([
    [undefined, 'closed conn-refused'],
    ['reset', 'closed conn-refused'],
    ['icmp', 'filtered port-unreach'],
    ['own-icmp', 'error local-policy'],
  ] as const)('with cause %s is %s', (cause, expected) => {
    expect(pair(saw(host(), 'tcp', errno('ECONNREFUSED'), { cause }))).toBe(expected);
  });
});

describe.each([
  ['EHOSTUNREACH', 'host-unreach'],
  ['ENETUNREACH', 'net-unreach'],
])('%s', (code, reason) => {
  test('is unreachable where nothing else of the address answers', () => {
    expect(pair(saw(host(), 'tcp', errno(code)))).toBe(`unreachable ${reason}`);
  });
  test.each([
    ['an open port', OPEN],
    ['a closed port', errno('ECONNREFUSED')],
  ])("is a firewall's word beside %s", (_, other) => {
    const on = host();
    const task = saw(on, 'tcp', errno(code));
    saw(on, 'tcp', other);
    expect(pair(task)).toBe(`filtered ${reason}`);
  });
  test('is local when the call itself failed', () => {
    expect(pair(saw(host(), 'tcp', errno(code, 0.1, true)))).toBe('error local-policy');
  });
});

test('EHOSTUNREACH after three seconds is a host that is down, for its silent TCP ports too', () => {
  const on = host();
  const [scout, other, udp] = [
    saw(on, 'tcp', errno('EHOSTUNREACH', 3070)),
    saw(on, 'tcp', SILENCE),
    saw(on, 'udp', SILENCE),
  ];
  expect([scout, other, udp].map(pair)).toEqual([
    'unreachable host-unreach',
    'unreachable host-unreach',
    'open|filtered no-response',
  ]);
  expect(classify(udp).evidence.join()).toContain('this machine found no host at that address');
});

test('HTTP that was accepted and reset at once is open, but not HTTP', () => {
  expect(pair(saw(host(), 'http', errno('ECONNRESET')))).toBe('open no-http-answer');
  expect(pair(saw(host(), 'tcp', errno('ECONNRESET')))).toBe('open syn-ack');
});

describe('silence', () => {
  test('is filtered for TCP and nothing known for UDP', () => {
    expect(pair(saw(host(), 'tcp', SILENCE))).toBe('filtered no-response');
    expect(pair(saw(host(), 'udp', SILENCE))).toBe('open|filtered no-response');
  });
  test('says how often and how long was asked', () => {
    expect(classify(saw(host(), 'tcp', SILENCE)).evidence).toEqual(['no answer to 2 probes in 2400 ms']);
  });
  test('that may be the ICMP limit is doubtful, and one that was asked alone is not', () => {
    const on = host();
    expect(classify(saw(on, 'udp', SILENCE)).doubt).toBeUndefined();
    expect(classify(saw(on, 'udp', SILENCE, { mayBeIcmpLimited: true })).doubt).toBe('icmp-rate-limited');
    expect(classify(saw(on, 'tcp', SILENCE, { wasAskedAlone: true })).doubt).toBeUndefined();
    expect(classify(saw(on, 'udp', errno('ECONNREFUSED'), { mayBeIcmpLimited: true })).doubt).toBeUndefined();
  });
  test('says nothing of a host that stopped answering us', () => {
    const on = host();
    const silent = saw(on, 'tcp', SILENCE);
    on.isReacting = true;
    expect(classify(silent).doubt).toBe('reacts-to-probing');
    expect(classify(saw(on, 'tcp', OPEN)).doubt).toBeUndefined();
  });
});

describe('a handshake', () => {
  const after = (what: Aftermath | null): ProbeResult => ({ ...OPEN, after: what });

  test('alone proves nothing where it was reset at once or nothing more was acknowledged', () => {
    expect(classify(saw(host(), 'tcp', after('reset'))).doubt).toBe('handshake-only');
    expect(classify(saw(host(), 'tcp', after('unacknowledged'))).doubt).toBe('handshake-only');
    expect(classify(saw(host(), 'tcp', after('closed'))).doubt).toBe('closed-at-once');
    for (const proof of ['spoke', 'acknowledged', 'vanished', null] as const)
      expect(classify(saw(host(), 'tcp', after(proof))).doubt).toBeUndefined();
  });

  test('of which nothing more is known is doubtful beside others of the address that were alone', () => {
    const on = host();
    const [gone, fine] = [saw(on, 'tcp', after('vanished')), saw(on, 'tcp', after('acknowledged'))];
    saw(on, 'tcp', after('unacknowledged'));
    expect(classify(gone).doubt).toBe('handshake-only');
    expect(classify(fine).doubt).toBeUndefined();
  });
});

test('what was not settled is interrupted', () => {
  expect(pair(saw(host(), 'tcp', undefined))).toBe('error interrupted');
});

test('the nonce is handed on for listen logs', () => {
  const nonce = new Uint8Array(16).fill(0xab);
  expect(classify(saw(host(), 'udp', SILENCE, { nonce })).nonce).toBe('ab'.repeat(16));
});

describe('what a firewall says of one port holds for the others of its address', () => {
  const codes = ['EHOSTUNREACH', 'ENETUNREACH', 'EACCES'] as const;

  test.each(codes)('TCP "unreachable" beside UDP %s is filtered', (code) => {
    const on = host();
    const tcp = ['EHOSTUNREACH', 'ENETUNREACH'].map((said) => saw(on, 'tcp', errno(said)));
    saw(on, 'udp', errno(code));
    expect(tcp.map(pair)).toEqual(['filtered host-unreach', 'filtered net-unreach']);
  });

  test('but not where this machine gave up finding the host, nor where no firewall spoke', () => {
    const on = host();
    const slow = saw(on, 'tcp', errno('EHOSTUNREACH', 3060));
    saw(on, 'udp', errno('EHOSTUNREACH'));
    expect(pair(slow)).toBe('unreachable host-unreach');
    const alone = host();
    expect(pair(saw(alone, 'tcp', errno('EHOSTUNREACH')))).toBe('unreachable host-unreach');
    saw(alone, 'udp', errno('ENETUNREACH', 0, true));
    expect(pair(saw(alone, 'tcp', errno('ENETUNREACH')))).toBe('unreachable net-unreach');
  });

  test('ICMP "host unknown" of an address that answers is filtered; on macOS it is a host that is down', () => {
    const on = host();
    const unknown = (['tcp', 'udp'] as const).map((kind) => saw(on, kind, errno('EHOSTDOWN')));
    expect(unknown.map(pair)).toEqual(['unreachable host-unreach', 'unreachable host-unreach']);
    saw(on, 'tcp', OPEN);
    expect(unknown.map(pair)).toEqual(['filtered host-unreach', 'filtered host-unreach']);
    const mac = new Host(address, false, 1200, { ...nodeSystem, platform: 'darwin' });
    const down = saw(mac, 'tcp', errno('EHOSTDOWN'));
    saw(mac, 'tcp', OPEN);
    expect(pair(down)).toBe('unreachable host-unreach');
  });
});
