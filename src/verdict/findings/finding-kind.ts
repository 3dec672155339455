import type { Severity } from '../shapes/severity.ts';
import type { Step } from './step.ts';

/** One code: its severity, what it means, and the text and advice of one finding. */
export interface FindingKind<A> {
  readonly severity: Severity;
  /** What is wrong, without a full stop. */
  readonly title: string;
  /** One or two sentences. */
  readonly meaning: string;
  /** One sentence: what and where. */
  readonly message: (args: A) => string;
  /** What to do next. */
  readonly advice?: (args: A) => readonly (string | Step)[];
}
