import type { AccessProof } from '../../firewall/proof/prove-access.ts';
import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import { formatAddress, type Address, type Family } from '../../net/address.ts';
import { toBound } from '../../net/address-set.ts';
import { holds, type IntervalSet } from '../../net/interval-set.ts';
import { decidingEntry } from './deciding-rule.ts';

/** A source and the rules it meets. */
export interface Witness {
  readonly address: Address;
  readonly trace: readonly TraceEntry[];
}

/** So many sources of one fate are followed at most; so many that meet the same rule are enough. */
const [MAX, ENOUGH] = [5, 3];

type Followed = Pick<AccessProof, 'witness' | 'fate' | 'proof' | 'pathOf'>;

/**
 * The source whose path is shown: the lowest, unless the rule that decides for it is not the one that decides for most.
 * Sources spread evenly over all of the same fate are followed to tell.
 */
export function tellingWitness({ witness, fate, proof, pathOf }: Followed): Witness {
  // Of an undecided path it takes many runs to tell which rules matter.
  if (fate === 'undecided') return { address: witness, trace: pathOf(witness) };
  const found = new Map<string, Witness[]>();
  for (const address of candidates(witness, proof[fate][witness.family])) {
    const trace = pathOf(address);
    const entry = decidingEntry(trace, fate);
    const key = JSON.stringify(entry && [entry.file, entry.line, entry.table, entry.chain, entry.handle]);
    const alike = found.get(key) ?? [];
    alike.push({ address, trace });
    found.set(key, alike);
    if (alike.length >= ENOUGH) break;
  }
  const [most = []] = [...found.values()].sort((a, b) => b.length - a.length);
  return most[0] ?? { address: witness, trace: [] };
}

function candidates(lowest: Address, set: IntervalSet): readonly Address[] {
  const known = new Set<string>();
  return [lowest, ...spread(set, lowest.family)].filter((address) => {
    const text = formatAddress(address);
    return !known.has(text) && known.add(text);
  });
}

/** Addresses in the middle of equal shares of the set, or rounder ones beside them. */
function spread(set: IntervalSet, family: Family): readonly Address[] {
  const shares = MAX - 1;
  const total = sizeOf(set);
  const found: Address[] = [];
  let below = 0n;
  for (let at = 0; at < set.length && found.length < shares; at += 2) {
    const [first, end] = [BigInt(set[at] ?? 0), BigInt(set[at + 1] ?? 0)];
    for (let nth = found.length; nth < shares; nth++) {
      const wanted = (total * BigInt(2 * nth + 1)) / BigInt(2 * shares);
      if (wanted >= below + end - first) break;
      const address = { family, value: first + wanted - below };
      found.push(end - first < WIDE ? address : rounded(address, set));
    }
    below += end - first;
  }
  return found;
}

/** Rounded within less than this, the addresses would be the same ones again. */
const WIDE = 4096n;

function rounded(address: Address, set: IntervalSet): Address {
  const round = { ...address, value: (address.value & ~0xffn) | 1n };
  return holds(set, toBound(round)) ? round : address;
}

function sizeOf(set: IntervalSet): bigint {
  let size = 0n;
  for (let at = 0; at < set.length; at += 2) size += BigInt(set[at + 1] ?? 0) - BigInt(set[at] ?? 0);
  return size;
}
