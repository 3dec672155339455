import { describe, expect, test } from 'vitest';
import { formatPrefix } from '../../src/net/prefix.ts';
import { assumptionsOf, sourcesOf } from '../../src/ports/peers.ts';
import type { Role } from '../../src/deployment/role.ts';
import { host, single, siteOf } from './site.ts';

const a = host('a', 4, true, ['10.0.0.1', 'fd00::1']);
const b = host('b', 2, false, ['10.0.0.2']);

describe('who nobody stated', () => {
  const { site, host: only } = single(4);
  test.each([
    ['client', ['0.0.0.0/0', '::/0']],
    ['config-tool', []],
    ['allocator', []],
    ['server', []],
    ['web', []],
  ] as const)('%s on one machine', (role, expected) => {
    expect(sourcesOf(role, only, site).map(formatPrefix)).toEqual(expected);
  });

  test.each([
    ['allocator', b, ['10.0.0.1', 'fd00::1']],
    ['allocator', a, []],
    ['server', a, ['10.0.0.2']],
    ['server', b, ['10.0.0.1', 'fd00::1']],
  ] as const)('%s for host %#: the other hosts that run one', (role: Role, of, expected) => {
    expect(sourcesOf(role, of, siteOf([a, b])).map(formatPrefix)).toEqual(expected);
  });

  test('each unstated role is an assumption that names its flag', () => {
    expect(assumptionsOf(site)).toHaveLength(5);
    for (const text of assumptionsOf(site)) expect(text).toMatch(/--allow [a-z-]+=[0-9./]+\)/);
    expect(assumptionsOf(siteOf([a], { peers: { client: ['10.0.0.0/8'], web: [] } }))).toHaveLength(3);
  });
});

test('stated allocators are beside the ones the site runs, merged', () => {
  const site = siteOf([a, b], { peers: { allocator: ['10.0.0.0', '10.0.0.1', '10.9.0.0/16'] } });
  expect(sourcesOf('allocator', b, site).map(formatPrefix)).toEqual([
    '10.0.0.0/31',
    '10.9.0.0/16',
    'fd00::1',
  ]);
});
