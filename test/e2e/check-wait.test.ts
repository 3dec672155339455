import dgram from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { freeOffset } from './free-ports.ts';
import { runInProcess } from './in-process.ts';
import { runCli } from './run-cli.ts';

/** The one line of a run whose stderr is no terminal. */
const WAITS = /^waiting until everything is proven, at most until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n$/;

test('--wait: servers that come up one after another; what was proven is not probed again', async () => {
  const offset = await freeOffset();
  const connections = { config: 0 };
  const listen = async (server: Server, port: number): Promise<void> => {
    server.listen(port + offset, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
  };
  // Each comes up when the one before was probed, so after the round in which it was closed.
  const config = createServer((socket) => {
    connections.config += 1;
    socket.on('error', () => undefined).resume();
    if (connections.config === 1) void startClients();
  });
  const startClients = async (): Promise<void> => {
    let isFirst = true;
    const clients = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      if (isFirst) void startOthers();
      isFirst = false;
    });
    await listen(clients, 102);
  };
  const startOthers = async (): Promise<void> => {
    await listen(
      createHttpServer((_, answer) => answer.end('ok')),
      10301,
    );
    const udp = dgram.createSocket('udp4').bind(10200 + offset, '127.0.0.1');
    onTestFinished(() => {
      udp.close();
    });
  };
  await listen(config, 103);
  const site = ['-i', '1', '--no-allocator', '--port-offset', `${offset}`];
  const { code, stdout, stderr } = await runCli(['check', ...site, '--wait', '5m', '--json']);
  const report = JSON.parse(stdout) as CheckReport;
  expect({ code, stderr, open: report.flows.filter(({ verdict }) => verdict !== 'pass') }).toEqual({
    code: 0,
    stderr: expect.stringMatching(WAITS) as string,
    open: [],
  });
  expect(connections.config).toBe(1);
  expect(report.durationMs).toBeGreaterThan(2000);
});

test('--wait: what does not come up is reported when the time is up', async () => {
  const offset = await freeOffset();
  const site = ['-i', '1', '--no-allocator', '--port-offset', `${offset}`];
  const { code, stdout } = await runCli(['check', ...site, '--wait', '3s', '--json']);
  expect(code).toBe(1);
  expect((JSON.parse(stdout) as CheckReport).summary.pass).toBe(0);
});

test.each([
  [['--wait', 'soon'], /--wait: "soon" is not a duration/],
  [['--wait', '25h'], /--wait: "25h" is not a duration from 1s to 24h/],
  [['--wait', '5m', '--demo'], /--demo/],
])('%j is refused', async (flags, message) => {
  const { code, stderr } = await runInProcess(['check', ...flags]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) as string });
});
