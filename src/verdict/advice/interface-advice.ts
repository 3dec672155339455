import type { AccessFlow } from '../../ports/access-flows.ts';
import { formatAddress } from '../../net/address.ts';
import { formatPrefix, prefixContains, prefixOf, type Prefix } from '../../net/prefix.ts';
import type { Circumstances } from './circumstances.ts';
import { isInnerInterface } from '../../net/inner-interface.ts';
import type { Invocation } from './ask-again.ts';
import { run, say, type Step } from '../findings/step.ts';
import { siteSteps, type Offer } from './interface-offers.ts';

/** A flow whose fate depends on an interface. */
export interface DependsOnInterface {
  readonly flow: AccessFlow;
  /** The interfaces that its rule names. */
  readonly named: readonly string[];
  /** By which interface alone strict `rp_filter` lets sources in, the first that has an address counting. */
  readonly ways?: Circumstances['strictWays'];
  /** By which interface answers to them leave, whether sources come in by others too or not. */
  readonly routes?: Circumstances['routedWays'];
  /** By which interface the machine with the rules reaches the host, as its routes say; null where nobody knows. */
  readonly wayOut?: string | null;
}

/** What to state, or how to find out. */
export type InterfaceAdvice = Step | Offer;

/**
 * How to say by which interface somebody comes in. A name is offered only for those who must get in, and as a condition: whoever
 * took over a wrong one for those who must not would read that all is well.
 */
export function incomingAdvice(
  { flow: { role, permitted, host }, named, ways = [], routes = [] }: DependsOnInterface,
  invocation: Invocation,
): readonly InterfaceAdvice[] {
  const { hook, interfaces } = invocation;
  const tested = testedText(named);
  if (role === 'outsider') {
    if (interfaces.some(({ who }) => who === role))
      return [say('Not all outsiders enter by the interface that is stated: block them on each.')];
    return [
      say('Outsiders may enter by any interface: block them on each.'),
      say(
        `If they enter by only one${tested}, state it for outsider, under interfaces in the site file or with --interface.`,
      ),
    ];
  }
  const known = interfaces.filter(({ who }) => who === role || (who === null && hook === 'input'));
  const isPlaced = permitted.length > 0 && permitted.every((source) => isStated(source, interfaces));
  if (known.length > 0 || isPlaced)
    return [say(`More than one interface is given for addresses of ${role}: give one.`)];
  const routed = permitted.flatMap((source) => waysOf(source, ways));
  if (routed.some(({ name }) => name !== named[0] || named.length > 1)) return routed;
  // What the routes say is no guess, whatever the rule tests.
  const likely = permitted
    .flatMap((source) => waysOf(source, routes))
    .filter(({ name }) => !isInnerInterface(name));
  if (likely.length > 0) return joined(likely, role, permitted);
  const names = named.filter((name) => !isInnerInterface(name));
  const [only] = names;
  if (names.length !== 1 || only === undefined || routes.length > 0) {
    const found = lookUp(permitted[0] ?? null);
    return [
      say(
        `State the interface that ${role} enters by${testedText(names)}, under interfaces in the site file or with --interface for ${role}.`,
      ),
      ...found,
      ...exampleSteps(names, permitted, host, invocation),
    ];
  }
  return [{ kind: 'offer', way: 'in', towards: role, name: only, networks: permitted }];
}

/** One for the role where all of its networks are by one interface. */
function joined(offers: readonly Offer[], role: string, permitted: readonly Prefix[]): readonly Offer[] {
  const [one] = offers;
  const isOne = one !== undefined && offers.every(({ name }) => name === one.name);
  const towards = new Set(offers.map((offer) => offer.towards));
  return isOne && permitted.every((source) => towards.has(formatPrefix(source)))
    ? [{ ...one, towards: role, networks: permitted }]
    : offers;
}

function isStated(source: Prefix, interfaces: Invocation['interfaces']): boolean {
  return interfaces.some(
    ({ who }) => who !== null && typeof who !== 'string' && prefixContainsPrefix(who, source),
  );
}

/** The interfaces of the routes to a network, and to networks in it: to state another one would be wrong. */
function waysOf(source: Prefix, ways: NonNullable<DependsOnInterface['ways']>): readonly Offer[] {
  const around = ways.findIndex(({ from }) => prefixContainsPrefix(from, source));
  return ways.slice(0, around + 1).flatMap(({ from, name }, at): readonly Offer[] => {
    const of = at === around ? source : from;
    if (name === null || !prefixContainsPrefix(source, of)) return [];
    return [{ kind: 'offer', way: 'in', towards: formatPrefix(of), name, networks: [of] }];
  });
}

function prefixContainsPrefix(outer: Prefix, inner: Prefix): boolean {
  return inner.length >= outer.length && prefixContains(outer, { family: inner.family, value: inner.first });
}

/** How to say by which interface somebody leaves. */
export function outgoingAdvice(
  { flow: { role, host }, named, wayOut = null }: DependsOnInterface,
  invocation: Invocation,
): readonly InterfaceAdvice[] {
  const { hook, interfaces } = invocation;
  const networks = host.addresses.map(prefixOf);
  if (wayOut !== null && interfaces.length === 0)
    return [{ kind: 'offer', way: 'out', towards: host.key, name: wayOut, networks }];
  const names = named.filter((name) => name !== 'lo');
  const [only] = names;
  const tested = testedText(names);
  const [address] = host.addresses;
  const found = lookUp(address === undefined ? null : prefixOf(address));
  if (hook === 'output') {
    if (names.length !== 1 || only === undefined || interfaces.length > 0)
      return [
        say(`State the interface that ${role} connects by${tested}, with --interface for ${role}.`),
        ...found,
      ];
    return [{ kind: 'offer', way: 'out', towards: host.key, name: only, networks }];
  }
  if (names.length !== 1 || only === undefined)
    return [
      say(`State the interface towards ${host.key}${tested}, with --out-interface.`),
      ...found,
      ...exampleSteps(names, networks, host, invocation),
    ];
  return [{ kind: 'offer', way: 'out', towards: host.key, name: only, networks }];
}

/** Of several names, how the first of them is stated. */
function exampleSteps(
  names: readonly string[],
  networks: readonly Prefix[],
  host: AccessFlow['host'],
  invocation: Invocation,
): readonly Step[] {
  const [first] = names;
  return first === undefined ? [] : siteSteps([{ name: first, networks }], host, invocation, 'example');
}

function testedText(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (the rule tests ${names.join(', ')})`;
}

/** How to find out on the machine that has the rules. */
function lookUp(towards: Prefix | null): readonly Step[] {
  if (towards === null) return [];
  const { family, first, length } = towards;
  const isOne = length === prefixOf({ family, value: first }).length;
  const address = formatAddress({ family, value: isOne ? first : first + 1n });
  return [say('The machine with these rules tells it:'), run('ip', 'route', 'get', address)];
}
