import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { TraceReport } from '../../src/verdict/reports/trace-report.ts';
import { runInProcess } from '../e2e/in-process.ts';
import { collectOn } from './lab/program-on.ts';
import { createServedClient, type Change } from './lab/served-client.ts';

/** What a server does besides its rules keeps its client out: audit never passes such a flow. */
const served = createServedClient();
const { lab, server, client, folder, undo, isAnswered, verdict } = served;
const other = lab.host('other');
const NAT = `table ip n { chain p { type nat hook prerouting priority -100; ip daddr 10.61.0.1 tcp dport 102 dnat to 10.61.0.9; }; }
`;
afterAll(served.close);
afterEach(served.undoAll);

test('what keeps nobody out passes', async () => {
  expect(isAnswered()).toBe(true);
  // The kernel shows a new link as up a moment after it carries packets.
  await expect.poll(verdict).toMatchObject({ verdict: 'pass', why: '' });
});

const RULE = 'ip rule';
const WRONG = 'lladdr 02:00:00:00:00:99 nud permanent';
const CASES: readonly (readonly [string, readonly Change[], RegExp])[] = [
  [
    'answers from its address by a table that leads nowhere',
    [
      ['ip route add unreachable default table 50', 'ip route flush table 50'],
      [`${RULE} add pref 5 from 10.61.0.1 lookup 50`, `${RULE} del pref 5`],
    ],
    /routing rule "5: from 10\.61\.0\.1 lookup 50"/,
  ],
  [
    'answers to a network by a table that leads nowhere',
    [
      ['ip route add unreachable 10.61.0.0/24 table 60', 'ip route flush table 60'],
      [`${RULE} add pref 5 to 10.61.0.0/16 lookup 60`, `${RULE} del pref 5`],
    ],
    /routing rule "5: from all to 10\.61\.0\.0\/16 lookup 60"/,
  ],
  [
    'all but one network dropped',
    [[`${RULE} add pref 5 not to 10.99.0.0/16 blackhole`, `${RULE} del pref 5`]],
    /routing rule "5: not from all to 10\.99\.0\.0\/16 blackhole"/,
  ],
  [
    'goto',
    [
      [`${RULE} add pref 20 to 10.61.0.5 blackhole`, `${RULE} del pref 20`],
      [`${RULE} add pref 10 from 10.61.0.1 goto 20`, `${RULE} del pref 10`],
    ],
    /routing rule "20: /,
  ],
  [
    'the address of the client is its own',
    [['ip route add local 10.61.0.5 dev lo', 'ip route del local 10.61.0.5 dev lo']],
    /no route/,
  ],
  [
    'a policy of IPsec that drops',
    [['ip xfrm policy add dir in src 10.61.0.0/16 dst 10.61.0.1 action block', 'ip xfrm policy flush']],
    /IPsec policy "dir in src 10\.61\.0\.0\/16 dst 10\.61\.0\.1" drops/,
  ],
  [
    'a policy that asks for IPsec',
    [
      [
        'ip xfrm policy add dir in src 10.61.0.0/16 dst 10.61.0.1 tmpl proto esp mode transport',
        'ip xfrm policy flush',
      ],
    ],
    /with IPsec only/,
  ],
  ...(['in', 'out'] as const).map(
    (direction) =>
      [
        `the default policy of IPsec (${direction}) drops`,
        [[`ip xfrm policy setdefault ${direction} block`, `ip xfrm policy setdefault ${direction} accept`]],
        new RegExp(`IPsec policy "default ${direction}"`),
      ] as const,
  ),
  [
    'strict rp_filter where the client is, and a longer prefix routed elsewhere',
    [
      ['ip link add dum0 type veth peer name dum1', 'ip link del dum0'],
      ['ip link set dum0 up', 'true'],
      ['sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.dum0.rp_filter=0', 'true'],
      ['sysctl -qw net.ipv4.conf.LINK.rp_filter=1', 'sysctl -qw net.ipv4.conf.LINK.rp_filter=0'],
      ['ip route add 10.61.0.0/24 dev dum0', 'ip route del 10.61.0.0/24'],
    ],
    /rp_filter=1 drops packets from 10\.61\.0\.5 that come in by v\w+: the route to them leads by dum0/,
  ],
  [
    'no ARP by its interface',
    [['ip link set LINK arp off', 'ip link set LINK arp on']],
    /v\w+ has the flag NOARP/,
  ],
  [
    'ARP is never answered',
    [
      ['sysctl -qw net.ipv4.conf.LINK.arp_ignore=8', 'sysctl -qw net.ipv4.conf.LINK.arp_ignore=0'],
      ['CLIENT ip neigh flush all', 'true'],
    ],
    /v\w+ answers no ARP \(arp_ignore is 8\)/,
  ],
  [
    'the address is one of another interface, for which ARP is not answered',
    [
      ['ip addr del 10.61.0.1/16 dev LINK', 'ip addr add 10.61.0.1/16 dev LINK'],
      ['ip addr add 10.61.0.3/16 dev LINK', 'ip addr del 10.61.0.3/16 dev LINK'],
      ['ip addr add 10.61.0.1/32 dev lo', 'ip addr del 10.61.0.1/32 dev lo'],
      ['sysctl -qw net.ipv4.conf.LINK.arp_ignore=1', 'sysctl -qw net.ipv4.conf.LINK.arp_ignore=0'],
      ['CLIENT ip neigh flush all', 'true'],
    ],
    /v\w+ answers no ARP for 10\.61\.0\.1, an address of another interface/,
  ],
  [
    'its interface became a port of a bridge and kept the address and the routes',
    [
      ['ip link add br0 type bridge', 'ip link del br0'],
      ['ip link set br0 up', 'true'],
      ['ip link set LINK master br0', 'ip link set LINK nomaster'],
      ['ip neigh flush all', 'true'],
      ['CLIENT ip neigh flush all', 'true'],
    ],
    /v\w+ is a port of br0: routes send by v\w+/,
  ],
  [
    'a neighbour with a wrong link address',
    [[`ip neigh replace 10.61.0.5 dev LINK ${WRONG}`, 'ip neigh del 10.61.0.5 dev LINK']],
    /neighbour 10\.61\.0\.5 on v\w+ was set by hand \(02:00:00:00:00:99\)/,
  ],
  [
    'a router with a wrong link address',
    [
      ['ip route add 10.61.0.5/32 via 10.61.0.8 dev LINK', 'ip route del 10.61.0.5/32'],
      [`ip neigh replace 10.61.0.8 dev LINK ${WRONG}`, 'ip neigh del 10.61.0.8 dev LINK'],
    ],
    /neighbour 10\.61\.0\.8 on v\w+ was set by hand/,
  ],
];

