import { commonFamily } from '../common-family.ts';
import type { FindingKind } from '../finding-kind.ts';
import { listed, place, type At } from '../at.ts';

type Args = At & {
  /** The roles, with the family of their addresses and of those of the host. */
  readonly apart: readonly { readonly role: string; readonly from: 4 | 6; readonly to: 4 | 6 }[];
};

export const noCommonFamily: FindingKind<Args> = {
  severity: 'note',
  title: 'A role and a host have no address family in common',
  meaning:
    'All addresses stated for the role are IPv6 and all of the host IPv4, or the reverse: no packet can go between them, whoever else gets an answer.',
  message: ({ apart, ...args }) =>
    `${place(args)}: ${apart.map(({ role, from, to }) => `${role} has only IPv${from} addresses, the host was asked by IPv${to} only`).join('; ')}. Nothing is proven for ${listed(apart.map(({ role }) => role))}.`,
  advice: ({ apart: [one] }) => (one === undefined ? [] : [commonFamily(one, 'the host')]),
};
