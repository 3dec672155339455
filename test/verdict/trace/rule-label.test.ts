import { expect, test } from 'vitest';
import { ruleText } from '../../../src/verdict/trace/rule-label.ts';

const shown = (text: string): string =>
  ruleText(
    {
      ...{ kind: 'rule', file: 'f', line: 1, family: 'ip', table: 'filter' },
      ...{ chain: 'INPUT', handle: null, text },
    },
    { isNamed: true },
  );

const NETWORKS = Array.from({ length: 30 }, (_, at) => `10.30.${at}.0/24`).join(', ');

test.each([
  [
    `-A VWAUDIT -s 10.30.0.0/16 -p tcp -m multiport --dports 102,10100:10103 -m comment --comment "client connections from the studio floor" -j ACCEPT`,
    /--comment "\.\.\." -j ACCEPT$/,
  ],
  [
    `ip saddr { ${NETWORKS} } tcp dport 102 accept comment "the studio floor"`,
    /tcp dport 102 accept comment "\.\.\."$/,
  ],
  [
    `ip saddr { ${NETWORKS} } tcp dport 102 dnat to 10.20.0.11:10100`,
    /^ip saddr \{ .*\.\.\..* dnat to 10\.20\.0\.11:10100$/,
  ],
])('what decides is not cut: %#', (text, kept) => {
  expect(shown(text)).toMatch(kept);
  expect(shown(text).length).toBeLessThanOrEqual(120);
});

test('what is short enough stays', () => {
  const text = '-A INPUT -m comment --comment "client connections" -j ACCEPT';
  expect(shown(text)).toBe(text);
});
