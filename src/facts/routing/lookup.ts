import { addressSet, EVERY_ADDRESS } from '../../net/address-set.ts';
import type { Address, Family } from '../../net/address.ts';
import { EMPTY, intersect, subtract, union, type IntervalSet } from '../../net/interval-set.ts';
import { prefixContains } from '../../net/prefix.ts';
import type { OwnRoute, Route, Routing } from './routing.ts';
import type { RoutingRule } from './routing-rule.ts';

/** One lookup of a route for each address of one end, that of the other being the same. */
export interface Lookup {
  readonly family: Family;
  /** Whether it is asked for each destination or for each source. */
  readonly each: 'to' | 'from';
  /** The other end; of a source null where it is not known. */
  readonly other: Address | null;
  /** Only this makes the packet arrive: it is sent on, or the machine takes it. */
  readonly wanted: 'on' | 'here';
}

/** Addresses for which the wanted route may not be found. */
export interface DeadEnd {
  readonly of: IntervalSet;
  /** The rule of `ip rule` that does it or leaves it open; null where there simply is no such route. */
  readonly rule: string | null;
}

/**
 * Follows the rules in the order of their priorities, as the kernel does. What a rule may match, since something it asks for is not
 * followed, goes both ways: only what arrives either way is no dead end.
 */
export function lookUp({ routes, own, rules }: Routing, asked: Lookup): readonly DeadEnd[] {
  const { family } = asked;
  const found: DeadEnd[] = [];
  const doubted: DeadEnd[] = [];
  const add = (of: IntervalSet, rule: string | null): void => {
    if (of.length > 0) found.push({ of, rule });
  };
  /** What jumps to the rules of a priority. */
  const jumping = new Map<number, IntervalSet>();
  let rest: IntervalSet = EVERY_ADDRESS[family];
  for (const rule of rules) {
    const { priority, text, action } = rule;
    rest = union(rest, jumping.get(priority) ?? EMPTY);
    jumping.delete(priority);
    const [must, may] = matched(rule, asked).map((set) => intersect(rest, set)) as [IntervalSet, IntervalSet];
    const doubt = subtract(may, must);
    if (doubt.length > 0) doubted.push({ of: doubt, rule: text });
    const named = isOrdinary(rule) ? null : text;
    switch (action.kind) {
      case 'nop':
        break;
      case 'deny':
        add(may, text);
        rest = subtract(rest, must);
        break;
      case 'goto':
        // Where there is no such rule, it is passed over.
        if (!rules.some((one) => one.priority === action.priority)) break;
        jumping.set(action.priority, union(jumping.get(action.priority) ?? EMPTY, may));
        rest = subtract(rest, must);
        break;
      case 'table': {
        if (action.table === null) {
          add(may, text);
          break;
        }
        const { dead, taken } = inTable([...routes, ...own], action, may, asked);
        add(dead, named);
        rest = subtract(rest, intersect(taken, must));
      }
    }
  }
  add(rest, null);
  return found.map(({ of, rule }) => ({ of, rule: rule ?? whatDoubts(of, doubted) }));
}

function whatDoubts(of: IntervalSet, doubted: readonly DeadEnd[]): string | null {
  return doubted.find((one) => intersect(one.of, of).length > 0)?.rule ?? null;
}

/** One of the three that every machine has. */
function isOrdinary({ from, to, isInverted, isFollowed }: RoutingRule): boolean {
  return from === null && to === null && !isInverted && isFollowed;
}

/** Of which addresses a packet surely matches, and of which it may. */
function matched(
  { from, to, isInverted, isFollowed }: RoutingRule,
  { each, other, family }: Lookup,
): readonly [must: IntervalSet, may: IntervalSet] {
  const every = EVERY_ADDRESS[family];
  const [own, others] = each === 'to' ? [to, from] : [from, to];
  const here = own === null ? every : addressSet([own], family);
  const isThere = others === null || (other !== null && prefixContains(others, other));
  const mayBeThere = isThere || other === null;
  const [must, may] = [isThere && isFollowed ? here : EMPTY, mayBeThere ? here : EMPTY];
  return isInverted ? [subtract(every, may), subtract(every, must)] : [must, may];
}

/** What is found for these addresses: `taken` needs no further rule, `dead` does not arrive. */
function inTable(
  all: readonly (Route | OwnRoute)[],
  { table, ignoresUpTo }: Extract<RoutingRule['action'], { readonly kind: 'table' }>,
  those: IntervalSet,
  { each, other, family, wanted }: Lookup,
): { readonly dead: IntervalSet; readonly taken: IntervalSet } {
  const isFor = ({ to }: Pick<Route, 'to'>): boolean =>
    to.family === family && (each === 'to' || (other !== null && prefixContains(to, other)));
  const ordered = all
    .filter((route) => route.table === table && isFor(route))
    .sort((a, b) => b.to.length - a.to.length || a.metric - b.metric);
  let rest = those;
  let [dead, taken]: readonly [IntervalSet, IntervalSet] = [EMPTY, EMPTY];
  for (const { to, leads, isConditional } of ordered) {
    if (rest.length === 0) break;
    const found = each === 'from' ? rest : intersect(rest, addressSet([to], family));
    if (!isConditional) rest = subtract(rest, found);
    const isPassedOver = ignoresUpTo !== null && to.length <= ignoresUpTo && leads !== 'nowhere';
    if (leads === 'back' || isPassedOver) continue;
    if (leads !== wanted) dead = union(dead, found);
    if (!isConditional) taken = union(taken, found);
  }
  return { dead, taken };
}
