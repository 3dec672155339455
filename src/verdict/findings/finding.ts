import type { Shaped } from '../../json-shape.ts';
import type { findingShape } from '../shapes/finding-shape.ts';
import { stepText, type Step } from './step.ts';
import { FINDINGS, type FindingArgs, type FindingCode } from './findings.ts';

/**
 * Something a person should know or do, as data; its text is made once, here, for every reporter. In a report that is read back
 * the code is any: newer versions may know codes this one does not.
 */
export interface Finding<Code extends string = FindingCode> extends Omit<
  Shaped<typeof findingShape>,
  'code'
> {
  readonly code: Code;
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
