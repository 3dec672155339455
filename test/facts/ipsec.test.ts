import { expect, test } from 'vitest';
import { parseIpsecDefaults, parseIpsecPolicies } from '../../src/facts/ipsec.ts';

/** As iproute2 6.1 prints them. */
const POLICIES = `src fd00::/64 dst ::/0 
	dir fwd priority 0 ptype main 
	tmpl src :: dst ::
		proto esp reqid 0 mode transport
		level use 
src 10.61.0.1/32 dst 10.30.0.0/16 proto tcp dport 102 
	dir out priority 5 ptype main 
	tmpl src 10.61.0.1 dst 10.30.0.1
		proto esp reqid 16 mode tunnel
src 10.61.0.0/16 dst 10.61.0.1/32 
	dir in action block priority 0 ptype main 
src 10.61.0.0/16 dst 10.61.0.1/32 proto icmp 
	dir in action block priority 0 ptype main 
src 10.99.0.0/16 dst 10.61.0.1/32 
	dir in priority 0 ptype main 
src 0.0.0.0/0 dst 0.0.0.0/0 
	socket in priority 0 ptype main 
`;

test('policies that drop or ask for IPsec', () => {
  expect(parseIpsecPolicies(POLICIES).map(({ text, does }) => [does, text])).toEqual([
    ['require', 'dir out src 10.61.0.1 dst 10.30.0.0/16 proto tcp dport 102'],
    ['block', 'dir in src 10.61.0.0/16 dst 10.61.0.1'],
  ]);
  expect(parseIpsecPolicies('')).toEqual([]);
});

test('what is no list of policies', () => {
  expect(() => parseIpsecPolicies('Cannot talk to rtnetlink\n')).toThrow('no policy');
  expect(() => parseIpsecPolicies('src 10.61.0.300/16 dst ::/0 \n\tdir in priority 0\n')).toThrow(
    'no policy',
  );
});

test('default policies that drop, of either family', () => {
  const of = (output: string) => parseIpsecDefaults(output).map(({ text, from }) => [text, from.family]);
  expect(of('Default policies:\n in:  block\n fwd: accept\n out: block\n')).toEqual([
    ['default in', 4],
    ['default in', 6],
    ['default out', 4],
    ['default out', 6],
  ]);
  expect(of('')).toEqual([]);
});
