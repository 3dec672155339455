import { parsePrefix } from '../../src/net/prefix.ts';
import { addressSet } from '../../src/net/address-set.ts';
import type { IntervalSet } from '../../src/net/interval-set.ts';

/** One rule of a simplified ruleset: everything about it is known. */
export interface ListedRule {
  readonly accepts: boolean;
  readonly protocol: string;
  readonly source: IntervalSet;
  readonly destination: IntervalSet;
  readonly sourcePorts: IntervalSet;
  readonly destinationPorts: IntervalSet;
}

const ANY_PORT: IntervalSet = [0, 65536];

/** Reads a chain from what `iptables -L -n` prints; the policy is the last rule. */
export function parseListing(text: string, chain: string): readonly ListedRule[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`Chain ${chain} `));
  const policy = /policy (\w+)/.exec(lines[start] ?? '')?.[1];
  if (start < 0 || policy === undefined) throw new Error(`no chain ${chain} with a policy in the listing`);
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => line.trim() === '' || line.startsWith('Chain '));
  const rules = (end < 0 ? rest : rest.slice(0, end)).map(parseLine);
  return [...rules, parseLine(`${policy} all -- 0.0.0.0/0 0.0.0.0/0`)];
}

function parseLine(line: string): ListedRule {
  const [target, protocol = '', , source = '', destination = '', ...tests] = line.trim().split(/\s+/);
  if (target !== 'ACCEPT' && target !== 'DROP') throw new Error(`not a simple rule: ${line}`);
  let [sourcePorts, destinationPorts] = [ANY_PORT, ANY_PORT];
  for (const test of tests.filter((word) => word !== protocol)) {
    const [, side, first = '', last = first] = /^(s|d)pts?:(\d+)(?::(\d+))?$/.exec(test) ?? [];
    if (side === undefined) throw new Error(`not a simple test: ${test}`);
    const ports: IntervalSet = [Number(first), Number(last) + 1];
    if (side === 's') sourcePorts = ports;
    else destinationPorts = ports;
  }
  const network = (prefix: string): IntervalSet => addressSet([parsePrefix(prefix, line)], 4);
  return {
    accepts: target === 'ACCEPT',
    protocol,
    source: network(source),
    destination: network(destination),
    sourcePorts,
    destinationPorts,
  };
}
