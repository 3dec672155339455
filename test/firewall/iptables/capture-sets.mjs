// Loads sources/sets.* with the real ipset and iptables and lists them back into fixtures/.
// Run it where they may load rules and nothing depends on them: unshare -nm node test/firewall/iptables/capture-sets.mjs
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const here = import.meta.dirname;
const source = (name) => readFileSync(`${here}/sources/${name}`, 'utf8');
const run = (program, args, input = '') => execFileSync(program, args, { input, encoding: 'utf8' });
const write = (name, text) => writeFileSync(`${here}/fixtures/${name}`, text);

// The lock of the legacy back end belongs to this mount namespace alone.
run('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
run('ipset', ['restore'], source('sets.ipset'));
write('sets.ipset', `# ${run('ipset', ['--version']).trim().replace('\n', ' ')}\n${run('ipset', ['save'])}`);
for (const tool of ['iptables', 'ip6tables']) {
  run(`${tool}-restore`, [], source(`sets.${tool}`));
  write(`sets.${tool}-save`, run(`${tool}-save`, []).replaceAll(/ on [A-Z][a-z]{2} .*$/gm, ''));
}
