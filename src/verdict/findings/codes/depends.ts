import { ended } from '../ended.ts';
import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';
import { type ByRuleset, addresses, EVERYONE, EVERYONE_ELSE } from '../by-ruleset.ts';

type Args = At &
  ByRuleset & {
    readonly role: string;
    readonly cases: string;
    /** Not only of the witness. */
    readonly casesAreOfAll: boolean;
    /** That has all the rules of the cases, which name their lines alone; null where each names its own. */
    readonly file?: string | null;
  };

export const depends: FindingKind<Args> = {
  severity: 'note',
  title: 'The answer depends on the case',
  meaning:
    'The rules admit the source in one case and not in another, for example on one interface only. Each case is listed with the rule that decides it; state which one applies to get an answer.',
  message: (args) => {
    const families = args.role === 'outsider' ? EVERYONE_ELSE : EVERYONE;
    const own = args.casesAreOfAll ? '' : `for ${args.witness}, others may fare otherwise: `;
    const what = `${place(args)}: depends for ${args.role} (${addresses(args, families)}): ${own}${args.cases}`;
    return args.file == null ? what : `${ended(what)} File: ${args.file}`;
  },
};
