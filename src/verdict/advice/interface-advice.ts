import type { AccessFlow } from '../../ports/access-flows.ts';
import { formatPrefix, prefixContains, type Prefix } from '../../net/prefix.ts';
import type { Circumstances } from './cure.ts';
import { isInnerInterface } from '../../net/inner-interface.ts';
import type { Invocation } from './ask-again.ts';
import { say, type Step } from '../findings/step.ts';
import type { Offer } from './interface-offers.ts';

/** A flow whose fate depends on an interface. */
export interface DependsOnInterface {
  readonly flow: AccessFlow;
  /** The interfaces that its rule names. */
  readonly named: readonly string[];
  /** By which interface alone strict `rp_filter` lets sources in, the first that has an address counting. */
  readonly ways?: Circumstances['strictWays'];
  /** By which interface answers to them leave, whether sources come in by others too or not. */
  readonly routes?: Circumstances['routedWays'];
}

/** What to state, or how to find out. */
export type InterfaceAdvice = Step | Offer;

/**
 * How to say by which interface somebody comes in. A name is offered only for those who must get in, and as a condition: whoever
 * took over a wrong one for those who must not would read that all is well.
 */
export function incomingAdvice(
  { flow: { role, permitted }, named, ways = [], routes = [] }: DependsOnInterface,
  { hook, interfaces }: Invocation,
): readonly InterfaceAdvice[] {
  if (role === 'outsider') {
    return [
      say('Outsiders may enter by any interface: block them on each.'),
      say('If they enter by only one, state it: --interface outsider=NAME'),
    ];
  }
  const known = interfaces.filter(({ who }) => who === role || (who === null && hook === 'input'));
  if (known.length > 0) return [say(`More than one interface is given for addresses of ${role}: give one.`)];
  const routed = permitted.flatMap((source) => waysOf(source, ways));
  if (routed.some(({ name }) => name !== named[0] || named.length > 1)) return routed;
  const names = named.filter((name) => !isInnerInterface(name));
  const [only] = names;
  if (names.length !== 1 || only === undefined) {
    const likely = permitted.flatMap((source) => waysOf(source, routes));
    if (likely.length > 0 && likely.every(({ name }) => names.includes(name))) return likely;
    const choice = names.length === 0 ? '' : `; the rule tests ${names.join(', ')}`;
    return [say(`State the interface that ${role} enters by: --interface ${role}=NAME${choice}`)];
  }
  return [{ kind: 'offer', way: 'in', towards: role, name: only }];
}

/** The interfaces of the routes to a network, and to networks in it: to state another one would be wrong. */
function waysOf(source: Prefix, ways: NonNullable<DependsOnInterface['ways']>): readonly Offer[] {
  const around = ways.findIndex(({ from }) => prefixContainsPrefix(from, source));
  return ways.slice(0, around + 1).flatMap(({ from, name }, at): readonly Offer[] => {
    const of = at === around ? source : from;
    if (name === null || !prefixContainsPrefix(source, of)) return [];
    return [{ kind: 'offer', way: 'in', towards: formatPrefix(of), name }];
  });
}

function prefixContainsPrefix(outer: Prefix, inner: Prefix): boolean {
  return inner.length >= outer.length && prefixContains(outer, { family: inner.family, value: inner.first });
}

/** How to say by which interface somebody leaves. */
export function outgoingAdvice(
  { flow: { role, host }, named }: DependsOnInterface,
  { hook, interfaces }: Invocation,
): readonly InterfaceAdvice[] {
  const names = named.filter((name) => name !== 'lo');
  const [only] = names;
  const choice = names.length === 0 ? '' : `; the rule tests ${names.join(', ')}`;
  if (hook === 'output') {
    if (names.length !== 1 || only === undefined || interfaces.length > 0)
      return [say(`State the interface that ${role} connects by: --interface ${role}=NAME${choice}`)];
    return [{ kind: 'offer', way: 'out', towards: host.key, name: only }];
  }
  if (names.length !== 1 || only === undefined)
    return [say(`State the interface towards ${host.key}: --out-interface NAME${choice}`)];
  return [{ kind: 'offer', way: 'out', towards: host.key, name: only }];
}
