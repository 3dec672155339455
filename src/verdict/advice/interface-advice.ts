import type { AccessFlow } from '../../ports/access-flows.ts';
import { isInnerInterface } from '../../net/inner-interface.ts';
import type { Invocation } from './ask-again.ts';
import { say, type Step } from '../findings/step.ts';
import type { Offer } from './interface-offers.ts';

/** A flow whose fate depends on an interface. */
export interface DependsOnInterface {
  readonly flow: AccessFlow;
  /** The interfaces that its rule names. */
  readonly named: readonly string[];
}

/** What to state, or how to find out. */
export type InterfaceAdvice = Step | Offer;

/**
 * How to say by which interface somebody comes in. A name is offered only for those who must get in, and as a condition: whoever
 * took over a wrong one for those who must not would read that all is well.
 */
export function incomingAdvice(
  { flow: { role }, named }: DependsOnInterface,
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
  const names = named.filter((name) => !isInnerInterface(name));
  const [only] = names;
  if (names.length !== 1 || only === undefined) {
    const choice = names.length === 0 ? '' : `; the rule tests ${names.join(', ')}`;
    return [say(`State the interface that ${role} enters by: --interface ${role}=NAME${choice}`)];
  }
  return [{ kind: 'offer', way: 'in', towards: role, name: only }];
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
