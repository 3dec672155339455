import { describe, expect, test } from 'vitest';
import { shareOf } from '../thorough.ts';
import { THERE, TwoHosts, type Checked } from './lab/two-hosts.ts';

// Silence and refusals that prove nothing: somebody reacts to being probed.
const two = new TwoHosts();

describe('who reacts to probing', () => {
  const isWronglyShut = ({ expected, verdict, transport }: Checked['report']['flows'][number]): boolean =>
    transport === 'tcp' && expected === 'reachable' && verdict === 'fail';
  const load = (ruleset: string): void => {
    two.server.must(['nft', '-f', '-'], { input: ruleset });
  };

  /** Rules about a list `bl` of sources, which they may add to. */
  const loadBan = (...rules: readonly string[]): void => {
    load(`table ip n {
	set bl { type ipv4_addr; size 1000; flags dynamic,timeout; timeout 60s; }
	chain p {
		type filter hook input priority 0; policy accept;
		${rules.join('\n')}
	}
}`);
  };

  test('a first connection attempt that puts us on a list', async () => {
    await two.listen(two.server, [102, 103, 10301]);
    loadBan('ip saddr @bl drop', 'tcp flags & (syn|ack) == syn ct state new add @bl { ip saddr }');
    const { report, code } = two.check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'client');
    expect(report.flows.filter(({ verdict }) => verdict === 'pass')).toEqual([]);
    expect(code).not.toBe(0);
  });

  test('a list that established connections escape', async () => {
    await two.listen(two.server, [102, 103, 10301]);
    loadBan(
      'ct state established accept',
      'ip saddr @bl drop',
      'tcp flags syn tcp dport 103 add @bl { ip saddr } drop',
    );
    const { seen, codes, code } = two.check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'client');
    expect(seen[103]).toBe('filtered no-response unproven');
    expect(codes).toContain('reacts-to-probing');
    // Asked before that one, what must be shut is open.
    expect(seen[10301]).toMatch(/^open .* fail$/);
    expect(code).toBe(1);
  });

  test.each(shareOf(['4/second burst 4', '1/second burst 5', '30/minute burst 5', '20/minute burst 8'], 1))(
    'a limit of %s packets on new connections',
    async (limit) => {
      await two.listen(two.server, [102, 103, 10100, 10101, 10102, 10103, 10301, 10302, 10303, 10304]);
      load(`table ip n {
	chain p {
		type filter hook input priority 0; policy accept;
		tcp flags & (syn|ack) == syn limit rate over ${limit} packets drop
	}
}`);
      const { report, codes } = two.check('--host', THERE, '-i', '4', '--as', 'client');
      const silent = report.flows.filter(({ reason }) => reason === 'no-response');
      expect(
        silent.filter(({ transport, verdict }) => transport === 'tcp' && verdict !== 'unproven'),
      ).toEqual([]);
      expect(codes).toContain('reacts-to-probing');
    },
  );

  test('a limit on the ports of Viz World alone: control ports answer as before', async () => {
    await two.listen(two.server, [102, 103, 10301]);
    load(`table ip n {
	chain p {
		type filter hook input priority 0; policy accept;
		tcp dport 1-19999 tcp flags & (syn|ack) == syn limit rate over 1/hour burst 1 packets drop
	}
}`);
    const { report, codes } = two.check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'outsider');
    const passing = report.flows.filter(
      ({ transport, verdict }) => transport === 'tcp' && verdict === 'pass',
    );
    expect(passing).toEqual([]);
    expect(codes).toContain('reacts-to-probing');
  });

  test.each([
    'ct state new add @peers { ip saddr ct count over 1 } drop',
    'tcp flags & (syn|ack) == syn limit rate over 1/minute burst 1 packets drop',
    'tcp flags & (syn|ack) == syn limit rate over 1/minute burst 1 packets reject with icmpx admin-prohibited',
  ])('a limit that the configuration port shares, which is never asked again: %s', async (limit) => {
    await two.listen(two.server, [102, 103, 10301]);
    load(`table inet n {
	set peers { type ipv4_addr; flags dynamic; size 100; }
	chain p {
		type filter hook input priority 0; policy accept;
		tcp dport 102 drop
		tcp dport { 103, 10301 } ${limit}
	}
}`);
    const { seen, code } = two.check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'config-tool');
    // Asked before the configuration port, it answers: who must not get in does.
    expect(seen['10301']).toMatch(/^open .* fail$/);
    expect(code).toBe(1);
  });

  test('a limit on an open port and a shut one, beside open ones without', async () => {
    await two.listen(two.server, [102, 10100, 10301]);
    load(`table ip n {
	chain p {
		type filter hook input priority 0; policy accept;
		tcp dport { 10100, 10301 } tcp flags & (syn|ack) == syn limit rate over 1/hour burst 1 packets drop
		tcp dport 103 drop
	}
}`);
    const { seen } = two.check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'client');
    expect(seen['10301']).not.toMatch(/pass$/);
  });

  test('a ban by TCP reset: nothing is reported as closed', async () => {
    await two.listen(two.server, [102, 103, 10100, 10101, 10301, 10302]);
    loadBan(
      'ct state established accept',
      'ip saddr @bl ip protocol tcp reject with tcp reset',
      'tcp flags syn tcp dport 10100 add @bl { ip saddr }',
    );
    const { report, seen, codes } = two.check('--host', THERE, '-i', '2', '--as', 'client');
    expect(seen[102]).toBe('open syn-ack pass');
    expect(seen[10101]).toBe('closed conn-refused unproven');
    expect(report.flows.filter(isWronglyShut)).toEqual([]);
    expect(codes).toContain('reacts-to-probing');
  });

  test.each(['reject with tcp reset', 'reject with icmp admin-prohibited'])(
    'a limit on new connections, %s: refused ports are asked again slowly, and found open',
    async (verdict) => {
      await two.listen(two.server, [102, 103, 10100, 10101, 10301, 10302]);
      load(`table ip n {
	chain p {
		type filter hook input priority 0; policy accept;
		tcp flags & (syn|ack) == syn limit rate over 2/second burst 3 packets ${verdict}
	}
}`);
      const { report, seen } = two.check('--host', THERE, '-i', '2', '--as', 'client');
      expect(report.flows.filter(isWronglyShut)).toEqual([]);
      for (const port of [102, 10100, 10101])
        expect(['open syn-ack pass', 'filtered no-response unproven']).toContain(seen[port]);
    },
  );

  test('who drops some ports and answers on others is believed', async () => {
    await two.listen(two.server, [102, 103, 10301]);
    load(`table ip n { chain p { type filter hook input priority 0; tcp dport { 103, 10301 } drop; }; }`);
    const { seen, code } = two.check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'client');
    expect(seen).toEqual({
      102: 'open syn-ack pass',
      103: 'filtered no-response pass',
      10301: 'filtered no-response pass',
    });
    expect(code).toBe(0);
  });

  test('a datagram that gets us banned, with refusals: TCP was open before, and who is let in then is no pass', async () => {
    await two.listen(two.server, [102, 103, 10301]);
    load(`table inet n {
	set bl { type ipv4_addr; size 1000; flags dynamic,timeout; timeout 60s; }
	chain p {
		type filter hook input priority 0; policy accept;
		ct state established,related accept
		ip saddr @bl reject with icmpx admin-prohibited
		udp dport 10200-10299 add @bl { ip saddr } reject with icmpx admin-prohibited
	}
}`);
    const { seen, code } = two.check('--host', THERE, '-i', '1', '--no-allocator', '--as', 'outsider');
    expect(seen[102]).toBe('open syn-ack fail');
    expect(code).toBe(1);
  });
});
