import { describe, expect, test } from 'vitest';
import { HERE, NOBODY, THERE, TwoHosts } from './lab/two-hosts.ts';

// Handshakes that prove nothing: whoever completes them is not the host that was asked.
const two = new TwoHosts();

describe('a proxy that accepts every connection', () => {
  const redirect = (...rule: string[]): void => {
    two.client.must([
      'iptables',
      '-t',
      'nat',
      '-A',
      'OUTPUT',
      ...rule,
      '-j',
      'REDIRECT',
      '--to-ports',
      '12345',
    ]);
  };

  test('a host that does not exist has proven nothing', async () => {
    await two.listen(two.client, [12345]);
    redirect('-o', 'v1a', '-p', 'tcp');
    const { seen, code, codes } = two.check('-i', '2', '--host', NOBODY, '--skip', 'server-1.config');
    expect(seen).toMatchObject({
      102: 'open intercepted unproven',
      10100: 'open intercepted unproven',
      10101: 'open intercepted unproven',
    });
    expect(codes).toContain('intercepted');
    expect(code).not.toBe(0);
  });

  test('an outsider is neither let in nor kept out by it', async () => {
    await two.listen(two.client, [12345], 's.end();');
    redirect('-o', 'v1a', '-p', 'tcp');
    const { report, codes } = two.check('-i', '2', '--host', THERE, '--as', 'outsider');
    expect(
      report.flows.filter(({ transport, verdict }) => transport === 'tcp' && verdict !== 'unproven'),
    ).toEqual([]);
    expect(codes).not.toContain('exposed');
  });

  test('this machine: its own address, answered by a program nobody asked for', async () => {
    await two.listen(two.client, [12345]);
    redirect('-p', 'tcp', '-d', HERE);
    const { seen, codes } = two.check('-i', '1', '--host', HERE, '--skip', 'server-1.config');
    expect(seen).toMatchObject({ 102: 'open intercepted unproven', 10100: 'open intercepted unproven' });
    expect(codes).toContain('intercepted');
  });

  test.each([
    ['1:1023', { 102: 'open intercepted unproven', 10100: 'open syn-ack pass' }],
    ['10000:10199', { 102: 'open intercepted unproven', 10100: 'open intercepted unproven' }],
    [
      '10300:10399',
      { 102: 'open intercepted unproven', 10100: 'open syn-ack pass', 10301: 'open intercepted unproven' },
    ],
  ])('for the ports %s alone', async (ports, expected) => {
    await two.listen(two.server, [102, 103, 10100]);
    await two.run(
      two.server,
      `require('http').createServer((q, r) => r.end('ok')).listen(12345, '::', () => console.log('ready'));`,
    );
    two.server.must([
      'iptables',
      '-t',
      'nat',
      '-A',
      'PREROUTING',
      '-p',
      'tcp',
      '--dport',
      ports,
      '-j',
      'REDIRECT',
      '--to-ports',
      '12345',
    ]);
    const { seen, codes, code } = two.check('-i', '1', '--host', THERE);
    expect(seen).toMatchObject(expected);
    expect(codes).toContain('intercepted');
    expect(code).not.toBe(0);
  });

  test('its server is down: it accepts and closes at once', async () => {
    await two.listen(two.server, [102], 's.end();');
    await two.listen(two.server, [103, 10100, 10301]);
    const { seen, codes, code } = two.check('-i', '1', '--host', THERE, '--as', 'client');
    expect(seen).toMatchObject({ 102: 'open syn-ack unproven', 10100: 'open syn-ack pass' });
    expect(codes).toContain('closed-at-once');
    expect(code).not.toBe(0);
  });

  test('it speaks HTTP on every port', async () => {
    await two.run(
      two.client,
      `require('http').createServer((q, r) => r.end('log in')).listen(12345, '::', () => console.log('ready'));`,
    );
    redirect('-o', 'v1a', '-p', 'tcp');
    const { seen } = two.check('-i', '1', '--host', NOBODY, '--skip', 'server-1.config');
    expect(seen).toMatchObject({ 10301: 'open intercepted unproven', 102: 'open intercepted unproven' });
  });

  test('a host that runs a service at one of the ports nobody uses is believed', async () => {
    await two.listen(two.server, [102, 10100]);
    const { seen, codes } = two.check('-i', '1', '--host', THERE, '--skip', 'server-1.config');
    expect(seen).toMatchObject({ 102: 'open syn-ack pass', 10100: 'open syn-ack pass' });
    expect(codes).not.toContain('intercepted');
  });

  test('without control ports a handshake proves nothing, and says so', async () => {
    await two.listen(two.server, [102, 10100]);
    const { seen, codes } = two.check('-i', '1', '--host', THERE, '--no-extra');
    expect(seen).toMatchObject({ 102: 'open syn-ack unproven', 10100: 'open syn-ack unproven' });
    expect(codes).toContain('no-control-ports');
  });
});

