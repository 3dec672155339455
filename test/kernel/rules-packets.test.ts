import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES, type Role } from '../../src/ports/role.ts';
import type { Site } from '../../src/site/site.ts';
import { makeRules } from '../rules/render-rules.ts';
import {
  everyCombination,
  makeSite,
  peersOf,
  randomNumbers,
  thisMachine,
  type Stated,
} from '../rules/sites.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { startAgent, type Agent, type Probe } from './rules-agent.ts';
import { answerEveryTime, freshSourcePorts, wrongAnswers, type Expected } from './rules-answers.ts';

// Real packets through the generated rules, IPv4 and IPv6: who must get in gets in, everybody else is refused on every
// Viz World port, and other ports are left alone.

/** The guide's worked example for four instances, and who uses it; under `auto` both UDP groups go both ways. */
const TCP_OF: Record<Role, readonly number[]> = {
  client: [102, 10100, 10101, 10102, 10103],
  'config-tool': [103],
  allocator: [10301, 10302, 10303, 10304],
  server: [],
  web: [10301, 10302, 10303, 10304],
};
const UDP_OF: Record<Role, readonly number[]> = {
  client: [],
  'config-tool': [],
  allocator: [10100, 10200, 10201, 10202, 10203],
  server: [10100, 10200, 10201, 10202, 10203],
  web: [],
};
const OTHER_TCP = [22, 80, 101, 104, 10104, 10200, 10300, 10305];
const OTHER_UDP = [53, 102, 10099, 10101, 10199, 10204, 10301];
const VIZ_TCP = [...new Set(Object.values(TCP_OF).flat())];
const VIZ_UDP = [...new Set(Object.values(UDP_OF).flat())];

/** An address of every role and of nobody, on the client side; see `peersOf`. */
const SOURCES = [...ROLES, 'outsider' as const].flatMap((who, index) => [
  { who, family: 'v4' as const, from: `10.200.${index + 1}.7`, to: '10.200.99.1' },
  { who, family: 'v6' as const, from: `fd00:200:${index + 1}::7`, to: 'fd00:200:99::1' },
]);
const SERVER = ['10.200.99.1', 'fd00:200:99::1'];

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
    SOURCES.map(({ from }) => lengths(from)),
    inside,
    SERVER.map(lengths),
  );
  answerEveryTime(inside);
  [client, server] = [startAgent(outside), startAgent(inside)];
  await server.listen(
    [...SERVER, '127.0.0.1', '::1'],
    [...VIZ_TCP, ...OTHER_TCP],
    [...VIZ_UDP, ...OTHER_UDP],
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
    for (const [index, combination] of SOME.entries()) {
      const refuse = index % 8 === 0 ? 'reject' : 'drop';
      put(format, makeSite([thisMachine(4)], peersOf(combination)), refuse);
      const wrong = await wrongAnswers(client, refuse, expectedOf(combination));
      expect(wrong, `seed ${SEED}, ${refuse}, ${JSON.stringify(combination)}`).toEqual([]);
    }
  });

  test('the machine reaches all its own ports', async () => {
    put(format, makeSite([thisMachine(4)], { client: [] }));
    const own = ['127.0.0.1', '::1', ...SERVER].flatMap((address) => [
      ...[...VIZ_TCP, ...OTHER_TCP].map((port) => ({
        transport: 'tcp' as const,
        from: address,
        to: address,
        port,
      })),
      ...[...VIZ_UDP, ...OTHER_UDP].map((port) => ({
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
    const connections = SOURCES.flatMap(({ who, from, to }) =>
      [102, 22].map((port) => ({ name: `${who} ${to} ${port}`, from, to, port })),
    );
    put(format, wide);
    for (const { name, ...probe } of connections) await client.hold(name, probe);
    for (const site of [wide, narrow]) {
      put(format, site);
      for (const { name } of connections) expect(await client.talk(name, 2500), name).toBe('alive');
    }
    const [v4] = SOURCES;
    expect(await client.probe([{ transport: 'tcp', from: v4!.from, to: v4!.to, port: 102 }], 1500)).toEqual([
      'EHOSTUNREACH',
    ]);
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

/** Every source on every port, from the table above alone. */
function expectedOf(combination: Combination): readonly Expected[] {
  const hasRole = (who: string, family: 'v4' | 'v6', role: Role): boolean => {
    const stated = combination[role];
    if (stated === 'absent') return role === 'client';
    return who === role && (stated === family || stated === 'both');
  };
  return SOURCES.flatMap(({ who, family, from, to }) => {
    const roles = ROLES.filter((role) => hasRole(who, family, role));
    const one = (
      transport: 'tcp' | 'udp',
      viz: readonly number[],
      other: readonly number[],
      open: readonly number[],
    ) =>
      [...viz, ...other].map((port) => ({
        probe: { transport, from, to, port },
        isOpen: other.includes(port) || open.includes(port),
      }));
    return [
      ...one(
        'tcp',
        VIZ_TCP,
        OTHER_TCP,
        roles.flatMap((role) => TCP_OF[role]),
      ),
      ...one(
        'udp',
        VIZ_UDP,
        OTHER_UDP,
        roles.flatMap((role) => UDP_OF[role]),
      ),
    ];
  });
}

function isViz({ transport, port }: Probe): boolean {
  return (transport === 'tcp' ? VIZ_TCP : VIZ_UDP).includes(port);
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
