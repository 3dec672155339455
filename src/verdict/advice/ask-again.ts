import type { FilterHook } from '../../firewall/model/question.ts';
import type { StatedInterface } from '../../ports/stated-interfaces.ts';
import { incomingAdvice, outgoingAdvice, type DependsOnInterface } from './interface-advice.ts';
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

interface Open extends DependsOnInterface {
  /** What the rule that decides depends on. */
  readonly reasons: readonly Reason[];
}

/** What would settle an undecided flow, by what its rule depends on. */
export function askAgain({ flow, reasons, named, witness }: Open, invocation: Invocation): readonly Step[] {
  const [address] = flow.host.addresses;
  if (address === undefined && reasons.some(mayNeedAddress)) {
    return [
      say('If the rule has a destination, give the address of the host, for example:'),
      run(...invocation.argv, '--host', '10.20.0.11'),
    ];
  }
  const about = { flow, named, witness };
  if (reasons.some(({ code }) => code === 'in-interface')) return incomingAdvice(about, invocation);
  if (reasons.some(({ code }) => code === 'out-interface')) return outgoingAdvice(about, invocation);
  return [];
}

/** The rule may depend on the address of the host, where nobody said which that is. */
export function mayNeedAddress({ code }: Reason): boolean {
  return code === 'packet-not-specified' || code === 'destination-not-specified';
}
