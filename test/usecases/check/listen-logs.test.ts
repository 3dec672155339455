import { describe, expect, test } from 'vitest';
import { flowsFrom } from '../../../src/ports/flows.ts';
import type { ListenRecord, LoggedCounts } from '../../../src/responder/log/listen-log.ts';
import { nodeSystem } from '../../../src/system/node-system.ts';
import { readListenLog } from '../../../src/responder/log/read-listen-log.ts';
import { consultListenLogs, logViews, type Run } from '../../../src/usecases/check/listen-logs.ts';
import { host, siteOf } from '../../ports/site.ts';

const address = '10.20.0.11';
const PORT = { endpoint: 'allocator.udp', transport: 'udp', port: 10_100, address } as const;
const NONCE = '00112233445566778899aabbccddeeff';
const OTHER = 'ffeeddccbbaa99887766554433221100';

const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 0, 1, 12, 0, 0) + seconds * 1000).toISOString();
const RUN = { startedMs: Date.parse(at(10)), durationMs: 5_000, from: ['10.30.0.5'] };

const head = (startedAt = at(0), held: readonly (typeof PORT)[] = [PORT]): ListenRecord =>
  ({ schemaVersion: 1, kind: 'listen', startedAt, held, notHeld: [] }) as unknown as ListenRecord;
const contact = (nonce: string | null, time = at(11)): ListenRecord => ({
  ...{ kind: 'contact', time, ...PORT },
  ...{ source: '10.30.0.5:4000', nonce },
});
const portCounts = (contacts: number, unreported = 0): LoggedCounts => ({
  ...PORT,
  ...{ contacts, unreported, bytesIn: 0, bytesOut: 0 },
});
const counts = (time: string, ...ports: LoggedCounts[]): ListenRecord => ({ kind: 'counts', time, ports });
const summary = (time: string, port = portCounts(0)): ListenRecord => {
  const { contacts, unreported } = port;
  return { kind: 'summary', time, contacts, unreported, ports: [port] };
};

/** What the log proves of one silent UDP flow that carried {@link NONCE}. */
async function proves(records: readonly ListenRecord[], nonce: string | null = NONCE, to = address) {
  const site = siteOf([host('maps-a', 1, true, [to])]);
  const { flows } = flowsFrom({ vantage: 'all', sourceTo: () => null, isOwn: () => false }, site);
  const asked = flows.find(({ endpoint }) => endpoint.id === 'allocator.udp')!;
  const silence = {
    state: 'open|filtered',
    reason: 'no-response',
    rttMs: null,
    errno: null,
    evidence: [],
  } as const;
  const observation = nonce === null ? silence : { ...silence, nonce };
  const written = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  // Time flies for whoever waits for another heartbeat.
  let nowMs = 0;
  const system = {
    ...nodeSystem,
    readText: () => Promise.resolve(written),
    monotonicMs: () => (nowMs += 10_000),
  };
  const another = { asked, observation: { ...silence, nonce: OTHER } };
  const [view] = await consultListenLogs(['log'], [{ asked, observation }, another], RUN, {
    system,
    signal: undefined,
  });
  return view?.kind ?? null;
}

