import { ended } from '../ended.ts';
import { causePlace, type CauseAt } from '../cause-at.ts';
import type { FindingKind } from '../finding-kind.ts';

type Args = CauseAt & {
  /** The block rule: place and text. */
  readonly rule: string;
  /** The allow rule that it beats. */
  readonly allow: string;
};

export const blockBeatsAllow: FindingKind<Args> = {
  severity: 'warning',
  title: 'A block rule beats an allow rule',
  meaning:
    'A rule allows the flow, and another one blocks it. Block rules win whatever their order and however narrow the allow rule is.',
  message: (args) => `${causePlace(args)}: ${args.rule} blocks ${args.role}, though ${args.allow} allows it.`,
  advice: ({ rule }) => [
    `${ended(`Disable or narrow the block rule: ${rule}`)} Another allow rule changes nothing.`,
  ],
};
