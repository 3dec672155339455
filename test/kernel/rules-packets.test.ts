import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../src/deployment/role.ts';
import type { Site } from '../../src/deployment/site.ts';
import { openTo, OTHER, SOURCES, VIZ } from '../rules/access.ts';
import { makeRules } from '../rules/render-rules.ts';
import {
  everyCombination,
  makeSite,
  peersOf,
  randomNumbers,
  thisMachine,
  type Stated,
} from '../rules/sites.ts';
import { shareOf } from '../thorough.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { startAgent, type Agent, type Probe } from './rules-agent.ts';
import { answerEveryTime, freshSourcePorts, wrongAnswers, type Expected } from './rules-answers.ts';

// Real packets through the generated rules, IPv4 and IPv6: who must get in gets in, everybody else is refused on every
// Viz World port, and other ports are left alone.

const SERVER = { v4: '10.200.99.1', v6: 'fd00:200:99::1' } as const;
const OWN_ADDRESSES = Object.values(SERVER);

const lab = createLab();
let outside: LabHost;
let inside: LabHost;
let client: Agent;
let server: Agent;

beforeAll(async () => {
  outside = lab.host('outside');
  inside = lab.host('inside');
  const lengths = (address: string): string => `${address}/${address.includes(':') ? 32 : 16}`;
  lab.cable(
    outside,
    SOURCES.map(({ address }) => lengths(address)),
    inside,
    OWN_ADDRESSES.map(lengths),
  );
  answerEveryTime(inside);
  [client, server] = [startAgent(outside), startAgent(inside)];
  await server.listen(
    [...OWN_ADDRESSES, '127.0.0.1', '::1'],
    [...VIZ.tcp, ...OTHER.tcp],
    [...VIZ.udp, ...OTHER.udp],
  );
});

afterAll(() => {
  client.close();
  server.close();
  lab.close();
});

type Combination = Readonly<Record<Role, Stated>>;
const NOTHING_STATED = everyCombination()[0]!;
const SEED = Number(process.env.VWAUDIT_SEED ?? 1);
const SOME: readonly Combination[] = (() => {
  const random = randomNumbers(SEED);
  const all = everyCombination();
  return [NOTHING_STATED, all.at(-1)!, ...Array.from({ length: 30 }, () => all[random(all.length)]!)];
})();

describe.each(['nft', 'iptables'] as const)('%s', (format) => {
  // Mostly with drop: the kernel reports an IPv6 refusal of TCP only after a second.
  test('every source on every port, however the roles are stated', async () => {
    for (const [index, combination] of shareOf(SOME, 5).entries()) {
      const refuse = index % 8 === 0 ? 'reject' : 'drop';
      put(format, makeSite([thisMachine(4)], peersOf(combination)), refuse);
      const wrong = await wrongAnswers(client, refuse, expectedOf(combination));
      expect(wrong, `seed ${SEED}, ${refuse}, ${JSON.stringify(combination)}`).toEqual([]);
    }
  });

  test('the machine reaches all its own ports', async () => {
    put(format, makeSite([thisMachine(4)], { client: [] }));
    const own = ['127.0.0.1', '::1', ...OWN_ADDRESSES].flatMap((address) => [
      ...[...VIZ.tcp, ...OTHER.tcp].map((port) => ({
        transport: 'tcp' as const,
        from: address,
        to: address,
        port,
      })),
      ...[...VIZ.udp, ...OTHER.udp].map((port) => ({
        transport: 'udp' as const,
        from: address,
        to: address,
        port,
      })),
    ]);
    const results = await server.probe(own, 1500);
    expect(own.filter((_, index) => results[index] !== 'open')).toEqual([]);
  });

  test('connections that exist survive a reload, also one that narrows', async () => {
    const wide = makeSite([thisMachine(4)]);
    const narrow = makeSite([thisMachine(4)], { client: ['192.0.2.1'] });
    inside.must(['nft', 'flush', 'ruleset']);
    const connections = SOURCES.flatMap(({ who, family, address: from }) =>
      [102, 22].map((port) => ({ name: `${who} ${family} ${port}`, from, to: SERVER[family], port })),
    );
    put(format, wide);
    for (const { name, ...probe } of connections) await client.hold(name, probe);
    for (const site of [wide, narrow]) {
      put(format, site);
      for (const { name } of connections) expect(await client.talk(name, 2500), name).toBe('alive');
    }
    expect(
      await client.probe([{ transport: 'tcp', from: SOURCES[0]!.address, to: SERVER.v4, port: 102 }], 1500),
    ).toEqual(['EHOSTUNREACH']);
  });
});

test('iptables: the rules open what the machine would drop, and no more', async () => {
  const combination = everyCombination().at(-1)!;
  put('iptables', makeSite([thisMachine(4)], peersOf(combination)), 'drop');
  for (const tool of ['iptables', 'ip6tables']) {
    inside.must([tool, '-P', 'INPUT', 'DROP']);
    for (const keep of [
      ['-p', tool === 'iptables' ? 'icmp' : 'icmpv6'],
      ['-m', 'conntrack', '--ctstate', 'ESTABLISHED'],
    ])
      inside.must([tool, '-A', 'INPUT', ...keep, '-j', 'ACCEPT']);
  }
  const expected = expectedOf(combination).map((one) => ({ ...one, isOpen: one.isOpen && isViz(one.probe) }));
  expect(await wrongAnswers(client, 'drop', expected)).toEqual([]);
  for (const tool of ['iptables', 'ip6tables']) inside.must([tool, '-P', 'INPUT', 'ACCEPT']);
});

/** Every source on every port. */
function expectedOf(combination: Combination): readonly Expected[] {
  return SOURCES.flatMap((source) => {
    const open = openTo(source, combination);
    const to = SERVER[source.family];
    return (['tcp', 'udp'] as const).flatMap((transport) =>
      [...VIZ[transport], ...OTHER[transport]].map((port) => ({
        probe: { transport, from: source.address, to, port },
        isOpen: OTHER[transport].includes(port) || open[transport].includes(port),
      })),
    );
  });
}

function isViz({ transport, port }: Probe): boolean {
  return VIZ[transport].includes(port);
}

/** Replaces whatever rules there are; the file of one format must not meet the other's. */
function put(format: 'nft' | 'iptables', site: Site, refuse: 'reject' | 'drop' = 'reject'): void {
  const text = makeRules(site, format, { refuse })[0]!.text;
  freshSourcePorts(outside);
  if (format === 'nft') {
    for (const tool of ['iptables', 'ip6tables']) inside.must(['sh', '-c', `${tool} -F; ${tool} -X`]);
    inside.must(['nft', '-f', '-'], { input: text });
  } else {
    inside.run(['nft', 'delete', 'table', 'inet', 'vwaudit']);
    for (const tool of ['iptables', 'ip6tables']) inside.must([tool, '-F', 'INPUT']);
    inside.must(['sh'], { input: text });
  }
}
