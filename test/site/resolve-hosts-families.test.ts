import { expect, test } from 'vitest';
import { resolveHosts } from '../../src/site/hosts/resolve-hosts.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { host, siteOf } from '../ports/site.ts';

const FOUR = host('maps-a', 1, true, ['10.20.0.11']);
const BOTH = host('maps-b', 1, false, ['10.20.0.12', 'fd00:20::12']);

test('a host without an address of the family is passed over', async () => {
  const { site, passedOver } = await resolveHosts(siteOf([FOUR, BOTH]), [6], nodeSystem);
  expect(passedOver).toEqual([FOUR]);
  expect(site.selected).toEqual(['maps-b']);
  expect(site.hosts[1]?.addresses.map(({ family }) => family)).toEqual([6]);
});

test('addresses of the other family are told', async () => {
  const { leftOut } = await resolveHosts(siteOf([FOUR, BOTH]), [4], nodeSystem);
  expect([...leftOut]).toEqual([['maps-b', [BOTH.addresses[1]]]]);
});

test('where no host has one, it is an error', async () => {
  await expect(resolveHosts(siteOf([FOUR]), [6], nodeSystem)).rejects.toThrow(/maps-a.*no IPv6 address/);
});
