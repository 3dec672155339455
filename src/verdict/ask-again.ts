import type { Vantage } from '../firewall/model/question.ts';
import type { StatedInterface } from '../ports/stated-interfaces.ts';
import { incomingAdvice, outgoingAdvice, type DependsOnInterface } from './interface-advice.ts';
import { run, say, type Step } from './step.ts';

/** The command that was given, to be given again with more. */
export interface Invocation {
  readonly hook: Vantage;
  readonly files: readonly string[];
  /** What they say of this hook. */
  readonly interfaces: readonly StatedInterface[];
  /** All of it: `vwaudit audit FILE …`. */
  readonly argv: readonly string[];
}

interface Open extends DependsOnInterface {
  readonly why: string;
}

/** What would settle an undecided flow, by what its rule depends on. */
export function askAgain({ flow, why, named, witness }: Open, invocation: Invocation): readonly Step[] {
  const [address] = flow.host.addresses;
  if (address === undefined && why.startsWith('the question')) {
    return [
      say('If the rule names a destination, say which address the host has, for example:'),
      run(...invocation.argv, '--host', '10.20.0.11'),
    ];
  }
  const about = { flow, named, witness };
  if (why === 'depends on the interface it comes in by') return incomingAdvice(about, invocation);
  if (why === 'depends on the interface it leaves by') return outgoingAdvice(about, invocation);
  return [];
}
