import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import { meaningOf } from './meaning.ts';

// What every construct of a language means: beside NAME, as the tools list it, NAME.meaning.txt. VWAUDIT_WRITE_GOLDEN=1 writes
// them, to be read before they are committed; `ONLY=nat` runs those whose name begins so.

const MEANING = '.meaning.txt';

const inputs = ['iptables', 'nft'].flatMap((language) => {
  const folder = path.join(import.meta.dirname, language, 'fixtures');
  return readdirSync(folder)
    .filter((name) => /^every-construct\.|\.nft$/.test(name) && !name.endsWith(MEANING))
    .filter((name) => name.startsWith(process.env.ONLY ?? ''))
    .map((name) => ({ name, file: path.join(folder, name) }));
});

test.each(inputs)('$name', ({ file }) => {
  const [ruleset] = parseRulesets([{ text: readFileSync(file, 'utf8'), file, dialect: null }]);
  const meaning = meaningOf(ruleset!);
  if (process.env.VWAUDIT_WRITE_GOLDEN === '1') writeFileSync(`${file}${MEANING}`, meaning);
  expect(meaning).toBe(readFileSync(`${file}${MEANING}`, 'utf8'));
});
