import type { FindingKind } from '../finding-kind.ts';
import { listed, place, type At } from '../at.ts';

type Args = At & {
  /** Who is as it should be with these ports. */
  readonly roles: readonly string[];
  readonly unstated: readonly string[];
};

export const unstated: FindingKind<Args> = {
  severity: 'note',
  title: 'The result relies on something that the files do not show',
  meaning:
    'The rules that were given do what they should, but an ordinary computer may have more: another group policy, rules of MDM, settings that no file lists. Of a gateway that nobody collected, the rules do not show whether it forwards packets at all. Until somebody states it, nothing is proven.',
  message: (args) =>
    `${place(args)}: as it should be for ${listed(args.roles)}, if ${args.unstated.join('; and ')}.`,
};
