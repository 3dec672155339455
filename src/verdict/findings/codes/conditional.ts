import { ended } from '../ended.ts';
import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & {
  readonly role: string;
  /** What has to hold, one clause each. */
  readonly conditions: readonly string[];
  /** How many addresses may share a limit, as text; null where there is no limit, or only one address. */
  readonly sharedBy?: string | null;
  /** As in `depends`. */
  readonly file?: string | null;
};

export const conditional: FindingKind<Args> = {
  severity: 'note',
  title: 'Allowed as long as a limit is kept',
  meaning:
    'A first connection within every limit, from an address on no dynamic list, gets in. Above the limit, or once the address is on the list, it does not.',
  message: (args) => {
    const what = ended(
      `${place(args)}: allowed for ${args.role} as long as ${args.conditions.join(' and ')}`,
    );
    const shared =
      args.sharedBy == null
        ? ''
        : ` Unless the limit counts each address by itself, the ${args.sharedBy} of ${args.role} share it.`;
    return `${what}${shared}${args.file == null ? '' : ` File: ${args.file}`}`;
  },
};
