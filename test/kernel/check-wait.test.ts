import { afterAll, beforeAll, expect, test } from 'vitest';
import path from 'node:path';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { createLab } from './lab/lab.ts';

/** `vwaudit check --wait` from a machine whose server comes up bit by bit. */
const ENTRY = path.join(import.meta.dirname, '..', '..', 'bin', 'run.js');

/** One more part of Viz World every three seconds, the configuration port first; a line for each connection. */
const SERVER = `
const net = require('net'), dgram = require('dgram'), http = require('http');
const tcp = (port) => net.createServer((s) => { console.log(port + '/tcp'); s.on('error', () => {}).resume(); }).listen(port);
const web = (port) => http.createServer((q, r) => r.end('ok')).on('connection', () => console.log(port + '/tcp')).listen(port);
const udp = (port) => { const s = dgram.createSocket('udp4').bind(port); s.on('message', (m, from) => { console.log(port + '/udp'); s.send('hello', from.port, from.address); }); };
const parts = [() => tcp(103), () => tcp(102), () => web(10301), () => tcp(10100), () => udp(10100), () => udp(10200)];
const next = () => { parts.shift()(); if (parts.length > 0) setTimeout(next, 3000); };
next();
console.log('ready');
`;

const lab = createLab();
const [client, server] = [lab.host('client'), lab.host('server')];
beforeAll(() => {
  lab.cable(client, ['10.30.0.7/8'], server, ['10.20.0.11/8']);
});
afterAll(() => {
  lab.close();
});

test('servers that come up one after another within 20 s: exit 0, and what was proven is not probed again', async () => {
  const child = server.spawn([process.execPath, '-e', SERVER]);
  try {
    let seen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
    await expect.poll(() => seen).toContain('ready');
    const argv = ['check', '-i', '1', '--host', '10.20.0.11', '--wait', '10m', '--json'];
    const checking = client.spawn([process.execPath, ENTRY, ...argv]);
    let stdout = '';
    checking.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const code = await new Promise((resolve) => checking.once('close', resolve));
    const report = JSON.parse(stdout) as CheckReport;
    expect({ code, open: report.flows.filter(({ verdict }) => verdict !== 'pass') }).toEqual({
      code: 0,
      open: [],
    });
    const connections = seen.split('\n').filter((line) => line === '103/tcp');
    expect(connections).toHaveLength(1);
    expect(report.durationMs).toBeGreaterThan(2000);
  } finally {
    child.kill('SIGKILL');
  }
});
