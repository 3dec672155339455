import type { LabHost } from '../lab/lab.ts';
import { NFT_CHAINS, NFT_FRAME } from './nft-frame.ts';
import { NFT_STATEMENTS, NFT_TESTS } from './nft-phrases.ts';
import type { Choose } from './choose.ts';

/** Loads `count` rules of nft's language at random; gives those that the kernel took. */
export function loadNft(host: LabHost, count: number, choose: Choose): readonly string[] {
  host.must(['nft', 'flush', 'ruleset']);
  const [family, hooks] = choose(Object.entries(NFT_CHAINS));
  const where = `${family} t`;
  const add = (line: string): boolean => host.run(['nft', '-f', '-'], { input: `${line}\n` }).status === 0;
  add(`add table ${where} { comment "all of it"; }`);
  const device = family === 'netdev' ? ' device lo' : '';
  const chains = hooks.filter((hook, index) =>
    add(
      `add chain ${where} c${hook} { type filter hook ${hook}${device} priority ${index * 7 - 9}; policy ${choose(['accept', 'drop'])}; }`,
    ),
  );
  const nat = ['prerouting', 'input', 'output', 'postrouting'].filter((hook) =>
    add(`add chain ${where} n${hook} { type nat hook ${hook} priority ${choose(['-100', '100', '150'])}; }`),
  );
  add(`add chain ${where} route { type route hook output priority mangle; }`);
  for (const line of NFT_FRAME) add(line.replace('F T', where));
  const names = [...chains.map((hook) => `c${hook}`), ...nat.map((hook) => `n${hook}`), 'side', 'route'];
  const rules: string[] = [];
  for (let tries = 0; rules.length < count && tries < count * 6; tries++) {
    const tests = Array.from({ length: choose([0, 1, 1, 2, 3]) }, () => choose(NFT_TESTS));
    const statements = Array.from({ length: choose([1, 1, 2, 3]) }, () => choose(NFT_STATEMENTS));
    const comment = choose(['', '', ' comment "why: \'x\' {}; #"']);
    const rule = `${[...tests, ...statements].join(' ')}${comment}`;
    if (add(`add rule ${where} ${choose(names)} ${rule}`)) rules.push(rule);
  }
  return rules;
}