test.each([
  ['our nonce', [head(), contact(NONCE)], 'arrived'],
  ['our nonce in the second run of a file', [head(), summary(at(1)), head(at(2)), contact(NONCE)], 'arrived'],
  ['our nonce, though the clocks differ', [head(at(900)), contact(NONCE, at(901))], 'arrived'],
  [
    'held all the time, nothing came',
    [head(), counts(at(5)), counts(at(10)), counts(at(15))],
    'nothing-arrived',
  ],
  ['ended after the run', [head(), counts(at(12)), summary(at(16))], 'nothing-arrived'],
  [
    'others came, all of them listed',
    [head(), contact(OTHER), contact(null), counts(at(12), portCounts(2)), summary(at(16), portCounts(2))],
    'nothing-arrived',
  ],
  ['some were only counted', [head(), contact(OTHER), summary(at(16), portCounts(2, 1))], null],
  ['lines were cut out', [head(), counts(at(12), portCounts(1)), summary(at(16), portCounts(1))], null],
  ['only counted earlier', [head(), counts(at(5), portCounts(1, 1)), counts(at(12)), counts(at(16))], null],
  [
    'a probe arrived before it was sent: the clocks differ',
    [head(), contact(OTHER, at(4)), counts(at(5), portCounts(1)), counts(at(12)), counts(at(16))],
    null,
  ],
  ['the log ends before the run does', [head(), counts(at(5)), counts(at(14))], null],
  ['no counts at all', [head()], null],
  ['started during the run', [head(at(11)), summary(at(16))], null],
  ['asleep during the run', [head(), counts(at(5)), counts(at(40))], null],
  ['another port', [head(at(0), [{ ...PORT, port: 10_200 } as never]), summary(at(16))], null],
  ['another address', [head(at(0), [{ ...PORT, address: '10.20.0.12' } as never]), summary(at(16))], null],
] as const)('%s', async (_, records, expected) => {
  expect(await proves(records)).toBe(expected);
});

test('loopback is another machine elsewhere, and a probe without a nonce can not be looked up', async () => {
  const loopback = head(at(0), [{ ...PORT, address: '127.0.0.1' } as never]);
  expect(await proves([loopback, summary(at(16))], NONCE, '127.0.0.1')).toBe(null);
  expect(await proves([head(), summary(at(16))], null)).toBe(null);
});

describe('TCP', () => {
  const TCP = { endpoint: 'server-1.client', transport: 'tcp', port: 102, address: '0.0.0.0' } as const;
  const HELD = [PORT, TCP] as unknown as readonly (typeof PORT)[];
  const connection = (source: string, seconds: number): ListenRecord => ({
    kind: 'contact',
    time: at(seconds),
    ...TCP,
    source,
    nonce: null,
  });
  const tcpCounts = (contacts: number): LoggedCounts => ({
    ...TCP,
    ...{ contacts, unreported: 0, bytesIn: 0, bytesOut: 0 },
  });
  const view = (
    state: string,
    contacts: readonly ListenRecord[],
    others: readonly Run[] = [],
    held = HELD,
  ) => {
    const records = [
      head(at(0), held),
      counts(at(5)),
      ...contacts,
      counts(at(14)),
      counts(at(18), tcpCounts(contacts.length)),
    ];
    const sessions = readListenLog(records.map((one) => `${JSON.stringify(one)}\n`).join(''), 'log');
    const [one] = logViews(sessions, [{ transport: 'tcp', port: 102, address, state }], RUN, others);
    return one?.kind ?? null;
  };

  test('held at all addresses of a machine that has this one, and no connection of ours', () => {
    for (const state of ['open', 'closed', 'filtered', 'unreachable'])
      expect(view(state, [])).toBe('nothing-arrived');
    expect(view('closed', [], [], [TCP] as never), 'not known to have that address').toBeNull();
  });

  test('a connection of ours, or one that may be ours', () => {
    expect(view('open', [connection('10.30.0.5:4000', 11)])).toBeNull();
    expect(view('open', [connection('10.99.0.1:4000', 11)]), 'NAT').toBeNull();
    expect(view('closed', [connection('10.99.0.1:4000', 11)]), 'no handshake, no connection').toBe(
      'nothing-arrived',
    );
  });

  test('what another run connected at its time is not ours', () => {
    const other = { ...RUN, from: ['10.99.0.1'] };
    expect(view('open', [connection('10.99.0.1:4000', 11)], [other])).toBe('nothing-arrived');
    expect(
      view('open', [connection('10.99.0.1:4000', 11)], [{ ...other, startedMs: Date.parse(at(60)) }]),
    ).toBeNull();
  });
});
