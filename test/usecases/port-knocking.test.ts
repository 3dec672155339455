import { expect, test } from 'vitest';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { audit } from '../../src/usecases/audit/audit.ts';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';

// Who must be kept out may knock: where packets of his own surely put him on the list that lets him in, he is in.

const SITE = siteFromYaml(
  `
hosts: { maps-a: { address: 10.20.0.11, instances: 1, allocator: false } }
peers: { client: [10.30.0.0/16], config-tool: [], web: [] }
`,
  'vwaudit.yaml',
);

const save = (...rules: readonly string[]): string =>
  `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n${rules.map((rule) => `-A INPUT ${rule}\n`).join('')}COMMIT\n`;
const nft = (set: string, ...rules: readonly string[]): string =>
  `table inet f {\n set k { type ${set}; flags dynamic,timeout; timeout 30s; }\n chain input {\n type filter hook input priority 0; policy drop;\n ct state established accept\n ${rules.join('\n ')}\n }\n}\n`;

const OPEN = '-p tcp --dport 102 -m recent --rcheck --seconds 30 --name k --rsource -j ACCEPT';
const KNOCK = '-p tcp --dport 7000 -m recent --set --name k --rsource -j DROP';

async function outsider(text: string): Promise<unknown> {
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(text)) };
  const options = {
    ...{ files: ['rules.txt'], dialects: ANY_DIALECT, interfaces: [], rulesOf: null },
    ...{ hook: 'input' as const, selfAddresses: [], isForwarding: false },
  };
  const { flows, findings } = await audit(SITE, options, {
    system,
    tool: { name: 'vwaudit', version: 'test' },
  });
  const flow = flows.find(({ from, port }) => from.role === 'outsider' && port === 102);
  const found = findings.find(({ code, flows: of }) => code === 'exposed' && of.includes(flow?.id ?? ''));
  return found === undefined
    ? `${flow?.verdict} ${flow?.proof.result}`
    : (found.args as { knocks: unknown }).knocks;
}

test.each<[string, string, unknown]>([
  ['a list of recent', save(KNOCK, OPEN), ['7000/tcp']],
  [
    'a set of nft',
    nft('ipv4_addr', 'tcp dport 7000 add @k { ip saddr } drop', 'tcp dport 102 ip saddr @k accept'),
    ['7000/tcp'],
  ],
  [
    'in JSON of nothing but UDP',
    save('-p udp --dport 7000 -m recent --set --name k --rsource -j DROP', OPEN),
    ['7000/udp'],
  ],
  [
    'one after the other',
    save(
      '-p tcp --dport 7001 -m recent --rcheck --name k1 --rsource -m recent --set --name k --rsource -j DROP',
      '-p tcp --dport 7000 -m recent --set --name k1 --rsource -j DROP',
      OPEN,
    ),
    ['7000/tcp', '7001/tcp'],
  ],
  [
    'several times',
    save(KNOCK, '-p tcp --dport 102 -m recent --rcheck --hitcount 3 --name k --rsource -j ACCEPT'),
    ['7000/tcp 3 times'],
  ],
  [
    'with a way to close it',
    save('-p tcp --dport 7002 -m recent --remove --name k --rsource -j DROP', KNOCK, OPEN),
    ['7000/tcp'],
  ],
  [
    'nobody needs to knock where an ordinary packet gets in',
    save(KNOCK, OPEN, '-p tcp --dport 102 -j ACCEPT'),
    [],
  ],
])('%s', async (_, text, knocks) => {
  expect(await outsider(text)).toEqual(knocks);
});

test.each([
  [
    'somebody else puts sources there',
    save('-s 10.20.9.9 -p tcp --dport 7000 -m recent --set --name k --rsource -j DROP', OPEN),
  ],
  ['the knock may not get so far', save('-m limit --limit 1/hour -j DROP', KNOCK, OPEN)],
  ['another list', save('-p tcp --dport 7000 -m recent --set --name other --rsource -j DROP', OPEN)],
  ['the address that was asked', save('-p tcp --dport 7000 -m recent --set --name k --rdest -j DROP', OPEN)],
  ['a rule takes it off again', save('-p tcp -m recent --remove --name k --rsource', KNOCK, OPEN)],
  [
    'who knocks is on a list that keeps him out',
    save(
      '-m recent --rcheck --name scan --rsource -j DROP',
      '-p tcp --dport 7000:7999 -m recent --set --name scan --rsource',
      KNOCK,
      OPEN,
    ),
  ],
  ['nothing adds to it', save(OPEN)],
])('not known, so no all-clear and no exposure: %s', async (_, text) => {
  expect(await outsider(text)).toMatch(/^unproven/);
});
