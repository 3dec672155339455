import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { parseNftJson } from '../../src/firewall/languages/nftables/parse-json.ts';
import { parseNftText } from '../../src/firewall/languages/nftables/parse-text.ts';
import { rulesetText } from '../firewall/nft/ruleset-text.ts';
import { createLab } from './lab/lab.ts';

const lab = createLab();
const host = lab.host('n');
afterAll(() => {
  lab.close();
});

const folder = `${import.meta.dirname}/../firewall/nft`;

test.each(readdirSync(`${folder}/sources`))(
  'what this nft lists of %s means what the fixture says',
  (file) => {
    host.must(['nft', 'flush', 'ruleset']);
    host.must(['nft', '-f', `${folder}/sources/${file}`]);
    const fixture = rulesetText(parseNftText(readFileSync(`${folder}/fixtures/${file}`, 'utf8'), file));
    expect(rulesetText(parseNftText(host.must(['nft', 'list', 'ruleset']), file))).toEqual(fixture);
    expect(rulesetText(parseNftJson(host.must(['nft', '-j', 'list', 'ruleset']), file))).toEqual(fixture);
  },
);
