import { place, type At } from './at.ts';

/** Where a cause was found, for whom, and in which case: `in the public profile`; '' where it is the only one. */
export type CauseAt = At & { readonly role: string; readonly when: string };

/** `10100/tcp on maps-a, in the public profile`. */
export const causePlace = (args: CauseAt): string =>
  `${place(args)}${args.when === '' ? '' : `, ${args.when}`}`;
