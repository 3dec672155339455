import { expect, test } from 'vitest';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import type { AuditOptions } from '../../src/usecases/audit/audit-options.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import { parseAddress } from '../../src/net/address.ts';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';

// NAT leads other ports and addresses to ours: who must not connect may get in by these.

const SITE = siteFromYaml(
  `
hosts: { maps-a: { address: [10.20.0.11, 'fd00::11'], instances: 1, allocator: false } }
peers: { client: [10.30.0.0/16, 'fd00:30::/64'], config-tool: [10.30.0.6], web: [10.30.0.0/16] }
`,
  'vwaudit.yaml',
);

async function audited(text: string, options: Partial<AuditOptions> = {}): Promise<AuditReport> {
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(text)) };
  const all = {
    ...({
      files: ['rules.txt'],
      dialects: ANY_DIALECT,
      hook: 'input',
      interfaces: [],
      rulesOf: null,
    } as const),
    ...{ selfAddresses: [], isForwarding: false },
    ...options,
  };
  return audit(SITE, all, { system, tool: { name: 'vwaudit', version: 'test' } });
}

/** The ports that others reach, and which may be reached. */
function reached({ flows }: AuditReport): Readonly<Record<'fail' | 'unproven', readonly number[]>> {
  const of = (verdict: string): readonly number[] =>
    flows
      .filter((flow) => flow.from.role === 'outsider' && flow.verdict === verdict)
      .map(({ port }) => port)
      .sort((a, b) => a - b);
  return { fail: of('fail'), unproven: of('unproven') };
}

const OWN = `
  ip saddr 10.30.0.0/16 tcp dport { 102, 10301 } accept
  ip6 saddr fd00:30::/64 tcp dport 102 accept
  ip saddr 10.30.0.6 tcp dport 103 accept`;

function nft(nat: string, { hook = 'input', accept = 'ct status dnat accept' } = {}): string {
  return `table inet t {
 chain led { redirect to :103
 }
 chain nat {
  type nat hook prerouting priority dstnat; policy accept;
  ${nat}
 }
 chain c {
  type filter hook ${hook} priority filter; policy drop;
  ct state established,related accept
  icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
  ${accept}
  ${OWN}
 }
}
`;
}

test('by a mark that an earlier rule sets', async () => {
  const text = `${iptables('-A PREROUTING -p tcp -m mark --mark 0x7 -j REDIRECT --to-ports 103')}*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp --dport 9000 -j MARK --set-xmark 0x7/0xffffffff
COMMIT
`;
  expect(reached(await audited(text)).fail).toEqual([103]);
});

function iptables(nat: string): string {
  return `*nat
:PREROUTING ACCEPT [0:0]
:WEB - [0:0]
${nat}
-A WEB -p tcp -j REDIRECT --to-ports 103
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT
COMMIT
`;
}

const NOBODY = { fail: [], unproven: [] };

test.each([
  ['tcp dport 8080 redirect to :103', [103]],
  ['tcp dport 8000-9000 redirect to :103', [103]],
  ['tcp dport 8080 jump led', [103]],
  ['tcp dport vmap { 8080 : jump led }', [103]],
  ['redirect to tcp dport map { 8102 : 102, 8103 : 103 }', [102, 103]],
  ['ip6 daddr fd00::12 tcp dport 102 dnat ip6 to fd00::11', [102]],
  ['ip daddr 10.20.0.12 dnat ip to 10.20.0.11', [102, 103, 10_301]],
  ['iifname "wan" tcp dport 8080 dnat ip to 10.20.0.11:103', [103]],
])('nft: %s', async (rule, ports) => {
  const { fail, unproven } = reached(await audited(nft(rule)));
  expect([...fail, ...unproven]).toEqual(ports);
});

test.each(['-p tcp --dport 8080 -j REDIRECT --to-ports 103', '-p tcp --dport 8080 -j WEB'])(
  'iptables: %s',
  async (rule) => {
    const report = await audited(iptables(`-A PREROUTING ${rule}`));
    expect(reached(report).fail.filter((port) => port === 103)).toEqual([103]);
    const [finding] = report.findings.filter(({ code }) => code === 'exposed');
    expect(finding?.message).toContain('> 10.20.0.11:8080');
    expect(finding?.advice.join('\n')).toContain('--dports 8080');
  },
);

test.each([
  // Who may connect may do so there too.
  'ip saddr 10.30.0.6 tcp dport 8080 redirect to :103',
  'ip saddr 10.30.0.0/16 tcp dport 8080 redirect to :102',
  // To other ports and machines.
  'tcp dport 8080 redirect to :80',
  'tcp dport 8080 dnat ip to 10.20.0.99:103',
  'udp dport 8080 redirect to :103',
])('nobody else: %s', async (rule) => {
  expect(reached(await audited(nft(rule)))).toEqual(NOBODY);
});

test('the filter sees the port it is led to, and stops who must not', async () => {
  expect(reached(await audited(nft('tcp dport 8080 redirect to :103', { accept: '' })))).toEqual(NOBODY);
});

test('what it hangs on leaves it open', async () => {
  const report = await audited(nft('meta cpu 1 tcp dport 8080 redirect to :103'));
  expect([...reached(report).fail, ...reached(report).unproven]).toEqual([103]);
});

test('on a gateway: another port of the host, and an address of the gateway', async () => {
  const options = {
    ...({ hook: 'forward', isForwarding: true } as const),
    selfAddresses: ['10.29.0.1', '10.20.0.1'].map((text) => parseAddress(text, 'address')),
  };
  const of = async (rule: string): Promise<readonly number[]> => {
    const { fail, unproven } = reached(await audited(nft(rule, { hook: 'forward' }), options));
    return [...fail, ...unproven];
  };
  expect(await of('tcp dport 8103 dnat ip to 10.20.0.11:103')).toEqual([103]);
  expect(await of('ip daddr 10.29.0.1 tcp dport 102 dnat ip to 10.20.0.11')).toEqual([102]);
  expect(await of('tcp dport 8103 redirect to :103')).toEqual([]);
  expect(await of('ip saddr 10.30.0.6 tcp dport 8103 dnat ip to 10.20.0.11:103')).toEqual([]);
});

test('another address of the machine is as shut as the one audited', async () => {
  const rules = 'ip daddr 10.20.0.11 tcp dport { 102, 103, 10301 } drop';
  const text = `table inet t {\n chain c {\n type filter hook input priority 0; policy accept;\n ${OWN}\n ${rules}\n ip6 daddr fd00::11 tcp dport { 102, 103, 10301 } drop\n }\n}\n`;
  expect(reached(await audited(text)).fail).toEqual([]);
  const selfAddresses = ['10.20.0.11', '10.20.0.12', 'fd00::11'].map((text) => parseAddress(text, 'address'));
  const report = await audited(text, { selfAddresses });
  expect(reached(report).fail).toEqual([102, 103, 10_301]);
  expect(report.findings.find(({ code }) => code === 'exposed')?.message).toContain('> 10.20.0.12:102');
});
