import fc from 'fast-check';
import { FAMILIES, type Family } from '../../../src/net/address.ts';
import type { Transport } from '../../../src/net/port-range.ts';
import { blocklist } from './blocklist.ts';
import { hookedChains, type NftHook } from './nft/hooked.ts';
import { phrase, weighted } from './nft/phrase.ts';
import { declarations, definitions } from './nft/sets.ts';
import { topicalRule } from './nft/topical.ts';
import type { Topic } from './topics.ts';
import { asBlock, asCommands } from './nft/table-text.ts';
import { CHAINS, EVERYWHERE, isNat, rule, type NatTargets, type Place, type Purpose } from './nft/rules.ts';

export interface NftOptions {
  /** Whose packets the rules are mostly about; some rules and tables are about the other family. */
  readonly family: Family;
  /** Where base chains may stand. */
  readonly hooks: readonly NftHook[];
  readonly transport: Transport;
  /** Also what a packet alone does not settle: limits, chance, sockets, the clock. */
  readonly hostile?: boolean;
  /** What most rules are about. */
  readonly topic?: Topic | null;
  /** Where NAT may lead; when left out, to every machine of the lab. */
  readonly nat?: NatTargets;
}

/** A random ruleset as `nft -f -` takes it: it flushes what was there, and nft 1.0.6 loads all of it. */
export function nftText(options: NftOptions): fc.Arbitrary<string> {
  const [own, other] = options.family === 4 ? (['ip', 'ip6'] as const) : (['ip6', 'ip'] as const);
  const table = fc.oneof(
    { weight: 6, arbitrary: drawnTable(options, 'inet') },
    { weight: 4, arbitrary: drawnTable(options, own) },
    { weight: 1, arbitrary: drawnTable(options, other) },
  );
  const tables = fc.array(table, { minLength: 1, maxLength: 3 });
  return fc.tuple(tables, declarations(), definitions()).map(([drawn, sets, defined]) => {
    const text = drawn.map((one, i) => tableText(`t${i}`, one, sets)).join('');
    const used = [...namesIn(text, /\$(\w+)/g)].map(
      (name) => `define ${name} = ${defined.get(name) ?? ''}\n`,
    );
    return `flush ruleset\n${used.join('')}${text}`;
  });
}

interface DrawnTable {
  readonly family: Place['table'];
  /** Written as commands, not as a block. */
  readonly isCommands: boolean;
  /** What stands in each base chain. */
  readonly bases: readonly string[];
  /** What stands in the chains that others call. */
  readonly called: ReadonlyMap<string, string>;
}

function drawnTable(options: NftOptions, family: Place['table']): fc.Arbitrary<DrawnTable> {
  const { transport, hostile: isHostile = false, topic = null, nat = EVERYWHERE } = options;
  const spoken = family === 'inet' ? FAMILIES : [family === 'ip' ? (4 as const) : (6 as const)];
  const rules = (
    purpose: Purpose,
    callable: readonly string[],
    lengths: fc.ArrayConstraints,
  ): fc.Arbitrary<string> => {
    const isLate = purpose === 'late' || purpose === 'snat';
    const interfaces = isLate && !isHostile ? 0 : options.hooks.includes('forward') ? 1 : 3;
    const kinds = spoken.map((of) => {
      const place: Place = {
        table: family,
        family: of,
        transport,
        isHostile,
        purpose,
        callable,
        nat,
        interfaces,
      };
      const one = phrase`    ${rule(place)}\n`;
      const share = of === options.family ? 9 : 1;
      if (topic === null) return [[20 * share, one] as const, [share, repeated(rule(place), of)] as const];
      const topical = isNat(purpose) ? one : phrase`    ${topicalRule(place, topic)}\n`;
      return [[share, one] as const, [3 * share, topical] as const];
    });
    return fc.array(weighted(...kinds.flat()), lengths).map((lines) => lines.join(''));
  };
  const bases = options.hooks.flatMap((hook) =>
    hookedChains(hook, isHostile, topic).map(({ weight, head, purpose }) => ({
      weight,
      arbitrary: phrase`    ${head}\n${rules(purpose, CHAINS[purpose], { maxLength: topic === null ? 10 : 4 })}`,
    })),
  );
  const called = Object.fromEntries(
    Object.entries(CHAINS).flatMap(([purpose, names]) =>
      names.map((name, i) => [name, rules(purpose as Purpose, names.slice(i + 1), { maxLength: 4 })]),
    ),
  );
  return fc
    .record({
      isCommands: fc.constantFrom(false, false, false, true),
      bases: fc.array(fc.oneof(...bases), { minLength: 1, maxLength: 4 }),
      called: fc.record(called),
    })
    .map((drawn) => ({ ...drawn, family, called: new Map(Object.entries(drawn.called)) }));
}

/** The rule again and again for other addresses, as blocklists do. */
function repeated(rule: fc.Arbitrary<string>, family: Family): fc.Arbitrary<string> {
  const source = family === 4 ? 'ip saddr' : 'ip6 saddr';
  return fc
    .tuple(rule, blocklist(family))
    .map(([text, addresses]) => addresses.map((address) => `    ${source} ${address} ${text}\n`).join(''));
}

/** The table with those chains and sets that something in it uses. */
function tableText(name: string, drawn: DrawnTable, sets: ReadonlyMap<string, string>): string {
  const bases = drawn.bases.map((text, i) => [`base${i}`, text] as const);
  const called = new Map<string, string>();
  const named = new Map<string, string>();
  let [seen, text] = ['', bases.map(([, body]) => body).join('')];
  while (seen !== text) {
    seen = text;
    for (const chain of namesIn(text, /(?:jump|goto) (\w+)/g))
      called.set(chain, drawn.called.get(chain) ?? '');
    for (const set of namesIn(text, /@([a-z_]+[46]?)\b(?!,)/g)) named.set(set, sets.get(set) ?? '');
    text = [...bases, ...called, ...named].map(([, body]) => body).join('');
  }
  const table = { family: drawn.family, name, bases, called: [...called], sets: [...named] };
  return drawn.isCommands ? asCommands(table) : asBlock(table);
}

/** The names a pattern finds, each once. */
function namesIn(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].map(([, name]) => name!));
}
