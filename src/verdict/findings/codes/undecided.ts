import { ended } from '../ended.ts';
import type { FindingKind } from '../finding-kind.ts';
import type { Reason } from '../../../firewall/model/reason.ts';
import { place, type At } from '../at.ts';
import { type ByRuleset, addresses, EVERYONE, EVERYONE_ELSE } from '../by-ruleset.ts';

type Args = At &
  ByRuleset & {
    readonly role: string;
    readonly reasons: readonly Reason[];
    /** Their text. */
    readonly why: string;
    /** Nobody said which address the host has, and that may decide. */
    readonly isPlaceless: boolean;
  };

export const undecided: FindingKind<Args> = {
  severity: 'note',
  title: 'The rules do not decide',
  meaning:
    'What happens depends on more than the ruleset tells, so it is neither proven allowed nor proven blocked. The rule and what it depends on are named.',
  message: (args) => {
    const families = args.role === 'outsider' ? EVERYONE_ELSE : EVERYONE;
    const what = `${place(args)}: cannot decide for ${args.role} (${addresses(args, families)}): ${args.why}`;
    return args.rule === null ? what : `${ended(what)} Rule: ${args.rule}`;
  },
};
