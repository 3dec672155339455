import type { Family } from '../../../net/address.ts';
import { eachFamily } from '../../../net/address-set.ts';
import { intersect, intervalSet, union, type Bound, type IntervalSet } from '../../../net/interval-set.ts';
import type { DnatEffect, Effect, RedirectEffect } from '../../model/action.ts';
import type { Match, NumberMatch } from '../../model/match.ts';
import { eachTest } from '../../model/visit-matches.ts';
import type { RuleRef } from '../../model/rule-ref.ts';
import type { Chain, Rule, Table } from '../../model/ruleset.ts';
import type { Firewall } from './firewall.ts';

/** A rule that leads packets of others to another port or address, as far as its own tests and those of its callers tell. */
export interface PortForward {
  readonly rule: RuleRef;
  readonly effect: DnatEffect | RedirectEffect;
  readonly takes: Taken;
}

/** What packets a rule may take, as far as its own tests and those of its callers tell; null: any. */
interface Taken {
  readonly ports: IntervalSet | null;
  readonly destinations: Readonly<Record<Family, IntervalSet | null>>;
  readonly sources: Readonly<Record<Family, IntervalSet | null>>;
}

/**
 * Every port forward of the machine: destination NAT of what comes from the network. One that tests no port may go by a mark that
 * earlier rules set for some: it is given the ports that they test.
 */
export function portForwards(firewall: Firewall): readonly PortForward[] {
  const found = leadingRules(firewall);
  if (found.every(({ takes }) => takes.ports !== null)) return found;
  const tested = new Set<Bound>();
  eachTest(firewall, (match) => {
    if (match.kind === 'number' && isPort(match)) for (const bound of match.in) tested.add(bound);
  });
  const ports = intervalSet([...tested, ANY_PORT].flatMap((bound) => [bound, Number(bound) + 1]));
  return found.map((one) => (one.takes.ports === null ? { ...one, takes: { ...one.takes, ports } } : one));
}

/** One that no rule is likely to test. */
const ANY_PORT = 8080;

function leadingRules({ hooks, tables }: Firewall): readonly PortForward[] {
  const found: PortForward[] = [];
  const seen = new Set<string>();
  const walk = (table: Table, chain: Chain, takes: Taken): void => {
    const own = seen.size < MAX_WAYS ? takes : ANYTHING;
    const key = JSON.stringify([tables.indexOf(table), chain.name, own], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    if (seen.has(key)) return;
    seen.add(key);
    for (const rule of chain.rules) {
      const within = takenBy(rule.matches, own);
      for (const each of endsOf(rule.effects, within)) {
        if (each.effect.kind === 'dnat' || each.effect.kind === 'redirect')
          found.push({ rule: refOf(table, chain, rule), effect: each.effect, takes: each.takes });
        else {
          const called = table.chains.get(each.effect.chain);
          if (called !== undefined) walk(table, called, each.takes);
        }
      }
    }
  };
  const hooked = new Set([...hooks.prerouting[4], ...hooks.prerouting[6]]);
  for (const { table, chain, base } of hooked) if (base.type === 'nat') walk(table, chain, ANYTHING);
  return found;
}

/** Chains called from more places than this are walked once for all. */
const MAX_WAYS = 2000;

const ANYTHING: Taken = {
  ports: null,
  destinations: { 4: null, 6: null },
  sources: { 4: null, 6: null },
};

type End = Extract<Effect, { kind: 'dnat' | 'redirect' | 'jump' | 'goto' }>;

/** Where the effects of a rule lead, and what gets there. */
function endsOf(
  effects: readonly Effect[],
  takes: Taken,
): readonly { readonly effect: End; readonly takes: Taken }[] {
  let within = takes;
  return effects.flatMap((effect) => {
    switch (effect.kind) {
      case 'only-if':
        within = takenBy(effect.matches, within);
        return [];
      case 'choose':
        return effect.cases.flatMap((each) => endsOf(each.effects, takenBy([each.match], within)));
      case 'dnat':
      case 'redirect':
      case 'jump':
      case 'goto':
        return [{ effect, takes: within }];
      default:
        return [];
    }
  });
}

function takenBy(matches: readonly Match[], before: Taken): Taken {
  return matches.reduce((takes, match) => narrowed(takes, match), before);
}

function narrowed(takes: Taken, match: Match): Taken {
  const both = (a: IntervalSet | null, b: IntervalSet | null): IntervalSet | null =>
    a === null ? b : b === null ? a : intersect(a, b);
  const of = limitsOf(match);
  return {
    ports: both(takes.ports, of.ports),
    destinations: eachFamily((family) => both(takes.destinations[family], of.destinations[family])),
    sources: eachFamily((family) => both(takes.sources[family], of.sources[family])),
  };
}

/** What a single test says of them. */
function limitsOf(match: Match): Taken {
  switch (match.kind) {
    case 'number':
      return isPort(match) ? { ...ANYTHING, ports: match.in } : ANYTHING;
    case 'address': {
      const limits = eachFamily((family) => (family === match.family ? match.in : []));
      if (match.field === 'destination') return { ...ANYTHING, destinations: limits };
      return match.field === 'source' ? { ...ANYTHING, sources: limits } : ANYTHING;
    }
    case 'all':
      return takenBy(match.of, ANYTHING);
    case 'any': {
      const parts = match.of.map(limitsOf);
      const either = (sets: readonly (IntervalSet | null)[]): IntervalSet | null => {
        const known = sets.filter((set) => set !== null);
        return known.length < sets.length ? null : union(...known);
      };
      return {
        ports: either(parts.map(({ ports }) => ports)),
        destinations: eachFamily((family) => either(parts.map(({ destinations }) => destinations[family]))),
        sources: eachFamily((family) => either(parts.map(({ sources }) => sources[family]))),
      };
    }
    default:
      return ANYTHING;
  }
}

function isPort({ field, mask }: NumberMatch): boolean {
  return field === 'destination-port' && mask === undefined;
}

function refOf({ file, family, name }: Table, chain: Chain, { line, handle, text }: Rule): RuleRef {
  return { kind: 'rule', file, line, family, table: name, chain: chain.name, handle: handle ?? null, text };
}
