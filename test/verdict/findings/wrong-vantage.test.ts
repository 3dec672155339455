import { expect, test } from 'vitest';
import { wrongVantage } from '../../../src/verdict/findings/codes/wrong-vantage.ts';

const advice = (source: string, stated: readonly string[]): string =>
  wrongVantage.advice({ as: 'server', source, stated, isStatedAs: [], inSiteFile: true }).join(' ');

test('from another family than every address of the role: the family to check with', () => {
  expect(advice('fd00:20::12', ['10.20.0.12'])).toMatch(
    /^None of them is an IPv6 address\. .* check with -4\./,
  );
  expect(advice('10.20.0.12', ['fd00:20::12', 'fd00:30::/48'])).toMatch(/ check with -6\./);
});

test('where its family is stated, or nobody is, no family helps', () => {
  expect(advice('fd00:20::12', ['10.20.0.12', 'fd00:20::13'])).not.toContain('-4');
  expect(advice('10.20.0.12', [])).not.toContain('-6');
});
