import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import type { Proof } from '../../../src/firewall/proof/proof.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { flowQuestion, type FlowQuestion } from '../../../src/firewall/model/question.ts';
import { parseAddress, type Family } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

const ADDRESSES = { 4: ['10.9.9.9', '10.0.0.1'], 6: ['fd00:9::9', 'fd00:1::1'] } as const;

function answer(
  text: string,
  sender: FlowQuestion['sender'],
  transport: FlowQuestion['transport'],
  family: Family,
): Pick<Proof, 'result' | 'resultByCase' | 'assumptions'> {
  const [from, to] = ADDRESSES[family];
  const question = flowQuestion({
    ...{ transport, port: 102, sender, neighbours: 'known' },
    sources: [parsePrefix(from, 'from')],
    destination: parseAddress(to, 'to'),
  });
  return evaluate(firewall(parseRulesets([{ text, file: 'x', dialect: null }])), question);
}

const nft = (policy: string, ...rules: readonly string[]): string =>
  `table inet t {\n chain input {\n  type filter hook input priority filter; policy ${policy};\n  ct state established accept\n  ${rules.join('\n  ')}\n }\n}\n`;

const save = (policy: string, ...rules: readonly string[]): string =>
  `*filter\n:INPUT ${policy} [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n${rules.join('\n')}\nCOMMIT\n`;

/** Where fragments come as they are: nft tests nothing in what a fragment lacks. */
const early = (...rules: readonly string[]): string =>
  nft('accept', ...rules).replace('hook input priority filter', 'hook prerouting priority -450');

/** Without what calls conntrack. */
const without = (text: string): string => text.replace('ct state established accept', '');

const ALL_FLAGS = 'fin|syn|rst|psh|ack|urg|ecn|cwr';

describe('a connection may open with ECN', () => {
  test.each([
    ['one or the other dropped', nft('accept', 'tcp flags != syn drop'), 'undecided', 'allowed'],
    ['with all bits', nft('drop', `tcp flags & (${ALL_FLAGS}) == syn accept`), 'undecided', 'allowed'],
    ['those without ECN dropped', nft('accept', 'tcp flags == syn drop'), 'undecided', 'allowed'],
    ['a rule for either', nft('drop', 'tcp flags { syn, syn | ecn | cwr } accept'), 'allowed', 'allowed'],
    [
      'a rule each',
      nft('drop', 'tcp flags == syn accept', 'tcp flags == syn | ecn | cwr accept'),
      'allowed',
      'allowed',
    ],
    [
      'the six old flags',
      save('DROP', '-A INPUT -p tcp --tcp-flags ALL SYN -j ACCEPT'),
      'allowed',
      'allowed',
    ],
    ['--syn', save('DROP', '-A INPUT -p tcp --syn -j ACCEPT'), 'allowed', 'allowed'],
    ['-m ecn', save('ACCEPT', '-A INPUT -p tcp -m ecn --ecn-tcp-ece -j DROP'), 'undecided', 'allowed'],
    ['-m ecn, not', save('DROP', '-A INPUT -p tcp -m ecn ! --ecn-tcp-cwr -j ACCEPT'), 'undecided', 'allowed'],
    ['neither', nft('drop', 'tcp flags == fin accept'), 'blocked', 'blocked'],
  ])('%s', (_, rules, client, anybody) => {
    expect(answer(rules, 'client', 'tcp', 4).result).toBe(client);
    expect(answer(rules, 'anybody', 'tcp', 4).result).toBe(anybody);
  });
});

