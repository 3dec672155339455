import { ended } from '../ended.ts';
import { causePlace, type CauseAt } from '../cause-at.ts';
import type { FindingKind } from '../finding-kind.ts';

type Args = CauseAt & {
  /** The rule without effect: place and text. */
  readonly rule: string;
  readonly effect: 'allow' | 'block';
  /** The setting that keeps it from counting. */
  readonly setting: string;
};

export const localRulesIgnored: FindingKind<Args> = {
  severity: 'warning',
  title: 'Local rules do not count',
  meaning:
    'A setting says that local rules do not count in the network profile, neither those that allow nor those that block. A rule that fits the flow is therefore without effect.',
  message: (args) =>
    ended(
      `${causePlace(args)}: ${args.rule} would ${args.effect} ${args.role} but has no effect: ${args.setting}`,
    ),
  advice: ({ effect }) => [
    effect === 'allow'
      ? 'Put the rule into Group Policy (in a GPO; where no domain manages the computer, with vwaudit rules --format windows-registry), or change the setting there: another local rule has no effect either.'
      : 'Narrow the allow rule that lets them in. A local rule cannot block here: where it is wanted, make it in Group Policy.',
  ],
};
