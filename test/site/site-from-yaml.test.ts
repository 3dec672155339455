import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { InputError } from '../../src/input-error.ts';
import { formatAddress } from '../../src/net/address.ts';
import { formatPrefix } from '../../src/net/prefix.ts';
import { READINGS } from '../../src/deployment/reading.ts';
import { ROLES } from '../../src/deployment/role.ts';
import type { Site } from '../../src/deployment/site.ts';
import { siteFromYaml } from '../../src/site/site-from-yaml.ts';
import { shareOfRuns } from '../thorough.ts';
import { BAD_SITES } from './bad-sites.ts';
import { EXAMPLE, GOOD_SITES } from './good-sites.ts';

/** A site with its addresses as text. */
function plain({ hosts, peers, ...rest }: Site) {
  return {
    ...rest,
    hosts: hosts.map((host) => ({ ...host, addresses: host.addresses.map(formatAddress) })),
    peers: Object.fromEntries(ROLES.map((role) => [role, peers[role]?.map(formatPrefix) ?? null])),
  };
}

function refusal(read: () => unknown): InputError {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('what a site file says', () => {
  test('the documented example', () => {
    expect(plain(siteFromYaml(EXAMPLE, 'vwaudit.yaml'))).toEqual({
      name: 'Maps, newsroom',
      file: 'vwaudit.yaml',
      source: 'file',
      reading: 'auto',
      portOffset: 0,
      hosts: [
        {
          key: 'maps-a',
          name: null,
          addresses: ['10.20.0.11', 'fd00:20::11'],
          instances: 4,
          allocator: true,
        },
        { key: 'maps-b', name: null, addresses: ['10.20.0.12'], instances: 2, allocator: false },
      ],
      peers: {
        client: ['10.30.0.0/16', 'fd00:30::/48'],
        'config-tool': ['10.20.9.5'],
        allocator: null,
        server: null,
        web: [],
      },
    });
  });

  test.each(GOOD_SITES)('%s', (_, yaml) => {
    expect(siteFromYaml(yaml, 'vwaudit.yaml').hosts.length).toBeGreaterThan(0);
  });

  test('the only host of a site runs an allocator unless it says not; of several, one that says so', () => {
    const allocators = (hosts: string) =>
      siteFromYaml(`hosts: { ${hosts} }`, 's.yaml').hosts.map(({ allocator }) => allocator);
    expect(allocators('a: { address: 10.0.0.1 }')).toEqual([true]);
    expect(allocators('a: { address: 10.0.0.1, allocator: false }')).toEqual([false]);
    expect(allocators('a: { address: 10.0.0.1 }, b: { address: 10.0.0.2, allocator: true }')).toEqual([
      false,
      true,
    ]);
  });

  test('any site survives being written and read', () => {
    const address = fc.oneof(
      fc.ipV4().filter((text) => !/^(?:0\.0\.0\.0$|22[4-9]\.|23\d\.|255\.255\.255\.255$)/.test(text)),
      fc.integer({ min: 1, max: 0xffff_ffff }).map((number) => `fd00::${number.toString(16).slice(-4)}`),
    );
    const hosts = fc.uniqueArray(address, { minLength: 1, maxLength: 12 }).chain((addresses) =>
      fc.tuple(
        ...addresses.map((one, index) =>
          fc.record({
            key: fc.constant(`host-${index}`),
            address: fc.constantFrom(one, [one]),
            instances: fc.integer({ min: 0, max: 201 }),
            allocator: fc.boolean(),
          }),
        ),
      ),
    );
    const network = fc.integer({ min: 0, max: 255 }).map((number) => `10.${number}.0.0/16`);
    const peers = fc.record(Object.fromEntries(ROLES.map((role) => [role, fc.uniqueArray(network)])), {
      requiredKeys: [],
    });
    const reading = fc.constantFrom(...READINGS);
    fc.assert(
      fc.property(hosts, peers, reading, fc.boolean(), (list, stated, chosen, isFlow) => {
        const runnable = list.filter(({ instances, allocator }) => instances > 0 || allocator);
        const first = runnable[0];
        fc.pre(
          first !== undefined && (chosen !== 'table' || runnable.every(({ instances }) => instances <= 200)),
        );
        const written = runnable.map(({ key, ...host }) => [
          key,
          { ...host, allocator: host.allocator || key === first.key },
        ]);
        const data = { hosts: Object.fromEntries(written) as object, peers: stated, reading: chosen };
        const yaml = stringify(data, isFlow ? { collectionStyle: 'flow' } : {});
        const site = plain(siteFromYaml(yaml, 's.yaml'));
        expect(site.reading).toBe(chosen);
        expect(site.peers).toEqual(Object.fromEntries(ROLES.map((role) => [role, stated[role] ?? null])));
        expect(site.hosts.map(({ key, instances, allocator }) => [key, instances, allocator])).toEqual(
          runnable.map(({ key, instances, allocator }) => [key, instances, allocator || key === first.key]),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('what it refuses', () => {
  test.each(
    BAD_SITES.map(([yaml, place, message]) => ({ yaml, place, message, shown: JSON.stringify(yaml) })),
  )('$shown', ({ yaml, place, message }) => {
    const error = refusal(() => siteFromYaml(yaml, 'site.yaml'));
    expect(error.message).toBe(`site.yaml:${place}: ${message}`);
    const { file, line, column } = error.problem;
    expect(`${file ?? ''}:${line ?? ''}:${column ?? ''}`).toBe(`site.yaml:${place}`);
  });

  test('whatever is typed into a good file: a site, or one line with a place inside the file', () => {
    const edit = fc.record({
      at: fc.nat(EXAMPLE.length),
      remove: fc.nat(12),
      insert: fc.oneof(
        fc.constantFrom(
          '',
          '\n',
          '\t',
          '- ',
          ': ',
          '[',
          ']',
          '{',
          '}',
          '"',
          "'",
          '*a ',
          '&a ',
          '!t ',
          '#',
          '|',
          '---\n',
          '<<',
          '%',
          '\0',
          '\r',
          '~',
          '0',
          '/8',
          '::',
        ),
        fc.string({ maxLength: 6, unit: 'binary' }),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let yaml = EXAMPLE;
        for (const { at, remove, insert } of edits)
          yaml = yaml.slice(0, at) + insert + yaml.slice(at + remove);
        let error: InputError | null = null;
        try {
          siteFromYaml(yaml, 's.yaml');
        } catch (caught) {
          if (!(caught instanceof InputError)) throw caught;
          error = caught;
        }
        if (error === null) return;
        // eslint-disable-next-line no-control-regex -- that is the point
        expect(error.message).toMatch(/^s\.yaml:\d+:\d+: [^\u0000-\u001f]+; [^\u0000-\u001f]+$/);
        const lines = yaml.split('\n');
        const { line = 0, column = 0 } = error.problem;
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThan(0);
        expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
      }),
      { numRuns: shareOfRuns(50, 500) },
    );
  });
});

describe('what the command line overrides', () => {
  const yaml = 'reading: table\nport-offset: 5\nhosts: { a: { address: 10.0.0.1, instances: 200 } }';

  test('reading and port offset', () => {
    expect(siteFromYaml(yaml, 's.yaml')).toMatchObject({ reading: 'table', portOffset: 5 });
    expect(siteFromYaml(yaml, 's.yaml', { reading: 'example', 'port-offset': 0 })).toMatchObject({
      reading: 'example',
      portOffset: 0,
    });
  });

  test('an offset of the command line has no place in the file; a reading that no longer fits names the host', () => {
    const tooHigh = refusal(() => siteFromYaml(yaml, 's.yaml', { 'port-offset': 60_000 }));
    expect(tooHigh.message).toMatch(/^host "a": port offset 60000 moves .* above 65535 .*at most 550\d\d$/);
    const full = yaml.replace('table', 'example').replace('200', '201');
    const tooMany = refusal(() => siteFromYaml(full, 's.yaml', { reading: 'table' }));
    expect(tooMany.message).toMatch(/^s\.yaml:3:\d+: host "a": server-1\.http and server-201\.client/);
  });

  test('what the file says must be right even where it is overridden', () => {
    expect(
      refusal(() => siteFromYaml(yaml.replace('table', 'guess'), 's.yaml', { reading: 'auto' })).message,
    ).toMatch(/^s\.yaml:1:10: reading: "guess"/);
  });
});

describe('--host narrows it', () => {
  const select = (...host: string[]) => siteFromYaml(EXAMPLE, 'vwaudit.yaml', { host }).selected;

  test('by key, capitals aside, and by any address of the host in any spelling', () => {
    expect(select('maps-b')).toEqual(['maps-b']);
    expect(select('MAPS-B', '10.20.0.11')).toEqual(['maps-b', 'maps-a']);
    expect(select('FD00:20:0::11')).toEqual(['maps-a']);
  });

  test('keeps the other hosts in the site', () => {
    expect(siteFromYaml(EXAMPLE, 's.yaml', { host: ['maps-b'] }).hosts).toHaveLength(2);
  });

  test.each([
    [
      ['maps-c'],
      '--host: "maps-c" is not a host of vwaudit.yaml; give an address of a host or one of maps-a, maps-b',
    ],
    [['10.20.0.13'], /^--host: "10\.20\.0\.13" is not a host/],
    [['10.20.0.0/24'], /^--host: "10\.20\.0\.0\/24" is not a host/],
    [[''], /^--host: "" is not a host/],
    [['maps-a\u001b[2J'], /^--host: "maps-a\\x1b\[2J" is not a host/],
    [['maps-a', '10.20.0.11'], '--host: "10.20.0.11" is maps-a, which is given twice; give each host once'],
  ] as const)('%j: refused', (host, message) => {
    expect(refusal(() => select(...host)).message).toMatch(message);
  });

  test('a long list of hosts is cut', () => {
    const hosts = Array.from({ length: 40 }, (_, index) => `  h${index}: { address: 10.0.0.${index + 1} }\n`);
    const { message } = refusal(() => siteFromYaml(`hosts:\n${hosts.join('')}`, 's.yaml', { host: ['x'] }));
    expect(message).toMatch(/h6, h7, … \(40 hosts\)$/);
  });
});
