import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { validReport } from '../e2e/schema.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { programOn } from './lab/program-on.ts';
import { ENTRY, standIn, type StandIn } from './stand-in.ts';

/**
 * Commissioning day: own rules with reject on a gateway whose kernel limits the ICMP messages it sends to each asker, `vwaudit
 * listen` on both servers. The client and the outsider prove every flow.
 */
const lab = createLab();
const [gateway, a, b, client, outsider] = ['gateway', 'a', 'b', 'client', 'outsider'].map((name) =>
  lab.host(name),
) as [LabHost, LabHost, LabHost, LabHost, LabHost];
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-day-'));
const stands: StandIn[] = [];
const HOSTS = ['--host', '10.20.1.11', '--host', '10.20.2.12'];
const SITE = ['--instances', '2', ...HOSTS, '--allow', 'client=10.30.0.0/24'];

beforeAll(async () => {
  for (const [host, net, last] of [
    [a, '10.20.1', 11],
    [b, '10.20.2', 12],
    [client, '10.30.0', 7],
    [outsider, '10.40.0', 7],
  ] as const) {
    lab.cable(gateway, [`${net}.1/24`], host, [`${net}.${last}/24`]);
    host.must(['ip', 'route', 'add', 'default', 'via', `${net}.1`]);
  }
  gateway.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  const argv = [
    'rules',
    '--format',
    'nft',
    '--placement',
    'gateway',
    '--refuse',
    'reject',
    ...SITE,
    '--quiet',
  ];
  const rules = gateway.must(['node', ENTRY, ...argv]);
  gateway.must(['nft', '-f', '-'], { input: rules });
  for (const [host, name] of [
    [a, 'a'],
    [b, 'b'],
  ] as const)
    stands.push(await standIn(host, path.join(folder, `${name}.jsonl`), ['--instances', '2']));
});

afterAll(async () => {
  await Promise.all(stands.map((stand) => stand.stop('SIGKILL')));
  lab.close();
  rmSync(folder, { recursive: true });
});

async function check(
  host: LabHost,
  as: string,
  ...more: string[]
): Promise<{ code: number | null; report: CheckReport }> {
  const argv = ['check', ...SITE, '--as', as, ...more, '--quiet', '--json'];
  const { code, stdout } = await programOn(host)(argv);
  return { code, report: validReport(stdout) as CheckReport };
}

const unproven = ({ flows }: CheckReport) =>
  flows
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ host, port, transport, state, reason, evidence }) =>
      [host, `${port}/${transport}`, state, reason, ...evidence].join(' '),
    );

describe('own rules with reject on a gateway', () => {
  test.each([
    ['client', client],
    ['outsider', outsider],
  ])('%s: every refusal is proven, whatever the ICMP limit', async (as, host) => {
    const { code, report } = await check(host, as);
    expect(unproven(report)).toEqual([]);
    expect(code).toBe(0);
  });

  test('what the stand-in answers is said, and is a failure where only Viz World counts', async () => {
    const { report } = await check(client, 'client');
    const held = report.flows.filter(({ standIn: isStandIn }) => isStandIn === true);
    expect(held.map(({ endpoint }) => endpoint).sort()).toEqual(
      ['allocator.client', 'server-1.client', 'server-2.client'].flatMap((one) => [one, one]).sort(),
    );
    expect(report.findings.map(({ code: one }) => one)).toEqual(['stand-in', 'stand-in']);
    const refused = await check(client, 'client', '--no-stand-in');
    expect(refused.code).toBe(1);
    expect(refused.report.findings[0]?.code).toBe('not-viz-world');
  });
});
