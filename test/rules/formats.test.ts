import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/input-error.ts';
import { RULE_FORMAT_IDS, RULE_FORMATS } from '../../src/rules/formats.ts';
import { multiports } from '../../src/rules/formats/iptables.ts';
import type { Site } from '../../src/deployment/site.ts';
import { makeRules } from './render-rules.ts';
import { makeHost, makeSite, thisMachine } from './sites.ts';

const HOSTS = [makeHost('maps-a', ['10.20.0.11'], 2), makeHost('maps-b', ['10.20.0.12'], 2)];

describe('one ruleset a host, or one for the gateway', () => {
  test.each(RULE_FORMAT_IDS)('%s', (format) => {
    expect(makeRules(makeSite([thisMachine()]), format).map(({ host }) => host)).toEqual([null]);
    expect(makeRules(makeSite(HOSTS), format).map(({ host }) => host)).toEqual(['maps-a', 'maps-b']);
    if ('gateway' in RULE_FORMATS[format].unsupported) return;
    expect(makeRules(makeSite(HOSTS), format, { placement: 'gateway' }).map(({ host }) => host)).toEqual([
      null,
    ]);
  });

  test('a site narrowed to some hosts: only theirs, and the others are still sources', () => {
    const site = makeSite(HOSTS, {}, { selected: ['maps-b'] });
    expect(makeRules(site, 'nft')).toEqual(makeRules(makeSite(HOSTS), 'nft').slice(1));
    const { text } = makeRules(site, 'nft', { placement: 'gateway' })[0]!;
    expect(text).toContain('ip saddr { 10.20.0.11 } ip daddr { 10.20.0.12 }');
    expect(text).not.toContain('daddr { 10.20.0.11');
  });

  test.each(RULE_FORMAT_IDS)(
    '%s says what was assumed, what to know, how to load and how to remove',
    (format) => {
      const [ruleset] = makeRules(makeSite([thisMachine()]), format);
      for (const line of [...ruleset!.assumptions, ...ruleset!.notices, ruleset!.load, ruleset!.remove])
        expect(ruleset!.text).toContain(line);
      expect(ruleset!.assumptions).toHaveLength(5);
    },
  );
});

// Whatever a user can write into a name, on one line or on many.
const HOSTILE = [
  `'; Remove-NetFirewallRule; '`,
  `"; drop; #`,
  '$(touch /tmp/owned) `touch /tmp/owned` ${IFS}',
  'END_OF_RULES\n-A INPUT -j ACCEPT\nCOMMIT',
  '\n}\n}\nflush ruleset\n',
  '\r\nRemove-NetFirewallRule\r\n',
  '\u2028Remove-NetFirewallRule\u2029\u0085x',
  '#> Remove-NetFirewallRule <#',
  '\u2018; Remove-NetFirewallRule; \u2019 \u201a \u201b \u0451',
  '{{ host }} {% include "/etc/passwd" %} {%- raw -%}',
  'ends with a backslash \\',
  'ends with a backtick `',
  '\u0000\u0007\u001b[31m\u009b\u202e',
  'Requires -Modules Evil',
];

describe('names from the user reach comments only, and never leave them', () => {
  const code = (text: string): string =>
    text
      .split('\n')
      .filter((line) => !/^\s*(?:#|;|rem) /.test(line))
      .join('\n');
  const make = (name: string, format: (typeof RULE_FORMAT_IDS)[number]): string =>
    makeRules(makeSite([{ ...HOSTS[0]!, key: name }, HOSTS[1]!], {}, { name }), format)[0]!.text;

  describe.each(RULE_FORMAT_IDS)('%s', (format) => {
    test.each(HOSTILE)('%j', (name) => {
      const text = make(name, format);
      expect(code(text)).toBe(code(make('maps-a', format)));
      expect(text.replaceAll('\r\n', '\n')).not.toMatch(/[^\P{Cc}\n\t]|[\u2028\u2029\u202e]/u);
      // Windows PowerShell reads a file without a byte order mark in the local code page.
      if (!['nft', 'iptables'].includes(format)) expect(text).toMatch(/^[\r\n\x20-\x7e]*$/);
    });
  });
});

/** One more than a rule of Windows takes. */
const MANY = Array.from({ length: 1001 }, (_, n) => `10.${n >> 7}.${(n & 127) * 2}.7`);

describe('what a format can not express is an error', () => {
  const problem = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
    throw new Error('no error');
  };
  const from = (...client: string[]): Site => makeSite([thisMachine()], { client });

  test.each([
    [
      'a gateway on Windows',
      () => makeRules(makeSite(HOSTS), 'windows', { placement: 'gateway' }),
      /--placement.*use --format/,
    ],
    [
      'a refusal on Windows',
      () => makeRules(makeSite(HOSTS), 'windows', { refuse: 'reject' }),
      /--refuse.*leave out --refuse/,
    ],
    [
      'a profile on Linux',
      () => makeRules(makeSite(HOSTS), 'nft', { profiles: ['public'] }),
      /--profile.*leave out --profile/,
    ],
    [
      'a gateway before hosts without address',
      () => makeRules(makeSite([thisMachine()]), 'nft', { placement: 'gateway' }),
      /--host 10\.20\.0\.11/,
    ],
    [
      'all of IPv4 on Windows',
      () => makeRules(from('0.0.0.0/0'), 'windows'),
      /does not accept 0.0.0.0\/0 .*::\/0 together/,
    ],
    [
      'all of IPv6 beside some IPv4 on Windows',
      () => makeRules(from('::/0', '10.0.0.0/8'), 'windows'),
      /does not accept ::\/0/,
    ],
    ['half of IPv6 on Windows', () => makeRules(from('::/1'), 'windows'), /does not accept ::\/1/],
    ['loopback on Windows', () => makeRules(from('::1'), 'windows'), /does not accept ::1/],
    ['multicast on Windows', () => makeRules(from('ff02::/16'), 'windows'), /does not accept ff02::\/16/],
    [
      'a machine without any port',
      () => makeRules(makeSite([makeHost('idle', ['10.0.0.1'], 0, false), HOSTS[0]!]), 'nft'),
      /idle has no Viz World ports/,
    ],
  ])('%s', (_, make, message) => {
    expect(problem(make)).toMatch(message);
  });

  test.each(['windows', 'netsh', 'windows-registry'] as const)(
    'more networks than a rule of Windows takes (%s)',
    (format) => {
      expect(problem(() => makeRules(from(...MANY), format))).toMatch(
        /1001 networks of client.*at most 1000.*fewer, wider networks/,
      );
    },
  );

  test('anywhere is Any on Windows', () => {
    expect(makeRules(from('0.0.0.0/0', '::/0', '10.0.0.0/8'), 'windows')[0]!.text).toContain(
      "-RemoteAddress 'Any'",
    );
  });
});

describe('iptables multiport holds 15 ports, a range counting as two', () => {
  const single = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ first: 2 * index + 1, last: 2 * index + 1 }));
  const range = (first: number) => ({ first, last: first + 1 });

  test.each([
    [[15], single(15)],
    [[15, 1], single(16)],
    [[7, 1], Array.from({ length: 8 }, (_, index) => range(3 * index + 1))],
    [
      [14, 1],
      [...single(14), range(100)],
    ],
    [[14], [...single(13), range(100)]],
  ])('%j', (sizes, ranges) => {
    expect(multiports(ranges).map(({ length }) => length)).toEqual(sizes);
    expect(multiports(ranges).flat()).toEqual(ranges);
  });
});
