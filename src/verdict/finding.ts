import { stepText, type Step } from './step.ts';
import { FINDINGS, type FindingArgs, type FindingCode, type Severity } from './findings.ts';
import type { RuleRef } from '../firewall/model/rule-ref.ts';

/**
 * Something a person should know or do, as data; its text is made once, here, for every reporter. In a report that is read back
 * the code is any: newer versions may know codes this one does not.
 */
export interface Finding<Code extends string = FindingCode> {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  /** What to do next, one step a line; after `$ ` a command to paste. */
  readonly advice: readonly string[];
  readonly args: Readonly<Record<string, unknown>>;
  /** Ids of the flows it is about, sorted. */
  readonly flows: readonly string[];
  /** The rules that decide, in the order a packet meets them; absent where no ruleset was read. */
  readonly rules?: readonly RuleRef[];
}

/** @param steps what to do in this very case, after what always helps */
export function finding<C extends FindingCode>(
  code: C,
  args: FindingArgs[C],
  flows: readonly string[],
  steps: readonly Step[] = [],
): Finding {
  const { severity, message, advice } = FINDINGS[code];
  return {
    code,
    severity,
    message: message(args),
    advice: [...(advice?.(args) ?? []), ...steps].map((step) =>
      typeof step === 'string' ? step : stepText(step),
    ),
    args: { ...args },
    flows: [...flows].sort(),
  };
}
