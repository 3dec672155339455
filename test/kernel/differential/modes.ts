import type fc from 'fast-check';
import { FAMILIES, type Family } from '../../../src/net/address.ts';
import type { Transport } from '../../../src/net/port-range.ts';
import type { NamedSets } from '../../../src/firewall/languages/iptables/ipset/parse-ipset.ts';
import { parseIptables } from '../../../src/firewall/languages/iptables/save-file/parse.ts';
import { TABLES } from '../../../src/firewall/languages/iptables/save-file/tables.ts';
import { parseNftText } from '../../../src/firewall/languages/nftables/parse-text.ts';
import type { Ruleset } from '../../../src/firewall/model/ruleset.ts';
import { iptablesText } from './iptables-arbitrary.ts';
import { nftText } from './nft-arbitrary.ts';
import type { Oracle } from './oracle.ts';
import { FAR, OWN, PORTS } from './places.ts';
import { loadableTests } from './hostile.ts';
import { topicalTests } from './iptables-topical.ts';
import { TOPICS, type Topic } from './topics.ts';
import { IPSETS, loadIpsets } from './ipsets.ts';

/** One kind of ruleset, and of the packets that are sent through it. */
export interface Mode {
  readonly name: string;
  readonly engine: Engine;
  readonly family: Family;
  readonly transport: Transport;
  /** With tests that no packet alone settles: what is left undecided is not counted, but nothing may be wrong. */
  readonly isHostile: boolean;
  /** What its rulesets are mostly about. */
  readonly topic: Topic | null;
}

export const ENGINES = ['nft', 'iptables-nft', 'iptables-legacy'] as const;

export type Engine = (typeof ENGINES)[number];

export const MODES: readonly Mode[] = ENGINES.flatMap((engine) =>
  FAMILIES.flatMap((family) =>
    (['udp', 'tcp'] as const).flatMap((transport) =>
      [
        { kind: '', isHostile: false, topic: null },
        { kind: ' hostile', isHostile: true, topic: null },
        ...TOPICS.map((topic) => ({ kind: `, ${topic}`, isHostile: true, topic })),
      ].map(({ kind, isHostile, topic }) => ({
        name: `${engine} IPv${family} ${transport}${kind}`,
        engine,
        family,
        transport,
        isHostile,
        topic,
      })),
    ),
  ),
);

/** The modes whose program and kernel tables are here: some kernels have no legacy iptables any more. */
export function modesHere({ gateway }: Oracle): readonly Mode[] {
  const legacy = gateway.run(['iptables-legacy-restore'], { input: '*nat\nCOMMIT\n*filter\nCOMMIT\n' });
  if (legacy.status === 0) return MODES;
  console.error(`iptables-legacy is left out: ${legacy.stderr.trim()}`);
  return MODES.filter(({ engine }) => engine !== 'iptables-legacy');
}

/** How the rulesets of a mode are made, loaded and read, as far as this machine can. */
export interface Dialect {
  readonly text: fc.Arbitrary<string>;
  readonly command: readonly string[];
  /** The engine loads all that is made. */
  readonly isAllTaken: boolean;
  read(text: string): Ruleset;
}

export function dialectOf({ engine, family, transport, isHostile, topic }: Mode, oracle: Oracle): Dialect {
  if (engine === 'nft') {
    return {
      text: nftText({
        family,
        transport,
        hostile: isHostile,
        topic,
        hooks: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
        nat: {
          destinations: { 4: [...OWN[4], ...FAR[4]], 6: [...OWN[6], ...FAR[6]] },
          sources: OWN,
        },
      }).map(toListeners),
      command: ['nft', '-f', '-'],
      isAllTaken: topic === null,
      read: (text) => parseNftText(text, 'random'),
    };
  }
  const restore = `${family === 4 ? 'iptables' : 'ip6tables'}-${engine === 'iptables-nft' ? 'nft' : 'legacy'}-restore`;
  const hasSets = loadIpsets(oracle.gateway);
  const sets: NamedSets = hasSets ? IPSETS : new Map();
  const tests = topic === null ? undefined : topicalTests(topic, family, transport);
  const hostile = isHostile ? loadableTests(oracle.gateway, restore, tests) : [];
  return {
    text: iptablesText(family, { transport, hostile, hasSets, topic }),
    command: [restore],
    isAllTaken: topic === null,
    read: (text) => parseIptables(text, { file: 'random', family, sets }),
  };
}

/** Where NAT may choose among ports, each has a listener; a wider range becomes its first. */
function toListeners(text: string): string {
  return text.replaceAll(
    /(\b(?:dnat|redirect)\b.*?:)(\d+)-(\d+)/g,
    (whole, before: string, from: string, to: string) => {
      const [first, last] = [PORTS.indexOf(Number(from)), PORTS.indexOf(Number(to))];
      return last - first === Number(to) - Number(from) ? whole : `${before}${from}`;
    },
  );
}

/** Empties what a mode's engine has loaded, so that only the next one's rules decide. */
export function clear({ engine }: Mode, { gateway }: Oracle): void {
  if (engine !== 'iptables-legacy') {
    gateway.must(['nft', 'flush', 'ruleset']);
    return;
  }
  const input = Object.entries(TABLES)
    .filter(([name]) => name !== 'security')
    .flatMap(([name, chains]) => [
      `*${name}`,
      ...Object.keys(chains).map((chain) => `:${chain} ACCEPT [0:0]`),
      'COMMIT\n',
    ])
    .join('\n');
  for (const restore of ['iptables-legacy-restore', 'ip6tables-legacy-restore'])
    gateway.must([restore], { input });
}
