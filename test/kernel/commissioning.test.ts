import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { ENTRY } from './stand-in.ts';

// Commissioning day as the README tells it: two servers behind a gateway with our own rules, nothing installed on them yet, a
// client, the configuration tool, and somebody who must not get in. Every command is the README's, in the folder with the site file.

const SITE = `hosts:
  maps-a: { address: [10.20.0.11, "fd00:20::11"], instances: 2, allocator: true }
  maps-b: { address: 10.21.0.12, instances: 1 }
peers:
  client: [10.30.0.0/16, "fd00:30::/48"]
  config-tool: [10.31.9.5]
  web: []
`;

const lab = createLab();
const names = ['gateway', 'maps-a', 'maps-b', 'client', 'config-tool', 'outsider'] as const;
const [gateway, mapsA, mapsB, client, tool, outsider] = names.map((name) => lab.host(name)) as [
  LabHost,
  LabHost,
  LabHost,
  LabHost,
  LabHost,
  LabHost,
];
const listeners: ReturnType<LabHost['spawn']>[] = [];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-day-'));
  writeFileSync(path.join(folder, 'vwaudit.yaml'), SITE);
  const place = (host: LabHost, four: string, six: string | null, own: readonly string[]): void => {
    const cabled = [`${own[0] ?? ''}/16`, ...own.slice(1).map((address) => `${address}/64`)];
    lab.cable(host, cabled, gateway, [`${four}/16`, ...(six === null ? [] : [`${six}/64`])]);
    host.must(['ip', 'route', 'add', 'default', 'via', four]);
    if (six !== null) host.must(['ip', '-6', 'route', 'add', 'default', 'via', six]);
  };
  place(mapsA, '10.20.0.1', 'fd00:20::1', ['10.20.0.11', 'fd00:20::11']);
  place(mapsB, '10.21.0.1', null, ['10.21.0.12']);
  place(client, '10.30.0.1', 'fd00:30::1', ['10.30.0.5', 'fd00:30::5']);
  place(tool, '10.31.0.1', null, ['10.31.9.5']);
  place(outsider, '10.99.0.1', 'fd00:99::1', ['10.99.0.5', 'fd00:99::5']);
  gateway.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
});

afterAll(() => {
  for (const one of listeners) one.kill('SIGKILL');
  lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const shell = (line: string): readonly string[] => [
  'sh',
  '-c',
  `cd "${folder}" && ${line.replaceAll('vwaudit', `exec ${process.execPath} ${ENTRY}`)}`,
];

/** Starts the stand-in and waits until its log tells that the ports are held. */
async function listen(host: LabHost, key: string): Promise<void> {
  while (host.must(['ip', '-o', 'link', 'show', 'type', 'veth']).includes(' state DOWN ')) await sleep(10);
  const child = host.spawn(shell(`vwaudit listen --host ${key} --out ${key}.jsonl`));
  listeners.push(child);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  while (!existsSync(path.join(folder, `${key}.jsonl`))) {
    if (child.exitCode !== null) throw new Error(`listen ended with ${child.exitCode}: ${stderr}`);
    await sleep(20);
  }
}

async function check(host: LabHost, as: string, ...argv: readonly string[]): Promise<CheckReport> {
  const child = host.spawn(shell(`vwaudit check --as ${as} ${argv.join(' ')} --json > ${as}.json`));
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect({ code, stderr }).toEqual({
    code: expect.toSatisfy((one: number) => one === 0 || one === 3) as number,
    stderr: expect.stringMatching(
      /^site: vwaudit\.yaml in this folder[^\n]*\n(?:\d+ ports may be hidden by an ICMP rate limit[^\n]*\n)?$/,
    ) as string,
  });
  return JSON.parse(readFileSync(path.join(folder, `${as}.json`), 'utf8')) as CheckReport;
}

test('own gateway rules, a stand-in on each server, a report of every role, merged: everything proven', async () => {
  gateway.must(shell('vwaudit rules --format nft --placement gateway --quiet --out gateway.nft'));
  gateway.must(['nft', '-f', path.join(folder, 'gateway.nft')]);
  await listen(mapsA, 'maps-a');
  await listen(mapsB, 'maps-b');
  const [seen, refused] = [await check(client, 'client'), await check(outsider, 'outsider')];
  expect(seen.summary.fail + refused.summary.fail).toBe(0);
  expect(seen.flows.filter(({ state }) => state === 'open').map(({ endpoint }) => endpoint)).toContain(
    'server-2.client',
  );
  expect(refused.flows.filter(({ state }) => state === 'open')).toEqual([]);
  // Neither has IPv6.
  await check(tool, 'config-tool', '-4');
  await check(mapsA, 'allocator', '--host', 'maps-b');
  await check(mapsB, 'server', '--host', 'maps-a', '-4');
  for (const one of listeners) {
    one.kill('SIGTERM');
    await once(one, 'exit');
  }
  const logs = '--listen-log maps-a.jsonl --listen-log maps-b.jsonl';
  const two = client.run(shell(`vwaudit merge client.json outsider.json ${logs}`));
  expect(two).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Not checked: that config-tool') as string,
  });
  const line = `vwaudit merge client.json config-tool.json allocator.json server.json outsider.json ${logs}`;
  const { status, stdout, stderr } = client.run(shell(line));
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout, stderr: '' });
  expect(stdout).toMatch(/ 0 failed · 0 unproven/);
});
