import { expect, test } from 'vitest';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import type { AuditOptions } from '../../src/usecases/audit/audit-options.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import { parseAddress } from '../../src/net/address.ts';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';

// The host's own NAT leads a port to another machine, as Docker does: whoever answers there, it is not this host's Viz World.

const SITE = siteFromYaml(
  `
hosts: { maps-a: { address: 10.20.0.11, instances: 2 } }
peers: { client: [10.30.0.0/16] }
`,
  'vwaudit.yaml',
);

const NFT = `table ip t {
	chain nat {
		type nat hook prerouting priority -100; policy accept;
		tcp dport 10101 dnat to TO
	}
	chain i {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		ip saddr 10.30.0.0/16 tcp dport { 10100, 10101 } accept
	}
	chain f {
		type filter hook forward priority 0; policy drop;
		ct state established,related accept
		ip saddr 10.30.0.0/16 tcp dport 10101 accept
	}
}
`;

const SAVE = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 10101 -j DNAT --to-destination TO
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 10.30.0.0/16 -p tcp -m multiport --dports 10100,10101 -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -s 10.30.0.0/16 -p tcp -m tcp --dport 10101 -j ACCEPT
COMMIT
`;

test.each([
  ['nft', NFT],
  ['iptables', SAVE],
])(
  'whoever must get in and is led to another machine is not proven to reach this one: %s',
  async (_, text) => {
    const away = await verdicts(text.replaceAll('TO', '10.20.0.77'));
    expect(away).toMatchObject({ 10100: 'pass', 10101: 'unproven' });
    const here = await verdicts(text.replaceAll('TO', '10.20.0.12'));
    expect(here).toMatchObject({ 10100: 'pass', 10101: 'pass' });
  },
);

test('the advice asks from there', async () => {
  const { findings } = await audited(NFT.replaceAll('TO', '10.20.0.77'));
  const [unstated] = findings.filter(({ code }) => code === 'unstated');
  expect(unstated?.advice.join('\n')).toContain('$ vwaudit check --site vwaudit.yaml --as client');
});

async function verdicts(text: string): Promise<Readonly<Record<number, string>>> {
  const { flows } = await audited(text);
  const ofClients = flows.filter(({ from }) => from.role === 'client');
  return Object.fromEntries(ofClients.map(({ port, verdict }) => [port, verdict]));
}

async function audited(text: string): Promise<AuditReport> {
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(text)) };
  const options: AuditOptions = {
    ...{ files: ['rules.txt'], dialects: ANY_DIALECT, hook: 'input', interfaces: [], rulesOf: null },
    selfAddresses: ['10.20.0.11', '10.20.0.12'].map((address) => parseAddress(address, 'address')),
    isForwarding: true,
  };
  return audit(SITE, options, { system, tool: { name: 'vwaudit', version: 'test' } });
}
