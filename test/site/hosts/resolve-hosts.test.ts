import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../../src/net/address.ts';
import { resolveHosts } from '../../../src/site/hosts/resolve-hosts.ts';
import { siteFromFlags } from '../../../src/site/site-from-flags.ts';
import { siteFromYaml } from '../../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../../src/system/node-system.ts';
import { EXAMPLE } from '../good-sites.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'maps-a': ['10.0.0.1', 'fd00::1', '10.0.0.1'],
  'maps-4': ['10.0.0.4'],
};

const system = {
  ...nodeSystem,
  resolve: (name: string) => {
    const found = NAMES[name];
    return found === undefined
      ? Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
      : Promise.resolve(found.map((text) => parseAddress(text, name)));
  },
};

test('each name once, each of its addresses once; what has none is reported with the reason', async () => {
  const { site, failures } = await resolveHosts(
    siteFromFlags({ host: ['maps-a', 'maps-4', 'nobody', '10.0.0.9'] }, { names: true }),
    [4, 6],
    system,
  );
  expect(site.hosts.map(({ addresses }) => addresses.map(formatAddress))).toEqual([
    ['10.0.0.1', 'fd00::1'],
    ['10.0.0.4'],
    [],
    ['10.0.0.9'],
  ]);
  expect([...failures]).toEqual([['nobody', 'ENOTFOUND']]);
});

test('a name without the wanted family is a failure, an address of another one a mistake', async () => {
  const { failures } = await resolveHosts(siteFromFlags({ host: ['maps-4'] }, { names: true }), [6], system);
  expect([...failures]).toEqual([['maps-4', 'no IPv6 address']]);
  const stated = siteFromFlags({ host: ['10.0.0.9'] }, { names: true });
  await expect(resolveHosts(stated, [6], system)).rejects.toThrow(
    '"10.0.0.9" has no IPv6 address; leave out -6',
  );
});

test('hosts that the question is not about keep every address: they are sources still', async () => {
  const { site } = await resolveHosts(siteFromYaml(EXAMPLE, 's.yaml', { host: ['maps-a'] }), [6], system);
  expect(site.hosts.map(({ addresses }) => addresses.map(formatAddress))).toEqual([
    ['fd00:20::11'],
    ['10.20.0.12'],
  ]);
  const six = await resolveHosts(siteFromYaml(EXAMPLE, 's.yaml'), [6], system);
  expect(six.passedOver.map(({ key }) => key)).toEqual(['maps-b']);
  expect(six.site.selected).toEqual(['maps-a']);
});
