import { afterAll, expect, test } from 'vitest';
import { resultOf } from '../firewall/evaluate/result-of.ts';
import { createLab } from './lab/lab.ts';

// iptables makes chains of nearly any name, and nft lists them bare: the listing says what iptables-save says.

const NAMES = [
  ...['reject', 'accept', 'drop', 'log', 'tcp', 'ip', 'ct', 'chain', 'type', 'policy', 'comment', 'vmap'],
  ...['~log0', '%drop', '1abc', '12', '0x10', '10.0.0.1', '127.1', '::1', 'a:b', 'a+b', 'a@b', 'a=b', 'a|b'],
  ...['*', 'x*', '..', "a'b", '&x', '(x)', '<x', '@x', 'ünder'],
];

const lab = createLab();
const host = lab.host('names');
afterAll(() => {
  lab.close();
});

test.each(NAMES)('a chain that is called %s', (name) => {
  const rules = `*filter\n:INPUT ACCEPT [0:0]\n:${name} - [0:0]\n-A INPUT -j ${name}\n-A ${name} -p tcp -m tcp --dport 102 -j DROP\nCOMMIT\n`;
  host.must(['nft', 'flush', 'ruleset']);
  host.must(['iptables-nft-restore'], { input: rules });
  for (const list of [
    ['iptables-nft-save'],
    ['nft', 'list', 'ruleset'],
    ['nft', '-a', '-s', 'list', 'ruleset'],
  ])
    expect([list.join(' '), resultOf(host.must(list))]).toEqual([list.join(' '), 'blocked']);
});
