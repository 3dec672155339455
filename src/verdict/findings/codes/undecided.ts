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
    /** The rule and the reasons are those of all these addresses, not only of the witness. */
    readonly isOfAll?: boolean;
    /** Nobody said which address the host has, and that may decide. */
    readonly isPlaceless: boolean;
  };

export const undecided: FindingKind<Args> = {
  severity: 'note',
  title: 'The rules do not decide',
  meaning:
    'What happens depends on more than the ruleset shows, so it is neither proven allowed nor proven blocked. The rule and what it depends on are named.',
  message: (args) => {
    const families = args.role === 'outsider' ? EVERYONE_ELSE : EVERYONE;
    const own = args.isOfAll === false ? `for ${args.witness} (for others it may be another rule): ` : '';
    const what = `${place(args)}: cannot decide for ${args.role} (${addresses(args, families)}): ${own}${args.why === '' ? 'the rules leave it open' : args.why}`;
    return args.rule === null ? what : `${ended(what)} Rule: ${args.rule}`;
  },
};