describe('who must not get in chooses the headers, who must sends a plain packet', () => {
  test.each([
    ['-f', save('DROP', '-A INPUT -f -j ACCEPT'), 4, 'blocked', 'blocked'],
    ['-f dropped', save('ACCEPT', '-A INPUT -f -j DROP'), 4, 'allowed', 'allowed'],
    ['-f dropped, and all else', save('DROP', '-A INPUT -f -j DROP'), 4, 'blocked', 'blocked'],
    ['! -f', save('ACCEPT', '-A INPUT ! -f -j DROP'), 4, 'blocked', 'blocked'],
    ['frag-off', nft('drop', 'ip frag-off & 0x3fff != 0 accept'), 4, 'blocked', 'blocked'],
    [
      'frag-off before fragments are put together',
      early('ip frag-off & 0x3fff == 0 drop'),
      4,
      'blocked',
      'undecided',
    ],
    [
      'flags, where all of the header must come',
      nft('accept', 'tcp flags syn / syn,ack drop'),
      4,
      'blocked',
      'blocked',
    ],
    ['the same in IPv6', nft('accept', 'tcp flags syn / syn,ack drop'), 6, 'blocked', 'blocked'],
    [
      'the same without conntrack',
      without(nft('accept', 'tcp flags syn / syn,ack drop')),
      4,
      'blocked',
      'blocked',
    ],
    [
      'in IPv6 without conntrack',
      without(nft('accept', 'tcp flags syn / syn,ack drop')),
      6,
      'blocked',
      'undecided',
    ],
    [
      'flags before fragments are put together',
      early('tcp flags syn / syn,ack drop'),
      4,
      'blocked',
      'undecided',
    ],
    ['ports before fragments are put together', early('tcp dport 102 drop'), 4, 'blocked', 'blocked'],
    ['hdrlength', nft('drop', 'ip hdrlength > 5 accept'), 4, 'blocked', 'undecided'],
    ['nexthdr', nft('accept', 'ip6 nexthdr tcp drop'), 6, 'blocked', 'undecided'],
    [
      'nexthdr of an extension header',
      nft('drop', 'ip6 nexthdr { 0, 60 } accept'),
      6,
      'blocked',
      'undecided',
    ],
    ['nexthdr of neither', nft('drop', 'ip6 nexthdr != { tcp, udp } accept'), 6, 'blocked', 'undecided'],
    ['nexthdr of another port', nft('drop', 'ip6 nexthdr tcp tcp dport 80 accept'), 6, 'blocked', 'blocked'],
    ['exthdr', nft('drop', 'exthdr dst exists accept'), 6, 'blocked', 'undecided'],
    ['segment size', nft('drop', 'tcp option maxseg size < 500 accept'), 4, 'blocked', 'undecided'],
    ['-m tcpmss', save('DROP', '-A INPUT -p tcp -m tcpmss --mss 1:500 -j ACCEPT'), 4, 'blocked', 'undecided'],
    ['other flags', save('ACCEPT', '-A INPUT -p tcp --tcp-flags ALL SYN -j DROP'), 4, 'blocked', 'undecided'],
    ['-m ttl', save('DROP', '-A INPUT -m ttl --ttl-eq 7 -j ACCEPT'), 4, 'undecided', 'allowed'],
    ['length', nft('drop', 'meta length > 1000 accept'), 4, 'undecided', 'allowed'],
    ['dscp', nft('drop', 'ip dscp ef accept'), 4, 'undecided', 'allowed'],
  ] as const)('%s', (_, rules, family, client, anybody) => {
    expect(answer(rules, 'client', 'tcp', family).result).toBe(client);
    expect(answer(rules, 'anybody', 'tcp', family).result).toBe(anybody);
    expect(answer(rules, 'anybody', 'tcp', family).assumptions.join()).not.toMatch(/packets|segment/);
  });

  test('a datagram may come in a frame to all, a TCP packet not', () => {
    const rules = nft('drop', 'meta pkttype broadcast accept');
    expect(answer(rules, 'anybody', 'udp', 4).result).toBe('undecided');
    expect(answer(rules, 'anybody', 'tcp', 4).result).toBe('blocked');
    expect(answer(rules, 'client', 'udp', 4).result).toBe('blocked');
  });
});

