import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createLab } from './lab/lab.ts';
import { startAgent, type Agent, type Probe } from './rules-agent.ts';
import { disagreements, load, rename, answersOf } from './compare-with-kernel.ts';

// Sets of every type the kernel has, loaded by the real ipset and looked into by the real iptables, against packets from
// members, exceptions, neighbours and strangers. test/firewall/iptables/sets.test.ts pins the answers.

const folder = path.join(import.meta.dirname, '../firewall/iptables/fixtures');
const captures = ['sets.ipset', 'sets.iptables-save', 'sets.ip6tables-save'].map((file) => ({
  file,
  text: readFileSync(path.join(folder, file), 'utf8'),
}));

const OWN = { 4: '10.20.0.11', 6: 'fd00:20::11' } as const;
const SOURCES = {
  4: [
    ...['10.30.0.4', '10.30.0.5', '10.30.0.6', '10.30.0.7', '10.30.5.5', '10.40.0.1', '10.66.0.1'],
    ...['10.30.66.0', '10.30.66.6', '10.30.66.7', '10.30.66.8', '10.30.67.1', '10.20.9.5', '10.20.8.5'],
  ],
  6: [
    'fd00:30::4',
    'fd00:30::5',
    'fd00:30::66:6',
    'fd00:30::66:7',
    'fd00:30:1::1',
    'fd00:40::1',
    'fd00:41::1',
  ],
} as const;

/** A probe from every source for every rule about a port. */
const PROBES: readonly Probe[] = captures.flatMap(({ file, text }) => {
  const family = file.startsWith('sets.ip6') ? 6 : 4;
  return [...text.matchAll(/-p (tcp|udp) .*--dport (\d+)/g)].flatMap(([, transport, port]) =>
    SOURCES[family].map((from) => ({
      transport: transport as 'tcp' | 'udp',
      from,
      to: OWN[family],
      port: Number(port),
    })),
  );
});

test('members, exceptions and strangers', async () => {
  const lab = createLab();
  const agents: Agent[] = [];
  try {
    const [client, machine] = [lab.host('client'), lab.host('machine')];
    const own = [`${OWN[4]}/8`, `${OWN[6]}/16`];
    const sources = [...SOURCES[4].map((from) => `${from}/8`), ...SOURCES[6].map((from) => `${from}/16`)];
    lab.cable(client, sources, machine, own);
    rename(machine, 'v1b', 'eth0', own);
    for (const capture of captures) load(machine, capture);
    const [asker, answerer] = [startAgent(client), startAgent(machine)];
    agents.push(asker, answerer);
    const ports = (transport: string): readonly number[] => [
      ...new Set(PROBES.filter((probe) => probe.transport === transport).map(({ port }) => port)),
    ];
    await answerer.listen(Object.values(OWN), ports('tcp'), ports('udp'));
    const answers = answersOf(captures, PROBES, 'input');
    expect(await disagreements(asker, PROBES, answers)).toEqual([]);
    expect(answers.filter((answer) => answer !== 'undecided').length).toBeGreaterThan(450);
  } finally {
    for (const agent of agents) agent.close();
    lab.close();
  }
});
