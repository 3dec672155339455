import type { FilterHook } from '../../firewall/model/question.ts';
import type { StatedInterface } from '../../ports/stated-interfaces.ts';
import {
  incomingAdvice,
  outgoingAdvice,
  type DependsOnInterface,
  type InterfaceAdvice,
} from './interface-advice.ts';
import { isOffer, offerSteps, type Offer } from './interface-offers.ts';
import { run, say, type Step } from '../findings/step.ts';
import type { Reason } from '../../firewall/model/reason.ts';

/** The command that was given, to be given again with more. */
export interface Invocation {
  readonly hook: FilterHook;
  readonly files: readonly string[];
  /** What they say of this hook. */
  readonly interfaces: readonly StatedInterface[];
  /** All of it: `vwaudit audit FILE …`. */
  readonly argv: readonly string[];
}

/** An undecided flow, and what would tell more of it. */
export interface Open extends Pick<DependsOnInterface, 'flow' | 'ways' | 'routes' | 'wayOut'> {
  /** What the rule that decides depends on. */
  readonly reasons: readonly Reason[];
  /** The interfaces that this rule names; null where none of that way matters. */
  readonly named: Readonly<Record<'in' | 'out', readonly string[] | null>>;
}

/** What would settle an undecided flow, by what its rule depends on; `offers` are those of all flows, to be stated at once. */
export function askAgain(open: Open, invocation: Invocation, offers: readonly Offer[]): readonly Step[] {
  if (needsAddress(open)) {
    return [
      say('If the rule has a destination, give the address of the host, for example:'),
      run(...invocation.argv, '--host', '10.20.0.11'),
    ];
  }
  const advice = interfaceAdvice(open, invocation);
  const own = advice.filter(isOffer);
  return [
    ...advice.filter((one) => !isOffer(one)),
    ...(own.length === 0 ? [] : offerSteps(own, offers, open.flow.host, invocation)),
  ];
}

/** The interfaces that can be stated to settle it. */
export function offersOf(open: Open, invocation: Invocation): readonly Offer[] {
  return needsAddress(open) ? [] : interfaceAdvice(open, invocation).filter(isOffer);
}

function interfaceAdvice(
  { flow, ways, routes, wayOut, named: tested }: Open,
  invocation: Invocation,
): readonly InterfaceAdvice[] {
  const named = invocation.hook === 'input' ? asIncoming(tested) : tested;
  const incoming =
    named.in === null ? [] : incomingAdvice({ flow, named: named.in, ways, routes }, invocation);
  // Outsiders are to be kept out of every interface of the hosts.
  if (named.out === null || (named.in !== null && flow.role === 'outsider')) return incoming;
  return [...incoming, ...outgoingAdvice({ flow, named: named.out, wayOut: wayOut ?? null }, invocation)];
}

/** The answers of a server leave by the interface that the packets come in by, and that one alone is stated. */
function asIncoming(named: Open['named']): Open['named'] {
  if (named.in === null && named.out === null) return named;
  return { in: [...new Set([...(named.in ?? []), ...(named.out ?? [])])], out: null };
}

function needsAddress({ flow, reasons }: Open): boolean {
  return flow.host.addresses.length === 0 && reasons.some(mayNeedAddress);
}

/** The rule may depend on the address of the host, where nobody said which that is. */
export function mayNeedAddress({ code }: Reason): boolean {
  return code === 'packet-not-specified' || code === 'destination-not-specified';
}
