import dgram from 'node:dgram';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/net/address.ts';
import type { Observation, ProbeTarget } from '../../src/probe/probes/observation.ts';
import { DEFAULT_PROBE_OPTIONS, probeAll, type ProbeOptions } from '../../src/probe/probe-all.ts';
import { decodeDatagram, encodeDatagram, formatNonce } from '../../src/probe/probes/wire.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import type { System } from '../../src/system/system.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function tcp(onConnection: (socket: net.Socket) => void, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onConnection(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

async function udp(answer: (message: Buffer) => Uint8Array | null, host = '127.0.0.1'): Promise<number> {
  const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (message, { port, address }) => {
    const reply = answer(message);
    if (reply !== null) socket.send(reply, port, address);
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return socket.address().port;
}

/** A port nobody listens on. */
async function free(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function to(kind: 'tcp' | 'udp' | 'http', port: number, host = '127.0.0.1'): ProbeTarget {
  const address = parseAddress(host, 'test');
  return {
    address,
    transport: kind === 'udp' ? 'udp' : 'tcp',
    application: kind === 'http' ? 'http' : null,
    port,
  };
}

function run(
  targets: readonly ProbeTarget[],
  options: Partial<ProbeOptions> = {},
  system: System = nodeSystem,
): ReturnType<typeof probeAll> {
  return probeAll(targets, { ...DEFAULT_PROBE_OPTIONS, timeoutMs: 150, ...options }, system);
}

async function pairOf(target: ProbeTarget, options: Partial<ProbeOptions> = {}): Promise<string> {
  const [seen] = await run([target], options);
  return `${seen!.state} ${seen!.reason}`;
}

describe('TCP', () => {
  test('a listener is open, with the round trip', async () => {
    const port = await tcp(() => undefined);
    const [seen] = await run([to('tcp', port)]);
    expect(seen).toMatchObject({ state: 'open', reason: 'syn-ack', errno: null });
    expect(seen!.rttMs).toBeGreaterThan(0);
    expect(seen!.evidence[0]).toMatch(/^connection accepted after [\d.]+ ms$/);
  });

  test('it is left alone at once, and asked only once', async () => {
    const connections: Promise<number>[] = [];
    const port = await tcp((socket) => {
      const startedAt = performance.now();
      connections.push(once(socket.resume(), 'close').then(() => performance.now() - startedAt));
    });
    await run([to('tcp', port)], { timeoutMs: 60_000 });
    const heldMs = await Promise.all(connections);
    expect(heldMs).toHaveLength(1);
    // Far less than it would have had.
    expect(heldMs[0]).toBeLessThan(30_000);
  });

  test('nobody there is closed', async () => {
    expect(await pairOf(to('tcp', await free()))).toBe('closed conn-refused');
  });

  test('IPv6 likewise', async () => {
    const port = await tcp(() => undefined, '::1');
    expect(await pairOf(to('tcp', port, '::1'))).toBe('open syn-ack');
  });
});

describe('HTTP', () => {
  /** What is seen of a server that answers so. `PORT` in a header is its own. */
  async function answered(
    status: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Observation> {
    const server = http.createServer((_, response) => {
      const own = Object.entries(headers).map(([name, value]) => [
        name,
        value.replace('PORT', String(port())),
      ]);
      response.writeHead(status, Object.fromEntries(own) as Record<string, string>).end();
    });
    const port = (): number => (server.address() as AddressInfo).port;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const [seen] = await run([to('http', port())]);
    return seen!;
  }

  test.each([200, 204, 301, 401, 404, 500, 599])('status %i is an answer', async (status) => {
    const seen = await answered(status);
    expect(seen).toMatchObject({ state: 'open', reason: 'http-response' });
    expect(seen.evidence[0]).toContain(`status ${status}`);
    expect(seen.doubt).toBeUndefined();
  });

  test.each([
    [407, {}],
    [511, {}],
    [302, { location: 'http://portal.local/login?from=http://127.0.0.1' }],
    [307, { location: '//[2001:db8::1]/' }],
  ])('status %i %o is the answer of a gateway', async (status, headers) => {
    const seen = await answered(status, headers);
    expect(seen).toMatchObject({ state: 'open', reason: 'http-response', doubt: 'gateway-answer' });
  });

  test.each([
    ['without its port', {}, 'this-port'],
    ['of the port', { 'vwaudit-port': 'PORT' }, 'this-port'],
    ['of another port', { 'vwaudit-port': '10301' }, 'another-port'],
  ])('a stand-in %s', async (_, headers, standIn) => {
    expect(await answered(200, { server: 'vwaudit-listen', ...headers })).toMatchObject({ standIn });
  });

  test.each([
    '/login',
    '?',
    'http://127.0.0.1/maps',
    'http://maps-a.example.tv:PORT/',
    'http://:',
    '//[',
    '',
  ])('a redirection to "%s" is an answer of the server', async (location) => {
    const seen = await answered(302, { location });
    expect(seen).toMatchObject({ state: 'open', reason: 'http-response' });
    expect(seen.doubt).toBeUndefined();
  });

  test.each([
    ['an interim answer', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
    ['HTTP/1.0 without a length', 'HTTP/1.0 200 OK\r\n\r\n'],
    ['a head whose body never comes', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'],
  ])('%s is an answer', async (_, answer) => {
    const port = await tcp((socket) => socket.once('data', () => socket.write(answer)));
    expect(await pairOf(to('http', port))).toBe('open http-response');
  });

  test.each<[string, (socket: net.Socket) => void]>([
    ['a banner', (socket) => socket.write('220 mail ESMTP\r\n')],
    ['a TLS alert', (socket) => socket.write(Buffer.from('15030100020228', 'hex'))],
    ['RTSP', (socket) => socket.write('RTSP/1.0 400 Bad Request\r\n\r\n')],
    ['a banner in pieces', (socket) => socket.write('HTTX', () => socket.write('/1.1 200 OK\r\n'))],
  ])('%s is open, but not HTTP, and asked only once', async (_, behave) => {
    let connections = 0;
    const port = await tcp((socket) => {
      connections += 1;
      behave(socket);
    });
    expect(await pairOf(to('http', port))).toBe('open not-http');
    expect(connections).toBe(1);
  });

  describe.each<[string, (socket: net.Socket) => void, number]>([
    ['half a status line', (socket) => socket.write('HTTP/1.1 2'), 2],
    ['half a status line, and the end', (socket) => socket.end('HTTP/1.1 2'), 4],
    ['a broken head', (socket) => socket.end('HTTP/1.1 200 OK\r\n\u0000: \r\n'), 4],
    ['closing at once', (socket) => socket.end(), 4],
    ['closing after the question', (socket) => socket.once('data', () => socket.end()), 4],
    ['a reset after the question', (socket) => socket.once('data', () => socket.resetAndDestroy()), 4],
    ['silence', () => undefined, 2],
  ])('%s', (_, behave, times) => {
    test('is no answer, and asked again', async () => {
      let connections = 0;
      const port = await tcp((socket) => {
        connections += 1;
        behave(socket);
      });
      expect(await pairOf(to('http', port))).toBe('open no-http-answer');
      expect(connections).toBe(times);
    });

    test('once is forgotten where the next question is answered', async () => {
      let connections = 0;
      const port = await tcp((socket) => {
        connections += 1;
        if (connections === 1) behave(socket);
        else socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      });
      expect(await pairOf(to('http', port))).toBe('open http-response');
    });
  });

  test('an accepted connection has the time its retries would have had', async () => {
    const port = await tcp((socket) =>
      socket.once('data', () => setTimeout(() => socket.write('HTTP/1.1 200 OK\r\n\r\n'), 2000)),
    );
    const timeoutMs = 1000;
    expect(await pairOf(to('http', port), { timeoutMs, retries: 9 })).toBe('open http-response');
    // It is asked again, and waited for longer.
    expect(await pairOf(to('http', port), { timeoutMs, retries: 0 })).toBe('open http-response');
  });

  test('nobody there is closed', async () => {
    expect(await pairOf(to('http', await free()))).toBe('closed conn-refused');
  });
});

describe('UDP', () => {
  test('a stand-in sends our nonce back', async () => {
    let asked: string | undefined;
    const port = await udp((message) => {
      const question = decodeDatagram(message)!;
      asked = formatNonce(question.nonce);
      return encodeDatagram({ kind: 'reply', nonce: question.nonce });
    });
    const [seen] = await run([to('udp', port)]);
    expect(seen).toMatchObject({ state: 'open', reason: 'udp-response', nonce: asked });
    expect(seen!.evidence[0]).toContain('our nonce came back in a reply');
  });

  test.each<[string, (message: Buffer) => Uint8Array]>([
    ['our own datagram came back', (message) => message],
    ['answered with 5 bytes', () => Buffer.from('hello')],
    [
      'answered with a nonce that is not ours',
      () => encodeDatagram({ kind: 'reply', nonce: new Uint8Array(16) }),
    ],
  ])('any answer is open, and the evidence says which: %s', async (words, answer) => {
    const [seen] = await run([to('udp', await udp(answer))]);
    expect(seen).toMatchObject({ state: 'open', reason: 'udp-response' });
    expect(seen!.evidence[0]).toContain(words);
  });

  test('an empty datagram carries no nonce', async () => {
    const lengths: number[] = [];
    const port = await udp((message) => {
      lengths.push(message.length);
      return message;
    });
    const [seen] = await run([to('udp', port)], { udpPayload: 'empty' });
    expect(lengths).toEqual([0]);
    expect(seen!.nonce).toBeUndefined();
    expect(seen!.evidence[0]).toContain('answered with 0 bytes');
  });

  test('silence proves nothing and is asked again', async () => {
    const nonces: string[] = [];
    const port = await udp((message) => {
      nonces.push(formatNonce(decodeDatagram(message)!.nonce));
      return null;
    });
    const [seen] = await run([to('udp', port)], { retries: 2 });
    expect(seen).toMatchObject({ state: 'open|filtered', reason: 'no-response', rttMs: null });
    expect(nonces).toEqual([seen!.nonce, seen!.nonce, seen!.nonce]);
  });

  test('nobody there is closed, IPv4 and IPv6', async () => {
    const port = await free();
    expect(await pairOf(to('udp', port))).toBe('closed port-unreach');
    expect(await pairOf(to('udp', port, '::1'))).toBe('closed port-unreach');
  });
});

test('results come in the order of the targets', async () => {
  const silent = await udp(() => null);
  const open = await tcp(() => undefined);
  const closed = await free();
  const targets = [
    to('udp', silent),
    to('tcp', open),
    to('tcp', closed),
    to('udp', closed),
    to('http', open),
  ];
  const seen = await run(targets);
  expect(seen.map(({ target }) => target)).toEqual(targets);
});

test('progress counts every target once', async () => {
  const ports = [await free(), await tcp(() => undefined), await udp(() => null)];
  const progress: string[] = [];
  const targets = [to('tcp', ports[0]!), to('tcp', ports[1]!), to('udp', ports[2]!)];
  await probeAll(targets, { ...DEFAULT_PROBE_OPTIONS, timeoutMs: 50 }, nodeSystem, (settled, total) =>
    progress.push(`${settled}/${total}`),
  );
  expect(progress).toEqual(['1/3', '2/3', '3/3']);
});

test('no targets, no observations', async () => {
  expect(await run([])).toEqual([]);
});

test('stack traces are back afterwards, also after two runs at once', async () => {
  const before = Error.stackTraceLimit;
  const port = await free();
  await Promise.all([run([to('tcp', port)]), run([to('tcp', port), to('udp', port)])]);
  expect(Error.stackTraceLimit).toBe(before);
});

test('of thousands of targets each answer belongs to its port', async () => {
  // Several, since accepting waits for this very process: no backlog may overflow.
  const open = await Promise.all(Array.from({ length: 10 }, () => tcp(() => undefined)));
  const closed = await free();
  const targets = Array.from({ length: 5000 }, (_, n) =>
    to('tcp', n % 3 === 0 ? (open[n % open.length] ?? closed) : closed),
  );
  const seen = await run(targets, { timeoutMs: 3000 });
  const expected = targets.map(({ port }) => (port === closed ? 'closed' : 'open'));
  expect(seen.map(({ state }) => state)).toEqual(expected);
});

test('what fails in the loop fails the run', async () => {
  const failing = {
    ...nodeSystem,
    tcpSocket: () => {
      throw new Error('a bug');
    },
  };
  await expect(run([to('tcp', 9)], {}, failing)).rejects.toThrow('a bug');
  const progress = (): void => {
    throw new Error('another bug');
  };
  const options = { ...DEFAULT_PROBE_OPTIONS, timeoutMs: 150 };
  await expect(probeAll([to('tcp', await free())], options, nodeSystem, progress)).rejects.toThrow(
    'another bug',
  );
});

describe('interrupted', () => {
  test('what is known is kept, the rest says so, and it ends at once', async () => {
    const stop = new AbortController();
    // Interrupted once the one is known and the others are under way; not one of them would end by itself.
    const waiting = new Set(['open', 'silent', 'mute']);
    const reached = (name: string): void => {
      waiting.delete(name);
      if (waiting.size === 0)
        setImmediate(() => {
          stop.abort();
        });
    };
    const silent = await udp(() => {
      reached('silent');
      return null;
    });
    const open = await tcp((socket) =>
      socket.resume().once('close', () => {
        reached('open');
      }),
    );
    const mute = await tcp((socket) =>
      socket.once('data', () => {
        reached('mute');
      }),
    );
    const seen = await run([to('tcp', open), to('udp', silent), to('http', mute)], {
      timeoutMs: 600_000,
      signal: stop.signal,
    });
    expect(seen.map(({ state, reason }) => `${state} ${reason}`)).toEqual([
      'open syn-ack',
      'error interrupted',
      'error interrupted',
    ]);
  });

  test('before it began', async () => {
    const seen = await run([to('tcp', 9)], { signal: AbortSignal.abort() });
    expect(seen[0]).toMatchObject({ state: 'error', reason: 'interrupted' });
  });
});

describe('without descriptors', () => {
  /** Lets only so many sockets be open at once. */
  function poor(most: number): System {
    let used = 0;
    return {
      ...nodeSystem,
      descriptorLimit: () => Promise.resolve(null),
      tcpSocket: () => {
        const socket = nodeSystem.tcpSocket();
        if (used < most) {
          used += 1;
          return socket.once('close', () => (used -= 1));
        }
        const failure = Object.assign(new Error('connect EMFILE'), { code: 'EMFILE' });
        socket.connect = () => socket.destroy(failure);
        return socket;
      },
    };
  }

  test('ports are asked again with fewer at once', async () => {
    // It has the last word at once, or each port would be waited for.
    const open = await tcp((socket) => socket.end());
    const targets = Array.from({ length: 60 }, () => to('tcp', open));
    const seen = await run(targets, { greetingMs: 0 }, poor(7));
    expect(new Set(seen.map(({ state }) => state))).toEqual(new Set(['open']));
  });

  test('when there are none at all, no port gets a verdict', async () => {
    const seen = await run([to('tcp', 9), to('tcp', 10)], {}, poor(0));
    for (const observation of seen)
      expect(observation).toMatchObject({ state: 'error', reason: 'no-descriptor', errno: 'EMFILE' });
  });
});
