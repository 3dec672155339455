import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import type { Match } from '../../../src/firewall/model/match.ts';

// Every match and target that ships with iptables, as iptables-save 1.8.9 prints it: all of them are read, and what is
// left unknown is exactly what depends on more than the packet.

const read = (name: string) => {
  const file = new URL(`./fixtures/${name}`, import.meta.url);
  return parseRulesets([{ text: readFileSync(file, 'utf8'), file: name, dialect: null }])[0]!;
};

function unknowns(match: Match): readonly string[] {
  if (match.kind === 'unknown') return [match.text];
  if (match.kind === 'all' || match.kind === 'any') return match.of.flatMap(unknowns);
  return match.kind === 'not' ? unknowns(match.of) : [];
}

describe.each(['every-construct.iptables-save', 'every-construct.ip6tables-save'])('%s', (name) => {
  const ruleset = read(name);
  const rules = ruleset.tables.flatMap(({ chains }) => [...chains.values()].flatMap((chain) => chain.rules));

  test('is known by its content', () => {
    expect(ruleset.dialect).toBe(name.replace('every-construct.', '').replace('-save', ''));
    expect(ruleset.families).toEqual([name.includes('ip6') ? 6 : 4]);
  });

  test('what every rule tests and does', () => {
    const told = rules.map(({ text, matches, effects }) => ({
      rule: text,
      tests: matches.filter((match) => match.kind !== 'unknown').map(shown),
      unknown: matches.flatMap(unknowns),
      effects: effects.map(shown),
    }));
    expect(told.map((one) => lines(one)).join('\n')).toMatchSnapshot();
  });
});

function lines(told: {
  rule: string;
  tests: string[];
  unknown: readonly string[];
  effects: string[];
}): string {
  return [
    told.rule,
    ...told.tests.map((text) => `  ${text}`),
    ...told.unknown.map((text) => `  unknown: ${text}`),
    ...told.effects.map((text) => `  => ${text}`),
  ].join('\n');
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? `0x${part.toString(16)}` : part,
  );
}