describe('SYNPROXY', () => {
  const synproxy = (...match: string[]): void => {
    two.server.must(['sysctl', '-qw', 'net.ipv4.tcp_syncookies=1', 'net.ipv4.tcp_timestamps=1']);
    two.server.must(['sysctl', '-qw', 'net.netfilter.nf_conntrack_tcp_loose=0']);
    two.server.must(['iptables-restore'], {
      input: `*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN ${match.join(' ')} -j CT --notrack
COMMIT
*filter
:INPUT ACCEPT [0:0]
-A INPUT -p tcp ${match.join(' ')} -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p tcp -m tcp --dport 102 -j DROP
COMMIT
`,
    });
  };

  test('only the port that listens is open', async () => {
    await two.listen(two.server, [10101]);
    synproxy();
    const { seen, codes, code } = two.check('-i', '4', '--host', THERE, '--skip', 'server-1.config');
    expect(seen).toMatchObject({
      102: 'open intercepted unproven',
      10100: 'open intercepted unproven',
      10101: 'open syn-ack pass',
      10102: 'open intercepted unproven',
      10103: 'open intercepted unproven',
    });
    expect(codes).toContain('handshake-only');
    expect(code).not.toBe(0);
  });

  test('of the ports of Viz World alone', async () => {
    await two.listen(two.server, [10101]);
    synproxy('-m', 'multiport', '--dports', '102,103,10100:10400');
    const { seen } = two.check('-i', '4', '--host', THERE);
    expect(seen).toMatchObject({
      102: 'open intercepted unproven',
      103: 'open intercepted unproven',
      10101: 'open syn-ack pass',
      10103: 'open intercepted unproven',
    });
  });
});

describe('UDP that somebody else answers', () => {
  const echo = `const s = require('dgram').createSocket('udp4'); s.on('message', (m, from) => s.send(REPLY, from.port, from.address)); s.bind(7777, () => console.log('ready'));`;

  test.each([
    ['our own datagram comes back', 'm', '10100-10203'],
    ['another answer, of every port', "'hello'", '1-65535'],
  ])('%s', async (_, reply, ports) => {
    await two.listen(two.server, [102, 103, 10100, 10301]);
    await two.run(two.server, echo.replace('REPLY', reply));
    two.server.must(['nft', '-f', '-'], {
      input: `table ip n { chain p { type nat hook prerouting priority -100; udp dport ${ports} redirect to :7777; }; }`,
    });
    const { report, codes, code } = two.check('--host', THERE, '-i', '1');
    const udp = report.flows.filter(({ transport }) => transport === 'udp');
    expect(udp.map(({ state, reason, verdict }) => `${state} ${reason} ${verdict}`)).toEqual(
      udp.map(() => 'open intercepted unproven'),
    );
    expect(codes).toContain('intercepted');
    expect(code).not.toBe(0);
  });
});
