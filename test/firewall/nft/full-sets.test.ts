import { describe, expect, test } from 'vitest';
import { resultOf } from '../evaluate/result-of.ts';

// Adding to a set that is full ends the rule (nft_dynset.c), unless the element is there already; the source is 10.9.9.9.
// Of a set with little room it is not known who comes first.

const asked = (set: string, rule: string): string =>
  resultOf(`table inet t {
 ${set}
 chain i {
  type filter hook input priority 0; policy accept;
  ${rule}
 }
}
`);

const set = (size: string, elements: string, flags = 'dynamic', more = ''): string =>
  `set d { type ipv4_addr; ${size} flags ${flags}; ${more} elements = { ${elements} }; }`;

describe('a rule that adds to a set drops', () => {
  test.each([
    ['full', set('size 1;', '10.99.0.1'), 'add @d { ip saddr } drop', 'undecided'],
    ['full, to be updated', set('size 1;', '10.99.0.1'), 'update @d { ip saddr } drop', 'undecided'],
    ['full, older form', set('size 1;', '10.99.0.1'), 'set add ip saddr @d drop', 'undecided'],
    ['full, with the source in it', set('size 1;', '10.9.9.9'), 'add @d { ip saddr } drop', 'blocked'],
    ['full, with a counter', set('size 1;', '10.99.0.1'), 'add @d { ip saddr counter } drop', 'undecided'],
    ['nearly full', set('size 3;', '10.99.0.1'), 'add @d { ip saddr } drop', 'undecided'],
    ['with room', set('size 4096;', '10.99.0.1'), 'add @d { ip saddr } drop', 'blocked'],
    ['of the usual size', set('', '10.99.0.1'), 'add @d { ip saddr } drop', 'blocked'],
    [
      'full for the moment',
      set('size 1;', '10.99.0.1', 'dynamic,timeout', 'timeout 1h;'),
      'add @d { ip saddr } drop',
      'undecided',
    ],
    ['full, deleting', set('size 1;', '10.99.0.1'), 'delete @d { ip saddr } drop', 'blocked'],
    [
      'from which another rule deletes',
      set('size 1;', '10.9.9.9'),
      'delete @d { ip daddr }\n  add @d { ip saddr } drop',
      'undecided',
    ],
    [
      'full, a map',
      'map d { type ipv4_addr : mark; size 1; flags dynamic; elements = { 10.99.0.1 : 1 }; }',
      'add @d { ip saddr : 5 } drop',
      'undecided',
    ],
    [
      'full, keys of two parts',
      'set d { type ipv4_addr . inet_service; size 1; flags dynamic; elements = { 10.9.9.9 . 102 }; }',
      'add @d { ip saddr . tcp dport } drop',
      'blocked',
    ],
    ['a small meter', '', 'meter m size 1 { ip saddr counter } drop', 'undecided'],
  ])('%s', (_, head, rule, result) => {
    expect(asked(head, rule)).toBe(result);
  });

  test('an element that no packet chooses, as nft 1.0.6 lists it', () => {
    const rule = 'delete @d { 0xa630001 [invalid type] } drop';
    expect(asked(set('size 1;', '10.99.0.1'), rule)).toBe('undecided');
  });
});
