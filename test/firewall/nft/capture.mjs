// Lists every file of sources/ with the real nft, as text and as JSON, into fixtures/.
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
