import fc from 'fast-check';
import { FAMILIES, type Family } from '../../../src/net/address.ts';
import type { Transport } from '../../../src/net/port-range.ts';
import { hookedChains, type NftHook } from './nft/hooked.ts';
import { phrase, weighted } from './nft/phrase.ts';
import { declarations, definitions } from './nft/sets.ts';
import { CHAINS, EVERYWHERE, rule, type NatTargets, type Place, type Purpose } from './nft/rules.ts';

export interface NftOptions {
  /** Whose packets the rules are mostly about; some rules and tables are about the other family. */
  readonly family: Family;
  /** Where base chains may stand. */
  readonly hooks: readonly NftHook[];
  readonly transport: Transport;
  /** Also what a packet alone does not settle: limits, chance, sockets, the clock. */
  readonly hostile?: boolean;
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
  /** What stands in each base chain. */
  readonly bases: readonly string[];
  /** What stands in the chains that others call. */
  readonly called: ReadonlyMap<string, string>;
}

function drawnTable(options: NftOptions, family: Place['table']): fc.Arbitrary<DrawnTable> {
  const { transport, hostile: isHostile = false, nat = EVERYWHERE } = options;
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
      return [of === options.family ? 9 : 1, rule(place)] as const;
    });
    return fc.array(phrase`    ${weighted(...kinds)}\n`, lengths).map((lines) => lines.join(''));
  };
  const bases = options.hooks.flatMap((hook) =>
    hookedChains(hook, isHostile).map(({ weight, head, purpose }) => ({
      weight,
      arbitrary: phrase`    ${head}\n${rules(purpose, CHAINS[purpose], { maxLength: 10 })}`,
    })),
  );
  const called = Object.fromEntries(
    Object.entries(CHAINS).flatMap(([purpose, names]) =>
      names.map((name, i) => [name, rules(purpose as Purpose, names.slice(i + 1), { maxLength: 4 })]),
    ),
  );
  return fc
    .record({
      bases: fc.array(fc.oneof(...bases), { minLength: 1, maxLength: 4 }),
      called: fc.record(called),
    })
    .map((drawn) => ({ family, bases: drawn.bases, called: new Map(Object.entries(drawn.called)) }));
}

/** The table with those chains and sets that something in it uses. */
function tableText(
  name: string,
  { family, bases, called }: DrawnTable,
  sets: ReadonlyMap<string, string>,
): string {
  const based = bases.map((text, i) => `  chain base${i} {\n${text}  }\n`).join('');
  let [text, whole] = ['', based];
  while (text !== whole) {
    text = whole;
    const named = [...namesIn(text, /@([a-z_]+[46]?)\b(?!,)/g)].map((set) => {
      const body = sets.get(set) ?? '';
      return `  ${/^type\S* [^;]* : /.test(body) ? 'map' : 'set'} ${set} { ${body} }\n`;
    });
    const chains = [...namesIn(text, /(?:jump|goto) (\w+)/g)].map(
      (chain) => `  chain ${chain} {\n${called.get(chain) ?? ''}  }\n`,
    );
    whole = [...named, ...chains].sort().join('') + based;
  }
  return `table ${family} ${name} {\n${text}}\n`;
}

/** The names a pattern finds, each once. */
function namesIn(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].map(([, name]) => name!));
}