describe('what leaves a set by itself', () => {
  test('from a map that keeps out', () => {
    const rules = nft('accept', 'ip saddr vmap @m').replace(
      '{',
      '{\n map m { type ipv4_addr : verdict; flags timeout; elements = { 10.9.9.9 timeout 1h : drop } }',
    );
    expect(answer(rules, 'client', 'tcp', 4).result).toBe('undecided');
    // Who is listed is on the list: a required client that a ban names is not let in as if it were none.
    expect(answer(rules, 'every-client', 'tcp', 4).resultByCase).toBe('depends');
    expect(answer(rules, 'anybody', 'tcp', 4).result).toBe('allowed');
  });

  const set = (head: string, elements: string): string =>
    nft('drop', 'ip saddr @s accept').replace(
      '{',
      `{\n set s { type ipv4_addr; ${head} elements = { ${elements} } }`,
    );
  const map = (elements: string): string =>
    nft('accept', 'ip saddr vmap @m').replace(
      '{',
      `{\n map m { type ipv4_addr : verdict; flags timeout; elements = { ${elements} } }`,
    );
  const banned = (test: string): string =>
    nft('accept', `${test} drop`).replace(
      '{',
      '{\n set s { type ipv4_addr; flags timeout; elements = { 10.9.9.9 timeout 1h } }\n set p { type ipv4_addr . inet_service; flags timeout; elements = { 10.9.9.9 . 102 timeout 1h } }',
    );
  test.each([
    ['every element', set('timeout 1h;', '10.9.9.9'), 'undecided', 'depends', 'allowed'],
    ['but this one', set('flags timeout;', '10.9.9.9, 10.1.1.1 timeout 1h'), 'allowed', 'allowed', 'allowed'],
    [
      'this one',
      set('flags timeout;', '10.9.9.9 timeout 1h expires 5m, 10.1.1.1'),
      'undecided',
      'depends',
      'allowed',
    ],
    ['another one', set('flags timeout;', '10.1.1.1 timeout 1h'), 'blocked', 'blocked', 'blocked'],
    [
      'from a map that then gives another',
      map('10.9.9.9 timeout 1h : accept, * : drop'),
      'undecided',
      'depends',
      'allowed',
    ],
    [
      'another one of a map',
      map('10.1.1.1 timeout 1h : accept, 10.9.9.9 : drop'),
      'blocked',
      'blocked',
      'blocked',
    ],
    ['this one, banned', banned('ip saddr @s'), 'undecided', 'depends', 'allowed'],
    ['all but this one banned', banned('ip saddr != @s'), 'undecided', 'depends', 'allowed'],
    ['this one, banned from the port', banned('ip saddr . tcp dport @p'), 'undecided', 'depends', 'allowed'],
  ])('%s', (_, rules, client, everyClient, anybody) => {
    expect(answer(rules, 'client', 'tcp', 4).result).toBe(client);
    // Who must get in, and is in the set, is neither let in nor kept out for sure.
    expect(answer(rules, 'every-client', 'tcp', 4).resultByCase).toBe(everyClient);
    // Who must not get in does so while the set holds the element, or once it does not.
    expect(answer(rules, 'anybody', 'tcp', 4).result).toBe(anybody);
  });
});

describe('the packet that was taken for granted is told where another opens the connection as well and a rule treats it otherwise', () => {
  const USUAL = 'TCP connections open with SYN alone, or with SYN, ECE and CWR (ECN)';

  test.each([
    [
      'SYN alone of the six dropped',
      nft('accept', 'tcp flags & (fin|syn|rst|psh|ack|urg) == syn drop'),
      'blocked',
    ],
    ['the same of iptables', save('ACCEPT', '-A INPUT -p tcp -m tcp --tcp-flags ALL SYN -j DROP'), 'blocked'],
    [
      'not SYN alone of the six',
      save('ACCEPT', '-A INPUT -p tcp -m tcp ! --tcp-flags ALL SYN -j DROP'),
      'allowed',
    ],
    ['PSH accepted', nft('drop', 'tcp flags psh accept'), 'blocked'],
    ['URG accepted', save('DROP', '-A INPUT -p tcp -m tcp --tcp-flags URG URG -j ACCEPT'), 'blocked'],
    ['ECE without CWR accepted', nft('drop', 'tcp flags & (ecn|cwr) == ecn accept'), 'blocked'],
    ['in a set', nft('accept', 'tcp flags { syn, syn | ecn | cwr } drop'), 'blocked'],
    ['in a map', nft('accept', 'tcp flags & (syn|psh|ack) vmap { syn : drop }'), 'blocked'],
    ['by case', nft('drop', 'tcp flags == syn accept'), 'undecided'],
  ])('%s', (_, text, result) => {
    const found = answer(text, 'client', 'tcp', 4);
    expect(found.result).toBe(result);
    expect(found.assumptions).toContain(USUAL);
  });

  test.each([
    ['--syn', save('ACCEPT', '-A INPUT -p tcp -m tcp --syn -j DROP')],
    ['impossible flags', save('ACCEPT', '-A INPUT -p tcp -m tcp --tcp-flags ALL FIN,PSH,URG -j DROP')],
    ['another port', nft('accept', 'tcp dport 103 tcp flags psh drop')],
    ['no flags', nft('accept', 'tcp dport 102 accept')],
  ])('not for %s', (_, text) => {
    expect(answer(text, 'client', 'tcp', 4).assumptions).not.toContain(USUAL);
  });

  test('who chooses is asked about all of them', () => {
    const found = answer(nft('drop', 'tcp flags psh accept'), 'anybody', 'tcp', 4);
    expect(found.result).toBe('undecided');
    expect(found.assumptions).not.toContain(USUAL);
  });
});
