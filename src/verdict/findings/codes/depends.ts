import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';
import { type ByRuleset, addresses, EVERYONE, EVERYONE_ELSE } from '../by-ruleset.ts';

type Args = At & ByRuleset & { readonly role: string; readonly cases: string };

export const depends: FindingKind<Args> = {
  severity: 'note',
  title: 'The answer depends on the case',
  meaning:
    'The rules let the source in in one case and not in another, for example by one interface only. Each case is named with the rule that decides in it; say which one holds to get an answer.',
  message: (args) => {
    const families = args.role === 'outsider' ? EVERYONE_ELSE : EVERYONE;
    return `${place(args)}: depends for ${args.role} (${addresses(args, families)}): ${args.cases}`;
  },
};
