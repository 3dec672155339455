// Makes fixtures/ again: each scenario's tool runs for real on a machine of its own (machine.sh), and its rules are listed.
// As root, with ufw, firewalld, fail2ban, docker, ipset, nftables and both iptables installed:
//   node test/firewall/coverage/capture.mjs [SCENARIO…]
import { spawnSync } from 'node:child_process';
import { inPrivateNamespaces } from '../../private-namespaces.mjs';

const IPTABLES = ['iptables-save', 'ip6tables-save'];

/** For each scenario: what to list with each back end of iptables. */
const SCENARIOS = {
  ufw: { nft: [...IPTABLES, 'nft', 'json'], legacy: IPTABLES },
  'ufw-limit': { nft: IPTABLES, legacy: IPTABLES },
  'ufw-gateway': { nft: IPTABLES },
  'ufw-router': { nft: IPTABLES },
  firewalld: { nft: ['nft', 'json'] },
  'firewalld-iptables': { nft: [...IPTABLES, 'ipset'], legacy: [...IPTABLES, 'ipset'] },
  'firewalld-open': { nft: ['nft'] },
  docker: { nft: [...IPTABLES, 'nft'], legacy: IPTABLES },
  'docker-ufw': { nft: IPTABLES },
  'own-nft': { nft: ['nft', 'json'] },
  'own-nft-gateway': { nft: ['nft', 'json'] },
  'own-iptables': { nft: [...IPTABLES, 'nft'], legacy: IPTABLES },
  'own-iptables-gateway': { nft: IPTABLES },
  fail2ban: { nft: [...IPTABLES, 'nft', 'ipset'] },
};

/** What a tool leaves running ends with its machine. */
const WITH_PROCESSES = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];

const here = import.meta.dirname;
const asked = process.argv.slice(2);
for (const [scenario, backEnds] of Object.entries(SCENARIOS)) {
  if (asked.length > 0 && !asked.includes(scenario)) continue;
  for (const [backEnd, listings] of Object.entries(backEnds)) {
    const name = backEnd === 'legacy' ? `${scenario}.legacy` : scenario;
    const machine = [
      'bash',
      `${here}/machine.sh`,
      scenario,
      backEnd,
      `${here}/fixtures/${name}`,
      ...listings,
    ];
    const [program, ...args] = [...inPrivateNamespaces, ...WITH_PROCESSES, ...machine];
    const { status, stderr, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 120_000 });
    console.log(`${name}: ${status === 0 ? listings.join(', ') : `failed\n${stdout}${stderr}`}`);
    if (status !== 0) process.exitCode = 1;
  }
}
