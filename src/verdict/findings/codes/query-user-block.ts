import { causePlace, type CauseAt } from '../cause-at.ts';
import type { FindingKind } from '../finding-kind.ts';

type Args = CauseAt & {
  /** Place and text. */
  readonly rule: string;
};

export const queryUserBlock: FindingKind<Args> = {
  severity: 'warning',
  title: 'A cancelled pop-up blocks the program',
  meaning:
    'When a program listened for the first time, Windows asked the user, who cancelled or had no right to allow. That made block rules for the program, one for TCP and one for UDP, which beat every allow rule.',
  message: (args) =>
    `${causePlace(args)}: ${args.rule} blocks ${args.role}: made when the pop-up of the program was cancelled.`,
  advice: () => [
    'If that is the program that listens, delete both of its Query User rules (wf.msc, Inbound Rules); else state the program with --program.',
  ],
};
