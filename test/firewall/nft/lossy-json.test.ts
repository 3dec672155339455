import { describe, expect, test } from 'vitest';
import { resultOf } from '../evaluate/result-of.ts';

// nft's JSON of sets got its statements with 1.0.6 (json.c): before, `add @d { ip saddr ct count over 5 } drop` is there
// without its condition. So is what a file tells that does not name the version.

const place = { family: 'inet', table: 't' };
const saddr = { payload: { protocol: 'ip', field: 'saddr' } };

const listed = (version: string | null, expr: readonly unknown[], set: object = {}): string =>
  JSON.stringify({
    nftables: [
      ...(version === null ? [] : [{ metainfo: { version, json_schema_version: 1 } }]),
      { table: { family: 'inet', name: 't' } },
      { set: { ...place, name: 'd', type: 'ipv4_addr', size: 65_535, flags: ['dynamic'], ...set } },
      { chain: { ...place, name: 'i', type: 'filter', hook: 'input', prio: 0, policy: 'accept' } },
      { rule: { ...place, chain: 'i', expr } },
    ],
  });

const adding = (more: object = {}): readonly unknown[] => [
  { set: { op: 'add', elem: saddr, set: '@d', ...more } },
  { drop: null },
];

describe('a rule that adds to a set and drops', () => {
  test.each([
    ['0.9.8', 'undecided'],
    ['1.0.2', 'undecided'],
    ['1.0.5', 'undecided'],
    ['1.0.6', 'blocked'],
    ['1.0.10', 'blocked'],
    ['1.1.3', 'blocked'],
    [null, 'undecided'],
    ['later', 'undecided'],
  ])('listed by %s', (version, result) => {
    expect(resultOf(listed(version, adding()))).toBe(result);
  });

  test('with its statements the version does not matter', () => {
    expect(resultOf(listed(null, adding({ stmt: [{ counter: null }] })))).toBe('blocked');
  });
});

describe('elements with a counter may have had a limit, too', () => {
  const looked = [{ match: { op: '==', left: saddr, right: '@d' } }, { drop: null }];
  const counted = { elem: [{ elem: { val: '10.9.9.9', counter: { packets: 0, bytes: 0 } } }] };

  test.each([
    ['1.0.2', counted, 'undecided'],
    ['1.0.6', counted, 'blocked'],
    ['1.0.2', { elem: ['10.9.9.9'] }, 'blocked'],
  ])('listed by %s, %j', (version, elements, result) => {
    expect(resultOf(listed(version, looked, elements))).toBe(result);
  });
});

describe('what nft writes as text because it has no JSON for it', () => {
  test.each([
    [10, 'blocked'],
    [150, 'undecided'],
  ])('%i counters', (count, result) => {
    expect(resultOf(listed('1.0.6', [`jump { ${'counter; '.repeat(count)}drop; }`]))).toBe(result);
  });
});

test('a rule without statements has no list of them, and does nothing', () => {
  const rule = JSON.stringify({ rule: { ...place, chain: 'i', handle: 4 } });
  const text = listed('1.0.6', [{ drop: null }]).replace('{"rule":', `${rule},{"rule":`);
  expect(resultOf(text)).toBe('blocked');
});
