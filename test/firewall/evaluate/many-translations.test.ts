import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { workOf } from '../../../src/firewall/netfilter/work.ts';
import { accessProver } from '../../../src/firewall/proof/prove-access.ts';
import { parseAddress } from '../../../src/net/address.ts';

const MANY = 3000;

const each = (make: (host: string, nth: number) => string): readonly string[] =>
  Array.from({ length: MANY }, (_, nth) => make(`${nth >> 8}.${nth & 255}`, nth));

const save = (nat: readonly string[], forward: readonly string[], post: readonly string[] = []): string =>
  [
    ...['*nat', ':PREROUTING ACCEPT [0:0]', ':POSTROUTING ACCEPT [0:0]'],
    ...nat.map((rule) => `-A PREROUTING ${rule}`),
    ...post.map((rule) => `-A POSTROUTING ${rule}`),
    ...['COMMIT', '*filter', ':INPUT DROP [0:0]', ':FORWARD DROP [0:0]', ':OUTPUT ACCEPT [0:0]'],
    '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ...forward.map((rule) => `-A FORWARD ${rule}`),
    'COMMIT\n',
  ].join('\n');

const nft = (nat: string, forward: string): string =>
  `table ip t {\n\tchain pre {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\t${nat}\n\t}\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t\tct state established accept\n\t\t${forward}\n\t}\n}\n`;

const dnat = (host: string, nth: number): string =>
  `-s 10.30.${host}/32 -p tcp -j DNAT --to-destination 10.99.${host}:${1000 + nth}`;

/** A gateway that leads each of many clients to a server of its own. */
test.each<[string, string, string]>([
  [
    'DNAT by source, accepted by status',
    save(each(dnat), ['-m conntrack --ctstate DNAT -j ACCEPT']),
    'blocked',
  ],
  [
    'DNAT by source, accepted one by one',
    save(
      each(dnat),
      each((host, nth) => `-d 10.99.${host}/32 -o v${nth % 7} -j ACCEPT`),
    ),
    'blocked',
  ],
  [
    'DNAT and SNAT by source',
    save(
      each((host) => `-s 10.30.${host}/32 -j DNAT --to-destination 10.99.${host}`),
      ['-j ACCEPT'],
      each((host) => `-s 10.30.${host}/32 -j SNAT --to-source 10.98.${host}`),
    ),
    'partly',
  ],
  [
    'DNAT by map',
    nft(
      `dnat to ip saddr map { ${each((host) => `10.30.${host} : 10.99.${host}`).join(', ')} }`,
      'ct status dnat accept',
    ),
    'blocked',
  ],
  [
    'DNAT by map to address and port',
    nft(
      `dnat to ip saddr map { ${each((host, nth) => `10.30.${host} : 10.99.${host} . ${1000 + nth}`).join(', ')} }`,
      'tcp dport != 22 ct status dnat accept',
    ),
    'blocked',
  ],
  ['none of it accepted', save(each(dnat), ['-p tcp --dport 22 -j ACCEPT']), 'blocked'],
])('what many translations take is bounded, and decided: %s', (_, text, expected) => {
  const gateway = firewall(
    parseRulesets([{ text, file: 'x', dialect: text.startsWith('*') ? 'iptables' : 'nft' }]),
  );
  const found = accessProver(gateway)({
    expected: 'blocked',
    permitted: [],
    transport: 'tcp',
    port: 102,
    hook: 'forward',
    interface: 'v9',
    outInterface: null,
    destinations: [parseAddress('10.20.0.11', 'host')],
    selfAddresses: [],
    isForwarding: { 4: true, 6: null },
    otherAddresses: each((host) => host).map((host) => parseAddress(`10.99.${host}`, 'host')),
  });
  expect(found?.proof.resultByCase).toBe(expected);
  expect(found?.sharesOf('blocked').count).toBeGreaterThan(0);
  expect(workOf(gateway).steps).toBeLessThan(200_000);
});
