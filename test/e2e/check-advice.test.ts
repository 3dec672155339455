import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Role, Vantage } from '../../src/deployment/role.ts';
import type { Peers, Site } from '../../src/deployment/site.ts';
import { parseAddress } from '../../src/net/address.ts';
import { parsePrefix } from '../../src/net/prefix.ts';
import { flowsFrom } from '../../src/ports/flows.ts';
import { sourcesOf } from '../../src/ports/peers.ts';
import type { Checked } from '../../src/verdict/check/checked.ts';
import { judgeCheck } from '../../src/verdict/check/judge-check.ts';
import { host, siteOf } from '../ports/site.ts';
import { runInProcess } from './in-process.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-check-advice-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const UNREACHED = {
  state: 'filtered',
  reason: 'no-response',
  rttMs: null,
  errno: null,
  evidence: [],
} as const;

/** The advice of a check from 10.20.9.5 where nothing that this role needs gets through. */
function adviceOf(as: Vantage, peers: Partial<Record<Role, string>>, change: Partial<Site> = {}) {
  const stated = Object.fromEntries(
    Object.entries(peers).map(([role, prefix]) => [role, [parsePrefix(prefix, 'test')]]),
  ) as Partial<Peers>;
  const plain = siteOf([host('10.20.0.11', 4, true, ['10.20.0.11'])]);
  const site: Site = { ...plain, ...change, peers: { ...plain.peers, ...stated } };
  const sourceTo = () => parseAddress('10.20.9.5', 'test');
  const { flows } = flowsFrom({ vantage: as, sourceTo, isOwn: () => false }, site);
  const checked = flows.flatMap((flow): readonly Checked[] =>
    flow.expected === 'reachable'
      ? [{ flow, observation: UNREACHED, local: null, mirror: null, log: null, inSiteFile: false }]
      : [],
  );
  const { findings } = judgeCheck(checked, {
    ...{ scouted: [], table: null, controls: new Map(), standIn: 'noted', site },
    admission: { site, sources: (role, of) => sourcesOf(role, of, site), sourceTo },
  });
  return findings.flatMap(({ code, advice }) => (code === 'filtered' ? advice : []));
}

const commands = (advice: readonly string[]) =>
  advice.flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));

/** Runs the first command of the advice, in another format, and audits what it wrote. */
async function follow(advice: readonly string[]) {
  const [command = ''] = commands(advice);
  const argv = command.replace('windows', 'nft').replace('vwaudit.ps1', 'own.nft').split(' ').slice(1);
  expect(await runInProcess(argv, { cwd: folder })).toMatchObject({ code: 0 });
  return readFileSync(path.join(folder, 'own.nft'), 'utf8');
}

describe('rules of the advice admit those who failed, and nobody who was not stated', () => {
  test.each([
    [
      'config-tool',
      { client: '10.30.0.0/16' },
      '--allow config-tool=10.20.9.5/32',
      'tcp 10.20.9.5 > 10.20.0.11:103',
    ],
    ['web', { client: '10.30.0.0/16' }, '--allow web=10.20.9.5/32', 'tcp 10.20.9.5 > 10.20.0.11:10304'],
    ['client', { client: '10.20.9.0/24' }, '--allow client=10.20.9.0/24', 'tcp 10.20.9.5 > 10.20.0.11:10103'],
    [
      'allocator',
      { client: '10.30.0.0/16' },
      '--allow allocator=10.20.9.5/32',
      'udp 10.20.9.5 > 10.20.0.11:10203',
    ],
  ] as const)('%s', async (as, peers, flag, packet) => {
    const advice = adviceOf(as, peers);
    expect(commands(advice)[0]).toContain(flag.replace('/32', ''));
    await follow(advice);
    const { stdout } = await runInProcess(
      [
        'trace',
        'own.nft',
        '--json',
        '--packet',
        packet,
        '--packet',
        packet.replace('10.20.9.5', '10.99.0.1'),
      ],
      { cwd: folder },
    );
    const { packets } = JSON.parse(stdout) as { packets: { result: string }[] };
    expect(packets.map(({ result }) => result)).toEqual(['allowed', 'blocked']);
  });
});

describe('no command where rules would admit anybody, or not those who failed', () => {
  test.each<[Vantage, Partial<Record<Role, string>>, Partial<Site>, string]>([
    ['client', {}, {}, 'Check again with --allow for client (this machine is 10.20.9.5)'],
    ['config-tool', {}, {}, 'with --allow for client and --allow config-tool=10.20.9.5 (this machine)'],
    ['all', { client: '10.30.0.0/16' }, {}, '--allow for config-tool'],
    [
      'config-tool',
      { client: '10.30.0.0/16' },
      { source: 'file', file: 'x.yaml' },
      'State it under peers in x.yaml',
    ],
  ])('%s %j', (as, peers, change, text) => {
    const advice = adviceOf(as, peers, change);
    expect(commands(advice)).toEqual([]);
    expect(advice.join('\n')).toContain(text);
  });
});
