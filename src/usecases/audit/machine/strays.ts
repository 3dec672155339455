import type { Access } from '../../../firewall/proof/access.ts';
import type { StrictInterfaces } from '../../../facts/machine-facts.ts';
import type { NoWay } from '../../../firewall/proof/without-way.ts';
import { addressSet, eachFamily, EVERY_ADDRESS, toPrefixes } from '../../../net/address-set.ts';
import { FAMILIES, type Address, type Family } from '../../../net/address.ts';
import { intersect, subtract, type IntervalSet } from '../../../net/interval-set.ts';
import { formatPrefix, type Prefix } from '../../../net/prefix.ts';
import type { KnownMachine } from './known-machine.ts';

type Interfaces = NonNullable<Access['interfaces']>;

/** Sources that are stated to come in by another interface than the route to them leads by, which strict `rp_filter` drops. */
export interface Stray {
  readonly family: Family;
  readonly of: IntervalSet;
  /** The interface that is stated. */
  readonly stated: string;
  /** That of the route. */
  readonly routed: string;
  /** No other rule than those that were followed may choose another route. */
  readonly isSure: boolean;
  /** On the way to that address. */
  readonly to?: Address;
}

/**
 * Where nobody states an interface, neighbours of one with strict `rp_filter` come in by it, whatever longer prefix is routed elsewhere.
 * @param stated the first that has an address counts, as among the routes
 * @param destinations of the packets
 */
export function strays(
  stated: readonly { readonly from: Prefix; readonly name: string | null }[],
  bare: string | null,
  { known, destinations }: { readonly known: Strictness; readonly destinations: readonly Address[] },
): readonly Stray[] {
  const routes = known.strictWaysTo(destinations);
  const aims = new Map(routes.map(({ to }) => [to === undefined ? '' : `${to.family} ${to.value}`, to]));
  return FAMILIES.flatMap((family) => {
    const all = bare === null ? [...stated, ...linksOfStrict(known)] : stated;
    const named = [...sharedOut(all, family), { of: restOf(all, family), name: bare }];
    return [...aims.values()].flatMap((to) => {
      const ways = sharedOut(
        routes.filter((route) => route.to === to),
        family,
      );
      return named.flatMap(({ of, name }) =>
        ways.flatMap((way): readonly Stray[] => {
          const both = intersect(of, way.of);
          const isOther = name !== null && way.name !== null && name !== way.name;
          if (!isOther || !isStrictOn(name, known.strict[family]) || both.length === 0) return [];
          const isSure = way.isSure !== false;
          return [
            {
              ...{ family, of: both, stated: name, routed: way.name, isSure },
              ...(to === undefined ? {} : { to }),
            },
          ];
        }),
      );
    });
  });
}

type Strictness = Pick<KnownMachine, 'strict' | 'strictWaysTo' | 'links'>;

function linksOfStrict({ links, strict }: Strictness): readonly { from: Prefix; name: string }[] {
  return links.flatMap(({ network: from, interface: name }) =>
    isStrictOn(name, strict[from.family]) ? [{ from, name }] : [],
  );
}

function isStrictOn(name: string, strict: StrictInterfaces): boolean {
  return strict === 'every' || strict.has(name);
}

/** Whether the machine serves them is not known. */
export function straysAsNoWays(all: readonly Stray[], sources: readonly Prefix[]): readonly NoWay[] {
  return all.flatMap(({ family, of, stated, routed }) => {
    const those = intersect(of, addressSet(sources, family));
    if (those.length === 0) return [];
    const prefixes = toPrefixes(those, family, MAX_NAMED).map(formatPrefix);
    return [
      {
        of: eachFamily((each): IntervalSet => (each === family ? those : [])),
        because: { code: 'reverse-path', from: prefixes, interface: stated, routed },
      },
    ];
  });
}

const MAX_NAMED = 3;

/** Whoever must not get in comes by the interface of the route, whatever is stated. */
export function straysAsInterfaces(all: readonly Stray[]): Interfaces {
  return all.flatMap(({ family, of, routed: name, isSure, to }) =>
    toPrefixes(of, family).map((from) => ({ from, name, isSure, ...(to === undefined ? {} : { to }) })),
  );
}

interface Share {
  readonly of: IntervalSet;
  readonly name: string | null;
  readonly isSure?: boolean | undefined;
}

function sharedOut(
  all: readonly { readonly from: Prefix; readonly name: string | null; readonly isSure?: boolean }[],
  family: Family,
): readonly Share[] {
  let rest: IntervalSet = EVERY_ADDRESS[family];
  return all.map(({ from, name, isSure }) => {
    const own = from.family === family ? intersect(rest, addressSet([from], family)) : [];
    rest = subtract(rest, own);
    return { of: own, name, isSure };
  });
}

function restOf(all: readonly { readonly from: Prefix }[], family: Family): IntervalSet {
  return subtract(
    EVERY_ADDRESS[family],
    addressSet(
      all.map(({ from }) => from),
      family,
    ),
  );
}
