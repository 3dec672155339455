import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { validReport } from '../e2e/schema.ts';
import { shareOf } from '../thorough.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { ENTRY } from './stand-in.ts';

/** Handshakes and silence that prove nothing: whoever completes or stops them is not the host that was asked. */
let lab = createLab();
let client: LabHost;
let server: LabHost;
const children: { kill(signal: 'SIGKILL'): boolean }[] = [];
const [HERE, THERE, NOBODY] = ['10.20.0.5', '10.20.0.11', '10.20.0.77'];

beforeEach(() => {
  lab = createLab();
  [client, server] = [lab.host('client'), lab.host('server')];
  lab.cable(client, [`${HERE}/24`, 'fd00:20::5/64'], server, [`${THERE}/24`, 'fd00:20::11/64']);
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  lab.close();
});

/** Runs a program of Node's on a host until the test ends; it prints a line when it is ready. */
async function run(host: LabHost, script: string): Promise<void> {
  const child = host.spawn(['node', '-e', script]);
  children.push(child);
  await once(child.stdout, 'data');
}

/** Accepts on these ports and holds every connection, as a server does that waits for its client to speak. */
function listen(host: LabHost, ports: readonly number[], onConnection = ''): Promise<void> {
  return run(
    host,
    `let open = 0; const ports = ${JSON.stringify(ports)};
     for (const port of ports) require('net').createServer((s) => { s.on('error', () => {}); ${onConnection} }).listen(port, '::', () => { if (++open === ports.length) console.log('ready'); });`,
  );
}

function check(...argv: string[]): {
  readonly code: number | null;
  readonly report: CheckReport;
  readonly seen: Readonly<Record<string, string>>;
  readonly codes: readonly string[];
} {
  const { status, stdout } = client.run(['node', ENTRY, 'check', ...argv, '--quiet', '--json']);
  const report = validReport(stdout) as CheckReport;
  const seen = Object.fromEntries(
    report.flows
      .filter(({ transport }) => transport === 'tcp')
      .map(({ port, state, reason, verdict }) => [port, `${state} ${reason} ${verdict}`]),
  );
  return { code: status, report, seen, codes: report.findings.map(({ code }) => code) };
}

