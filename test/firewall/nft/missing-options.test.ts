import { describe, expect, test } from 'vitest';
import { flowQuestion } from '../../../src/firewall/model/question.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

// What kernel 6.18 did with real packets of UDP and TCP, IPv4 and IPv6, to every line (nft_exthdr.c: the register of a test
// for presence is 0 where the packet has no such header at all). A `?` stands for what the listing or the packet leaves open.

const KERNEL: readonly (readonly [rule: string, fates: string])[] = [
  // nft lists `meta l4proto tcp tcp option 253 missing` without its first three words.
  ['tcp option sack-perm missing drop', 'udp4=? tcp4=? udp6=? tcp6=?'],
  ['tcp option sack-perm != exists drop', 'udp4=? tcp4=? udp6=? tcp6=?'],
  ['tcp option sack-perm 0 drop', 'udp4=? tcp4=? udp6=? tcp6=?'],
  ['tcp option 253 missing drop', 'udp4=? tcp4=? udp6=? tcp6=?'],
  ['tcp option sack-perm vmap { missing : drop }', 'udp4=? tcp4=? udp6=? tcp6=?'],
  ['tcp option sack-perm { missing } drop', 'udp4=? tcp4=? udp6=? tcp6=?'],
  ['tcp option sack-perm exists drop', 'udp4=in tcp4=? udp6=in tcp6=?'],
  ['tcp option sack-perm != missing drop', 'udp4=in tcp4=? udp6=in tcp6=?'],
  ['meta l4proto tcp tcp option 253 missing drop', 'udp4=in tcp4=? udp6=in tcp6=?'],
  ['tcp dport 102 tcp option 253 missing drop', 'udp4=in tcp4=? udp6=in tcp6=?'],
  ['tcp option maxseg size != 5 drop', 'udp4=in tcp4=out udp6=in tcp6=out'],
  ['sctp chunk data missing drop', 'udp4=out tcp4=out udp6=out tcp6=out'],
  ['sctp chunk data != exists drop', 'udp4=out tcp4=out udp6=out tcp6=out'],
  ['sctp chunk data missing udp dport 102 drop', 'udp4=out tcp4=in udp6=out tcp6=in'],
  ['sctp chunk data exists drop', 'udp4=in tcp4=in udp6=in tcp6=in'],
  ['meta l4proto sctp sctp chunk data missing drop', 'udp4=in tcp4=in udp6=in tcp6=in'],
  ['sctp chunk data flags != 5 drop', 'udp4=in tcp4=in udp6=in tcp6=in'],
  ['dccp option 5 missing drop', 'udp4=out tcp4=out udp6=out tcp6=out'],
  ['ip option rr missing drop', 'udp4=out tcp4=out udp6=in tcp6=in'],
  ['ip option rr != exists drop', 'udp4=out tcp4=out udp6=in tcp6=in'],
  ['ip option lsrr exists drop', 'udp4=in tcp4=in udp6=in tcp6=in'],
  ['ip option rr ptr != 5 drop', 'udp4=in tcp4=in udp6=in tcp6=in'],
  ['exthdr frag missing drop', 'udp4=in tcp4=in udp6=out tcp6=out'],
  ['frag id != 5 drop', 'udp4=in tcp4=in udp6=in tcp6=in'],
  ['tcp option maxseg size set 1200 drop', 'udp4=in tcp4=out udp6=in tcp6=out'],
  ['tcp option timestamp tsval set 5 drop', 'udp4=in tcp4=? udp6=in tcp6=?'],
  ['tcp option maxseg size set rt mtu drop', 'udp4=in tcp4=out udp6=in tcp6=out'],
  // The option that is read may be there, the socket as well.
  ['tcp option timestamp tsval set tcp option timestamp tsecr drop', 'udp4=in tcp4=? udp6=in tcp6=?'],
  ['meta mark set meta skuid drop', 'udp4=? tcp4=? udp6=? tcp6=?'],
  ['meta mark set numgen inc mod 5 drop', 'udp4=out tcp4=out udp6=out tcp6=out'],
  ['reset tcp option sack-perm drop', 'udp4=in tcp4=out udp6=in tcp6=out'],
];

const JSON_KERNEL: readonly (readonly [left: object, right: unknown, fates: string])[] = [
  [{ 'tcp option': { name: 'sack-perm' } }, false, 'udp4=? tcp4=? udp6=? tcp6=?'],
  [{ 'tcp option': { name: 'sack-perm' } }, true, 'udp4=in tcp4=? udp6=in tcp6=?'],
  // The option itself and its first byte look alike.
  [{ 'tcp option': { base: 253, offset: 0, len: 8 } }, false, 'udp4=? tcp4=? udp6=? tcp6=?'],
  [{ 'tcp option': { base: 253, offset: 8, len: 8 } }, 5, 'udp4=in tcp4=? udp6=in tcp6=?'],
  [{ 'sctp chunk': { name: 'data' } }, false, 'udp4=out tcp4=out udp6=out tcp6=out'],
  [{ 'sctp chunk': { name: 'data', field: 'flags' } }, 5, 'udp4=in tcp4=in udp6=in tcp6=in'],
  [{ 'ip option': { name: 'rr' } }, false, 'udp4=out tcp4=out udp6=in tcp6=in'],
  [{ 'ip option': { name: 'rr', field: 'ptr' } }, 5, 'udp4=in tcp4=in udp6=in tcp6=in'],
];

describe('an option that a packet does not have, in text', () => {
  test.each(KERNEL)('%s', (rule, fates) => {
    const chain = `type filter hook input priority 0; policy accept;\n  ${rule}`;
    expect(fatesOf(`table inet t {\n chain i {\n  ${chain}\n }\n}\n`)).toBe(fates);
  });
});

describe('and in JSON', () => {
  test.each(JSON_KERNEL)('%j is %j', (left, right, fates) => {
    const [table, family] = ['t', 'inet'];
    const hook = { type: 'filter', hook: 'input', prio: 0, policy: 'accept' };
    const expr = [{ match: { op: '==', left, right } }, { drop: null }];
    const objects = [
      { metainfo: { version: '1.0.6', json_schema_version: 1 } },
      { table: { family, name: table } },
      { chain: { family, table, name: 'i', ...hook } },
      { rule: { family, table, chain: 'i', expr } },
    ];
    expect(fatesOf(JSON.stringify({ nftables: objects }))).toBe(fates);
  });
});

const WORDS = { allowed: 'in', blocked: 'out', partly: 'partly', undecided: '?' } as const;

function fatesOf(text: string): string {
  const loaded = firewall(parseRulesets([{ text, file: 'x', dialect: null }]));
  const asked = ([4, 6] as const).flatMap((family) =>
    (['udp', 'tcp'] as const).map((transport) => ({ family, transport })),
  );
  return asked
    .map(({ family, transport }) => {
      const [source, to] = family === 4 ? ['10.30.0.5', '10.20.0.11'] : ['fd00::5', 'fd00::11'];
      const question = flowQuestion({
        transport,
        port: 102,
        sources: [parsePrefix(source, 'from')],
        destination: parseAddress(to, 'to'),
      });
      return `${transport}${family}=${WORDS[evaluate(loaded, question).result]}`;
    })
    .join(' ');
}
