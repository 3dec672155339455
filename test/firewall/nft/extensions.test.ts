import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';

// Extensions of iptables of which nft shows the name alone, in its text and in its JSON: a match only tests, most targets
// decide nothing, of the others nothing is known.

interface Shown {
  readonly tests: readonly string[];
  readonly does: readonly string[];
}

function shown(text: string): Shown {
  const [ruleset] = parseRulesets([{ text, file: 'x', dialect: null }]);
  const [{ matches, effects }] = ruleset!.tables[0]!.chains.get('INPUT')!.rules as [never];
  const kinds = (parts: readonly { readonly kind: string }[]): readonly string[] =>
    parts.map(({ kind }) => kind);
  return { tests: kinds(matches), does: kinds(effects) };
}

/** iptables puts its counter before what the rule does. */
const asText = (kind: string, name: string, quote: string): string => {
  const extension = `xt ${kind} ${quote}${name}${quote}`;
  const counter = 'counter packets 0 bytes 0';
  const rule = kind === 'match' ? `${extension} ${counter} drop` : `${counter} ${extension}`;
  return `table ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy accept;\n\t\t${rule}\n\t}\n}\n`;
};

const asJson = (type: string, name: string): string => {
  const extension = { xt: { type, name } };
  const counter = { counter: { packets: 0, bytes: 0 } };
  return JSON.stringify({
    nftables: [
      { table: { family: 'ip', name: 'filter' } },
      {
        chain: {
          family: 'ip',
          table: 'filter',
          name: 'INPUT',
          type: 'filter',
          hook: 'input',
          prio: 0,
          policy: 'accept',
        },
      },
      {
        rule: {
          family: 'ip',
          table: 'filter',
          chain: 'INPUT',
          expr: type === 'match' ? [extension, counter, { drop: null }] : [counter, extension],
        },
      },
    ],
  });
};

describe.each<[string, string, Shown]>([
  ['match', 'recent', { tests: ['unknown'], does: ['drop'] }],
  ['target', 'LOG', { tests: [], does: [] }],
  ['target', 'CHECKSUM', { tests: [], does: [] }],
  // The value is not shown: with few hops left the packet may not arrive.
  ['target', 'TTL', { tests: [], does: ['unknown'] }],
  ['target', 'HL', { tests: [], does: ['unknown'] }],
  ['target', 'REJECT', { tests: [], does: ['reject'] }],
  ['target', 'DNAT', { tests: [], does: ['unknown'] }],
  ['target', 'ONE_OF_TOMORROW', { tests: [], does: ['unknown'] }],
])('xt %s %s', (kind, name, expected) => {
  test.each([
    ['nft 1.0.6', asText(kind, name, '')],
    ['nft 1.1', asText(kind, name, '"')],
    ['JSON', asJson(kind, name)],
  ])('%s', (_, text) => {
    expect(shown(text)).toEqual(expected);
  });
});