describe('a proxy that accepts every connection', () => {
  const redirect = (...rule: string[]): void => {
    client.must(['iptables', '-t', 'nat', '-A', 'OUTPUT', ...rule, '-j', 'REDIRECT', '--to-ports', '12345']);
  };

  test('a host that does not exist has proven nothing', async () => {
    await listen(client, [12345]);
    redirect('-o', 'v1a', '-p', 'tcp');
    const { seen, code, codes } = check('-i', '2', '--host', NOBODY, '--skip', 'server-1.config');
    expect(seen).toMatchObject({
      102: 'open intercepted unproven',
      10100: 'open intercepted unproven',
      10101: 'open intercepted unproven',
    });
    expect(codes).toContain('intercepted');
    expect(code).not.toBe(0);
  });

  test('an outsider is neither let in nor kept out by it', async () => {
    await listen(client, [12345], 's.end();');
    redirect('-o', 'v1a', '-p', 'tcp');
    const { report, codes } = check('-i', '2', '--host', THERE, '--as', 'outsider');
    expect(
      report.flows.filter(({ transport, verdict }) => transport === 'tcp' && verdict !== 'unproven'),
    ).toEqual([]);
    expect(codes).not.toContain('exposed');
  });

  test('this machine: its own address, answered by a program nobody asked for', async () => {
    await listen(client, [12345]);
    redirect('-p', 'tcp', '-d', HERE);
    const { seen, codes } = check('-i', '1', '--host', HERE, '--skip', 'server-1.config');
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
    await listen(server, [102, 103, 10100]);
    await run(
      server,
      `require('http').createServer((q, r) => r.end('ok')).listen(12345, '::', () => console.log('ready'));`,
    );
    server.must([
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
    const { seen, codes, code } = check('-i', '1', '--host', THERE);
    expect(seen).toMatchObject(expected);
    expect(codes).toContain('intercepted');
    expect(code).not.toBe(0);
  });

  test('its server is down: it accepts and closes at once', async () => {
    await listen(server, [102], 's.end();');
    await listen(server, [103, 10100, 10301]);
    const { seen, codes, code } = check('-i', '1', '--host', THERE, '--as', 'client');
    expect(seen).toMatchObject({ 102: 'open syn-ack unproven', 10100: 'open syn-ack pass' });
    expect(codes).toContain('closed-at-once');
    expect(code).not.toBe(0);
  });

  test('it speaks HTTP on every port', async () => {
    await run(
      client,
      `require('http').createServer((q, r) => r.end('log in')).listen(12345, '::', () => console.log('ready'));`,
    );
    redirect('-o', 'v1a', '-p', 'tcp');
    const { seen } = check('-i', '1', '--host', NOBODY, '--skip', 'server-1.config');
    expect(seen).toMatchObject({ 10301: 'open intercepted unproven', 102: 'open intercepted unproven' });
  });

  test('a host that runs a service at one of the ports nobody uses is believed', async () => {
    await listen(server, [102, 10100]);
    const { seen, codes } = check('-i', '1', '--host', THERE, '--skip', 'server-1.config');
    expect(seen).toMatchObject({ 102: 'open syn-ack pass', 10100: 'open syn-ack pass' });
    expect(codes).not.toContain('intercepted');
  });

  test('without control ports a handshake proves nothing, and says so', async () => {
    await listen(server, [102, 10100]);
    const { seen, codes } = check('-i', '1', '--host', THERE, '--no-extra');
    expect(seen).toMatchObject({ 102: 'open syn-ack unproven', 10100: 'open syn-ack unproven' });
    expect(codes).toContain('no-control-ports');
  });
});

describe('SYNPROXY', () => {
  const synproxy = (...match: string[]): void => {
    server.must(['sysctl', '-qw', 'net.ipv4.tcp_syncookies=1', 'net.ipv4.tcp_timestamps=1']);
    server.must(['sysctl', '-qw', 'net.netfilter.nf_conntrack_tcp_loose=0']);
    server.must(['iptables-restore'], {
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
    await listen(server, [10101]);
    synproxy();
    const { seen, codes, code } = check('-i', '4', '--host', THERE, '--skip', 'server-1.config');
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
    await listen(server, [10101]);
    synproxy('-m', 'multiport', '--dports', '102,103,10100:10400');
    const { seen } = check('-i', '4', '--host', THERE);
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
    await listen(server, [102, 103, 10100, 10301]);
    await run(server, echo.replace('REPLY', reply));
    server.must(['nft', '-f', '-'], {
      input: `table ip n { chain p { type nat hook prerouting priority -100; udp dport ${ports} redirect to :7777; }; }`,
    });
    const { report, codes, code } = check('--host', THERE, '-i', '1');
    const udp = report.flows.filter(({ transport }) => transport === 'udp');
    expect(udp.map(({ state, reason, verdict }) => `${state} ${reason} ${verdict}`)).toEqual(
      udp.map(() => 'open intercepted unproven'),
    );
    expect(codes).toContain('intercepted');
    expect(code).not.toBe(0);
  });
});

describe('who reacts to probing', () => {
  const isWronglyShut = ({ expected, verdict, transport }: CheckReport['flows'][number]): boolean =>
    transport === 'tcp' && expected === 'reachable' && verdict === 'fail';
  const load = (ruleset: string): void => {
    server.must(['nft', '-f', '-'], { input: ruleset });
  };

  test('a first connection attempt that puts us on a list', async () => {
    await listen(server, [102, 103, 10301]);
    load(`table ip n {
	set bl { type ipv4_addr; size 1000; flags dynamic,timeout; timeout 60s; }
	chain p {
		type filter hook input priority 0; policy accept;
		ip saddr @bl drop
		tcp flags & (syn|ack) == syn ct state new add @bl { ip saddr }
	}
}`);
    const { report, code } = check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'client');
    expect(report.flows.filter(({ verdict }) => verdict === 'pass')).toEqual([]);
    expect(code).not.toBe(0);
  });

  test('a list that established connections escape', async () => {
    await listen(server, [102, 103, 10301]);
    load(`table ip n {
	set bl { type ipv4_addr; size 1000; flags dynamic,timeout; timeout 60s; }
	chain p {
		type filter hook input priority 0; policy accept;
		ct state established accept
		ip saddr @bl drop
		tcp flags syn tcp dport 103 add @bl { ip saddr } drop
	}
}`);
    const { seen, codes, code } = check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'client');
    expect(seen[103]).toBe('filtered no-response unproven');
    expect(codes).toContain('reacts-to-probing');
    expect(code).toBe(3);
  });

  test.each(shareOf(['4/second burst 4', '1/second burst 5', '30/minute burst 5', '20/minute burst 8'], 2))(
    'a limit of %s packets on new connections',
    async (limit) => {
      await listen(server, [102, 103, 10100, 10101, 10102, 10103, 10301, 10302, 10303, 10304]);
      load(`table ip n {
	chain p {
		type filter hook input priority 0; policy accept;
		tcp flags & (syn|ack) == syn limit rate over ${limit} packets drop
	}
}`);
      const { report, codes } = check('--host', THERE, '-i', '4', '--as', 'client');
      const silent = report.flows.filter(({ reason }) => reason === 'no-response');
      expect(
        silent.filter(({ transport, verdict }) => transport === 'tcp' && verdict !== 'unproven'),
      ).toEqual([]);
      expect(codes).toContain('reacts-to-probing');
    },
  );

  test('a limit on the ports of Viz World alone: control ports answer as before', async () => {
    await listen(server, [102, 103, 10301]);
    load(`table ip n {
	chain p {
		type filter hook input priority 0; policy accept;
		tcp dport 1-19999 tcp flags & (syn|ack) == syn limit rate over 1/hour burst 1 packets drop
	}
}`);
    const { report, codes } = check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'outsider');
    const passing = report.flows.filter(
      ({ transport, verdict }) => transport === 'tcp' && verdict === 'pass',
    );
    expect(passing).toEqual([]);
    expect(codes).toContain('reacts-to-probing');
  });

  test('a ban by TCP reset: nothing is reported as closed', async () => {
    await listen(server, [102, 103, 10100, 10101, 10301, 10302]);
    load(`table ip n {
	set bl { type ipv4_addr; size 1000; flags dynamic,timeout; timeout 60s; }
	chain p {
		type filter hook input priority 0; policy accept;
		ct state established accept
		ip saddr @bl ip protocol tcp reject with tcp reset
		tcp flags syn tcp dport 10100 add @bl { ip saddr }
	}
}`);
    const { report, seen, codes } = check('--host', THERE, '-i', '2', '--as', 'client');
    expect(seen[102]).toBe('open syn-ack pass');
    expect(seen[10101]).toBe('closed conn-refused unproven');
    expect(report.flows.filter(isWronglyShut)).toEqual([]);
    expect(codes).toContain('reacts-to-probing');
  });

  test.each(['reject with tcp reset', 'reject with icmp admin-prohibited'])(
    'a limit on new connections, %s: refused ports are asked again slowly, and found open',
    async (verdict) => {
      await listen(server, [102, 103, 10100, 10101, 10301, 10302]);
      load(`table ip n {
	chain p {
		type filter hook input priority 0; policy accept;
		tcp flags & (syn|ack) == syn limit rate over 2/second burst 3 packets ${verdict}
	}
}`);
      const { report, seen } = check('--host', THERE, '-i', '2', '--as', 'client');
      expect(report.flows.filter(isWronglyShut)).toEqual([]);
      for (const port of [102, 10100, 10101])
        expect(['open syn-ack pass', 'filtered no-response unproven']).toContain(seen[port]);
    },
  );

  test('who drops some ports and answers on others is believed', async () => {
    await listen(server, [102, 103, 10301]);
    load(`table ip n { chain p { type filter hook input priority 0; tcp dport { 103, 10301 } drop; }; }`);
    const { seen, code } = check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'client');
    expect(seen).toEqual({
      102: 'open syn-ack pass',
      103: 'filtered no-response pass',
      10301: 'filtered no-response pass',
    });
    expect(code).toBe(0);
  });

  test('a datagram that gets us banned, with refusals: TCP was open before, and who is let in then is no pass', async () => {
    await listen(server, [102, 103, 10301]);
    load(`table inet n {
	set bl { type ipv4_addr; size 1000; flags dynamic,timeout; timeout 60s; }
	chain p {
		type filter hook input priority 0; policy accept;
		ct state established,related accept
		ip saddr @bl reject with icmpx admin-prohibited
		udp dport 10200-10299 add @bl { ip saddr } reject with icmpx admin-prohibited
	}
}`);
    const { seen, code } = check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'outsider');
    expect(seen[102]).toBe('open syn-ack fail');
    expect(code).toBe(1);
  });
});
