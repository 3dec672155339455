// Lists every file of sources/ with the real nft, as text and as JSON, into fixtures/; and what iptables with the nf_tables
// back end loads of translated/, as iptables-save and as nft tell it, each family alone and both together.
// Run it where nft may load rules and nothing depends on them: unshare -n node test/firewall/nft/capture.mjs [NAME…]
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';

const here = import.meta.dirname;
const nft = (...args) => execFileSync('nft', args, { encoding: 'utf8' });
const version = nft('--version').trim();
const asked = process.argv.slice(2);

for (const file of readdirSync(`${here}/sources`).sort()) {
  const name = file.replace(/\.nft$/, '');
  if (asked.length > 0 && !asked.includes(name)) continue;
  nft('flush', 'ruleset');
  nft('-f', `${here}/sources/${file}`);
  writeFileSync(`${here}/fixtures/${name}.nft`, `# ${version}: nft list ruleset\n${nft('list', 'ruleset')}`);
  writeFileSync(`${here}/fixtures/${name}.json`, nft('-j', 'list', 'ruleset'));
}

const translated = `${here}/translated`;
const families = { four: 'iptables-nft', six: 'ip6tables-nft' };
for (const names of [['four'], ['six'], ['four', 'six']]) {
  if (asked.length > 0 && !asked.includes('translated')) break;
  nft('flush', 'ruleset');
  for (const name of names) execFileSync(`${families[name]}-restore`, [`${translated}/${name}.rules`]);
  const title = names.length > 1 ? 'both' : names[0];
  writeFileSync(`${translated}/${title}.nft`, `# ${version}: nft list ruleset\n${nft('list', 'ruleset')}`);
  writeFileSync(`${translated}/${title}.json`, nft('-j', 'list', 'ruleset'));
  if (names.length === 1) {
    const save = execFileSync(`${families[title]}-save`, { encoding: 'utf8' });
    writeFileSync(`${translated}/${title}.save`, save);
  }
}
