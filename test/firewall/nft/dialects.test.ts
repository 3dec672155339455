import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatStatements } from '../../../src/firewall/languages/nftables/statements/index.ts';
import { TEXT_STATEMENTS } from '../../../src/firewall/languages/nftables/statements/read-text.ts';
import { parseNftJson } from '../../../src/firewall/languages/nftables/parse-json.ts';
import { parseNftText } from '../../../src/firewall/languages/nftables/parse-text.ts';
import { textOrigin } from '../../../src/firewall/languages/nftables/syntax/origin.ts';
import { readRuleText } from '../../../src/firewall/languages/nftables/text/rule.ts';
import { rulesetText } from './ruleset-text.ts';

/** sources/ holds what people write, fixtures/ what the real nft lists of it (see capture.mjs). */
const here = import.meta.dirname;
const names = readdirSync(`${here}/sources`).map((file) => file.replace(/\.nft$/, ''));
const read = (path: string) => readFileSync(`${here}/${path}`, 'utf8');

describe.each(names)('%s', (name) => {
  const listing = parseNftText(read(`fixtures/${name}.nft`), `${name}.nft`);
  const json = parseNftJson(read(`fixtures/${name}.json`), `${name}.json`);

  test('text and JSON mean the same', () => {
    expect(rulesetText(json)).toEqual(rulesetText(listing));
  });

  test('what a person wrote means what nft lists', () => {
    expect(rulesetText(parseNftText(read(`sources/${name}.nft`), name))).toEqual(rulesetText(listing));
  });

  test('the text of a rule from JSON is nft again', () => {
    const rules = json.tables.flatMap(({ chains }) => [...chains.values()].flatMap((chain) => chain.rules));
    for (const { text } of rules.filter((rule) => !ABRIDGED.test(rule.text))) {
      expect(formatStatements(readRuleText(text, textOrigin(name, text), 1, TEXT_STATEMENTS))).toBe(text);
    }
  });
});

/** Statements whose details decide nothing, shown by their name only; chains in place. */
const ABRIDGED = /\b(?:dup|fwd|tproxy|synproxy|jump \{|goto \{)/;
