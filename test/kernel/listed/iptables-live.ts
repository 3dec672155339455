import type { Family } from '../../../src/net/address.ts';
import type { LabHost } from '../lab/lab.ts';
import type { Choose } from './choose.ts';
import { IPSETS, IPTABLES_MATCHES, IPTABLES_TARGETS } from './iptables-phrases.ts';

const CHAINS = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT', 'side'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING', 'side'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING', 'side'],
  raw: ['PREROUTING', 'OUTPUT', 'side'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
} as const;

/** Which sets this kernel makes. */
export function loadIpsets(host: LabHost): void {
  for (const line of IPSETS) host.run(['ipset', 'restore'], { input: `${line}\n` });
}

/** Loads `count` rules of iptables at random; gives those that the kernel took. */
export function loadIptables(
  host: LabHost,
  {
    family,
    backend,
    count,
    choose,
  }: { family: Family; backend: 'nft' | 'legacy'; count: number; choose: Choose },
): readonly string[] {
  const name = family === 4 ? 'iptables' : 'ip6tables';
  const add = (table: string, line: string): boolean =>
    host.run([`${name}-${backend}-restore`, '-n'], { input: `*${table}\n${line}\nCOMMIT\n` }).status === 0;
  const tables = Object.entries(CHAINS).filter(([table]) => add(table, ':side -'));
  const rules: string[] = [];
  for (let tries = 0; rules.length < count && tries < count * 6; tries++) {
    const [table, chains] = choose(tables);
    const matches = Array.from({ length: choose([0, 1, 1, 2]) }, () => choose(IPTABLES_MATCHES));
    const counts = choose(['', '[5:500] ']);
    const rule = `${counts}-A ${choose(chains)} ${[...matches, choose(IPTABLES_TARGETS)].join(' ')}`;
    if (add(table, rule)) rules.push(rule);
  }
  return rules;
}
