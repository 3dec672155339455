import type { Shaped } from '../../json-shape.ts';
import type { findingShape } from './finding-shape.ts';
import type { FindingKind } from './finding-kind.ts';
import { stepText, type Step } from './step.ts';
import { FINDINGS, type FindingArgs, type FindingCode } from './registry.ts';

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

/** The registry as TypeScript can look a code up in it together with its arguments. */
const KINDS: { readonly [C in FindingCode]: FindingKind<FindingArgs[C]> } = FINDINGS;

/** @param steps what to do in this very case, after what always helps */
export function finding<C extends FindingCode>(
  code: C,
  args: FindingArgs[C],
  flows: readonly string[],
  steps: readonly Step[] = [],
): Finding {
  const { severity, message, advice } = KINDS[code];
  return {
    code,
    severity,
    message: message(args),
    advice: [...(advice?.(args) ?? []), ...steps].map((step) =>
      typeof step === 'string' ? step : stepText(step),
    ),
    args: Object.fromEntries(Object.entries(args)),
    flows: [...flows].sort(),
  };
}
