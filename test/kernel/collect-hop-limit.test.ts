import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createServedClient } from './lab/served-client.ts';

/** Answers that the first router drops, since they may pass none: audit never passes those behind it. */
const served = createServedClient();
const { lab, server, client: router } = served;
const behind = lab.host('behind');
afterAll(served.close);
afterEach(served.undoAll);

beforeAll(() => {
  lab.cable(behind, ['10.62.0.5/24', 'fd61:99::5/64'], router, ['10.62.0.1/24', 'fd61:99::1/64']);
  router.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  behind.must(['ip', 'route', 'add', 'default', 'via', '10.62.0.1']);
  behind.must(['ip', '-6', 'route', 'add', 'default', 'via', 'fd61:99::1']);
  server.must(['ip', 'route', 'add', 'default', 'via', '10.61.0.5']);
  server.must(['ip', '-6', 'route', 'add', 'default', 'via', 'fd61::5']);
  server.must(['nft', 'add', 'rule', 'inet', 't', 'i', 'ip', 'saddr', '10.62.0.0/24', 'accept']);
});

test.each([
  [
    ...['10.61.0.1', '10.62.0.5', '10.61.0.5'],
    ...['sysctl -qw net.ipv4.ip_default_ttl=1', 'sysctl -qw net.ipv4.ip_default_ttl=64'],
    /passes 0 routers at most \(sysctl net\.ipv4\.ip_default_ttl=1\)/,
  ],
  [
    ...['10.61.0.1', '10.62.0.5', '10.61.0.5'],
    ...['ip route add 10.62.0.0/24 via 10.61.0.5 hoplimit 1', 'ip route del 10.62.0.0/24'],
    /passes 0 routers at most \(hoplimit 1 of its route to 10\.62\.0\.0\/24\)/,
  ],
  [
    ...['fd61::1', 'fd61:99::5', 'fd61::5'],
    ...['sysctl -qw net.ipv6.conf.LINK.hop_limit=1', 'sysctl -qw net.ipv6.conf.LINK.hop_limit=64'],
    /passes 0 routers at most \(sysctl net\.ipv6\.conf\.v\w+\.hop_limit=1\)/,
  ],
  [
    ...['fd61::1', 'fd61:99::5', 'fd61::5'],
    ...['ip -6 route add fd61:99::/64 via fd61::5 hoplimit 1', 'ip -6 route del fd61:99::/64'],
    /passes 0 routers at most \(hoplimit 1 of its route to fd61:99::\/64\)/,
  ],
] as const)('to %s from %s (on the link: %s): %s', async (host, from, near, command, back, why) => {
  expect(served.isAnswered(host, from, behind)).toBe(true);
  // The kernel shows a new link as up a moment after it carries packets.
  await expect.poll(() => served.verdict({ host, from })).toMatchObject({ verdict: 'pass', why: '' });
  served.change([[command, back]]);
  expect(served.isAnswered(host, from, behind)).toBe(false);
  const found = await served.verdict({ host, from });
  expect(found.verdict).toBe('unproven');
  expect(found.why).toMatch(why);
  // Who is on the link gets his answer.
  expect(served.isAnswered(host, near)).toBe(true);
  expect((await served.verdict({ host, from: near })).verdict).toBe('pass');
});
