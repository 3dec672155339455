import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Site } from '../../src/deployment/site.ts';
import { makeRules } from '../rules/render-rules.ts';
import { makeHost, makeSite } from '../rules/sites.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { startAgent, type Agent } from './rules-agent.ts';
import { answerEveryTime, freshSourcePorts, wrongAnswers, type Expected } from './rules-answers.ts';

// Rules on a router: maps-a on one side, maps-b and everybody else on the other. Real packets both ways.

const PLACES = {
  'maps-a': ['10.201.0.11', 'fd00:201::11'],
  /** On the same side as maps-a, and no business of the rules. */
  bystander: ['10.201.0.99', 'fd00:201::99'],
  'maps-b': ['10.202.0.12', 'fd00:202::12'],
  client: ['10.202.1.7', 'fd00:202:1::7'],
  'config-tool': ['10.202.2.7', 'fd00:202:2::7'],
  web: ['10.202.3.7', 'fd00:202:3::7'],
  outsider: ['10.202.4.7', 'fd00:202:4::7'],
} as const;

type Place = keyof typeof PLACES;
const SITE = makeSite(
  [makeHost('maps-a', PLACES['maps-a'], 4), makeHost('maps-b', PLACES['maps-b'], 2, false)],
  {
    client: ['10.202.1.0/24', 'fd00:202:1::/48'],
    'config-tool': PLACES['config-tool'],
    web: ['10.202.3.7'],
  },
);

/** What the rules are about, and who gets there; `web` is stated in IPv4 only. */
const OPEN: readonly {
  to: Place;
  transport: 'tcp' | 'udp';
  ports: readonly number[];
  from: readonly Place[];
}[] = [
  { to: 'maps-a', transport: 'tcp', ports: [102, 10100, 10101, 10102, 10103], from: ['client'] },
  { to: 'maps-a', transport: 'tcp', ports: [103], from: ['config-tool'] },
  { to: 'maps-a', transport: 'tcp', ports: [10301, 10302, 10303, 10304], from: ['web'] },
  { to: 'maps-a', transport: 'udp', ports: [10100, 10200, 10201, 10202, 10203], from: ['maps-b'] },
  { to: 'maps-b', transport: 'tcp', ports: [102, 10101], from: [] },
  { to: 'maps-b', transport: 'tcp', ports: [103], from: [] },
  { to: 'maps-b', transport: 'tcp', ports: [10301, 10302], from: ['maps-a'] },
  { to: 'maps-b', transport: 'udp', ports: [10100, 10200, 10201], from: ['maps-a'] },
];
const TCP = [22, 102, 103, 10100, 10101, 10102, 10103, 10104, 10300, 10301, 10302, 10303, 10304, 10305];
const UDP = [53, 10100, 10101, 10200, 10201, 10202, 10203, 10204];

const lab = createLab();
const [near, router, far] = ['near', 'router', 'far'].map((name) => lab.host(name)) as [
  LabHost,
  LabHost,
  LabHost,
];
const nearPlaces: readonly Place[] = ['maps-a', 'bystander'];
const farPlaces = (Object.keys(PLACES) as Place[]).filter((place) => !nearPlaces.includes(place));
let nearAgent: Agent;
let farAgent: Agent;

beforeAll(async () => {
  const withLength = (address: string): string => `${address}/${address.includes(':') ? 32 : 16}`;
  const addresses = (places: readonly Place[]): string[] => places.flatMap((place) => PLACES[place]);
  // A router asks for neighbours from its link-local address, which must not wait for duplicate address detection.
  for (const host of [near, router, far])
    host.must(['sysctl', '-qw', 'net.ipv6.conf.default.accept_dad=0', 'net.ipv6.conf.all.accept_dad=0']);
  lab.cable(near, addresses(nearPlaces).map(withLength), router, ['10.201.0.1/16', 'fd00:201::1/32']);
  lab.cable(far, addresses(farPlaces).map(withLength), router, ['10.202.0.1/16', 'fd00:202::1/32']);
  for (const [host, network] of [
    [near, 201],
    [far, 202],
  ] as const) {
    host.must(['ip', 'route', 'add', 'default', 'via', `10.${network}.0.1`]);
    host.must(['ip', '-6', 'route', 'add', 'default', 'via', `fd00:${network}::1`]);
  }
  router.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  answerEveryTime(router);
  [nearAgent, farAgent] = [startAgent(near), startAgent(far)];
  await nearAgent.listen(addresses(nearPlaces), TCP, UDP);
  await farAgent.listen(addresses(['maps-b']), TCP, UDP);
});

afterEach(() => {
  router.run(['nft', 'flush', 'ruleset']);
});

afterAll(() => {
  nearAgent.close();
  farAgent.close();
  lab.close();
});

describe.each(['nft', 'iptables'] as const)('%s on a gateway', (format) => {
  const put = (site: Site, refuse: 'reject' | 'drop' = 'reject'): void => {
    for (const host of [near, far]) freshSourcePorts(host);
    for (const { text } of makeRules(site, format, { placement: 'gateway', refuse }))
      router.must(format === 'nft' ? ['nft', '-f', '-'] : ['sh'], { input: text });
  };

  test.each(['reject', 'drop'] as const)(
    'lets in who must get in and refuses the hosts alone: %s',
    async (refuse) => {
      put(SITE, refuse);
      expect(await wrongAnswers(farAgent, refuse, expectedOf(farPlaces, nearPlaces))).toEqual([]);
      expect(await wrongAnswers(nearAgent, refuse, expectedOf(nearPlaces, ['maps-b']))).toEqual([]);
    },
  );

  // Only a connection that conntrack saw begin: a router without any stateful rule does not watch connections at all.
  test('a connection survives rules that would refuse it', async () => {
    put(makeSite(SITE.hosts));
    const [from, to] = [PLACES.outsider, PLACES['maps-a']];
    for (const family of [0, 1] as const)
      await farAgent.hold(`${format}${family}`, { from: from[family], to: to[family], port: 102 });
    put(SITE);
    for (const family of [0, 1]) expect(await farAgent.talk(`${format}${family}`, 2500)).toBe('alive');
  });
});

/** Every place to every place on every port; what `OPEN` does not name is none of the rules' business. */
function expectedOf(froms: readonly Place[], tos: readonly Place[]): readonly Expected[] {
  return froms.flatMap((from) =>
    tos.flatMap((to) =>
      ([0, 1] as const).flatMap((family) =>
        [...TCP.map((port) => ['tcp', port] as const), ...UDP.map((port) => ['udp', port] as const)].map(
          ([transport, port]) => {
            const row = OPEN.find(
              (one) => one.to === to && one.transport === transport && one.ports.includes(port),
            );
            const isStated = !(from === 'web' && family === 1);
            return {
              probe: { transport, from: PLACES[from][family], to: PLACES[to][family], port },
              isOpen: row === undefined || (isStated && row.from.includes(from)),
            };
          },
        ),
      ),
    ),
  );
}
