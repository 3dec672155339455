import { expect, test } from 'vitest';
import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import { flowQuestion } from '../../src/firewall/model/question.ts';
import { firewall } from '../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../src/firewall/proof/evaluate.ts';
import { parseAddress } from '../../src/net/address.ts';
import { parsePrefix } from '../../src/net/prefix.ts';

function resultOf(text: string): string {
  const question = flowQuestion({
    ...{ transport: 'tcp', port: 102 },
    sources: [parsePrefix('10.30.0.5', 'from')],
    destination: parseAddress('10.20.0.11', 'to'),
  });
  return evaluate(firewall(parseRulesets([{ text, file: 'x', dialect: null }])), question).result;
}

const inNft = (hook: string, rule: string): string =>
  resultOf(`table inet t {
  chain c { type filter hook ${hook} priority 0; policy accept; ${rule}; }
  chain other { type filter hook ${hook === 'input' ? 'output' : 'input'} priority 0; policy accept; }
}
`);

const inIptables = (chain: string, options: string): string =>
  resultOf(`*mangle
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A ${chain} -p tcp -j TCPOPTSTRIP --strip-options ${options}
COMMIT
*filter
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
`);

// On kernel 6.18 the answer to a SYN without its window scale lets the handshake and 1,000 bytes pass; 2,500 bytes stall.
test.each([
  ['output', 'reset tcp option window', 'undecided'],
  ['output', 'tcp sport 102 reset tcp option window accept', 'undecided'],
  ['output', 'reset tcp option timestamp', 'undecided'],
  ['output', 'reset tcp option sack-perm', 'allowed'],
  ['output', 'udp sport 102 reset tcp option window', 'allowed'],
  // The server is never offered it.
  ['input', 'reset tcp option window', 'allowed'],
  ['input', 'reset tcp option timestamp', 'undecided'],
  ['input', 'tcp flags & (syn | ack) == syn reset tcp option timestamp', 'allowed'],
])('nft, %s: %s', (hook, rule, expected) => {
  expect(inNft(hook, rule)).toBe(expected);
});

test.each([
  ['OUTPUT', 'wscale', 'undecided'],
  ['OUTPUT', 'sack,3', 'undecided'],
  ['OUTPUT', 'sack-permitted,mss', 'allowed'],
  ['INPUT', 'wscale', 'allowed'],
  ['INPUT', 'mss,timestamp', 'undecided'],
])('iptables, %s: %s', (chain, options, expected) => {
  expect(inIptables(chain, options)).toBe(expected);
});

test('options that a listing of nft does not show may be any', () => {
  expect(inNft('output', 'meta l4proto tcp xt target "TCPOPTSTRIP"')).toBe('undecided');
});

// nft 1.0.6 lists `ct expiration > 0s` so.
test.each(['ct expiration >  drop', 'ct expiration  drop'])('the time is lost: %s', (rule) => {
  expect(inNft('input', rule)).toBe('undecided');
});