test.each(CASES)('%s', async (_, commands, why) => {
  served.change(commands);
  expect(isAnswered()).toBe(false);
  const found = await verdict();
  expect(found.verdict).toBe('unproven');
  expect(found.why).toMatch(why);
});

test('a policy of IPsec is deleted as the advice says, and the answer passes again', async () => {
  server.must(
    'ip xfrm policy add dir in src 10.61.0.0/16 dst 10.61.0.1 proto tcp dport 102 action block'.split(' '),
  );
  expect(isAnswered()).toBe(false);
  const { advice } = await verdict();
  const [pasted = ''] = advice.filter((line) => line.startsWith('$ sudo ip xfrm'));
  server.must(pasted.replace('$ sudo ', '').split(' '));
  expect(isAnswered()).toBe(true);
  expect((await verdict()).verdict).toBe('pass');
});

test('an interface without IPv6 brings none, whatever the rules and routes say', async () => {
  const [link = ''] = /\bv\w+/.exec(server.must(['ip', '-br', 'link'])) ?? [];
  const [far = ''] = /\bv\w+/.exec(client.must(['ip', '-br', 'link'])) ?? [];
  server.must(['ip', 'addr', 'add', 'fd61::1/128', 'dev', 'lo']);
  lab.cable(server, ['fd63::1/64'], other, ['fd63::2/64']);
  server.must(['ip', 'addr', 'add', 'fd62::1/64', 'dev', link, 'nodad']);
  client.must(['ip', 'addr', 'add', 'fd62::5/64', 'dev', far, 'nodad']);
  client.must(['ip', 'route', 'add', 'fd61::1/128', 'via', 'fd62::1']);
  server.must(['nft', 'add', 'rule', 'inet', 't', 'i', 'meta', 'nfproto', 'ipv6', 'accept']);
  const resultOf = async (): Promise<string> => {
    const file = path.join(folder, 'machine.json');
    writeFileSync(file, await collectOn(server));
    const { stdout } = await runInProcess([
      ...['trace', file, '--packet', `tcp [fd62::5]:40000 > [fd61::1]:102 in ${link}`, '--json', '--quiet'],
    ]);
    const { packets } = JSON.parse(stdout) as TraceReport;
    return `${packets[0]?.result} ${packets[0]?.reason?.code}`;
  };
  expect(isAnswered('fd61::1')).toBe(true);
  expect(await resultOf()).toBe('allowed undefined');
  server.must(['sysctl', '-qw', `net.ipv6.conf.${link}.disable_ipv6=1`]);
  // A way back does not help.
  server.must(['ip', '-6', 'route', 'add', 'default', 'via', 'fd63::2']);
  expect(isAnswered('fd61::1')).toBe(false);
  expect(await resultOf()).toBe('undecided ipv6-off');
  server.must(['sysctl', '-qw', `net.ipv6.conf.${link}.disable_ipv6=0`]);
});

test('NAT to a machine on the link of the client', async () => {
  // Bridged in the namespace of the client: one link for all three.
  lab.cable(other, ['10.61.0.9/16'], client, []);
  const ports = client
    .must(['ip', '-br', 'link'])
    .split('\n')
    .map((line) => line.split(/[@ ]/)[0] ?? '')
    .filter((name) => name.startsWith('v'));
  client.must(['ip', 'link', 'add', 'br0', 'type', 'bridge']);
  for (const port of ports) {
    client.must(['ip', 'addr', 'flush', 'dev', port]);
    client.must(['ip', 'link', 'set', port, 'master', 'br0']);
  }
  client.must(['ip', 'addr', 'add', '10.61.0.5/16', 'dev', 'br0']);
  client.must(['ip', 'link', 'set', 'br0', 'up']);
  server.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  server.must(['nft', '-f', '-'], { input: NAT });
  undo.push('nft delete table ip n');
  expect(isAnswered()).toBe(false);
  expect((await verdict()).verdict).toBe('unproven');
});

test('the interface of the client is down', async () => {
  const [name = ''] = /\bv\w+/.exec(server.must(['ip', '-br', 'link'])) ?? [];
  server.must(['ip', 'link', 'set', name, 'down']);
  expect(isAnswered()).toBe(false);
  expect((await verdict()).verdict).toBe('unproven');
  const file = path.join(folder, 'machine.json');
  const { stdout } = await runInProcess([
    ...['trace', file, '--packet', `tcp 10.61.0.5:40000 > 10.61.0.1:102 in ${name}`, '--json', '--quiet'],
  ]);
  const { packets } = JSON.parse(stdout) as TraceReport;
  expect(packets[0]).toMatchObject({
    result: 'undecided',
    reason: { code: 'interface-down', interface: name },
  });
});
