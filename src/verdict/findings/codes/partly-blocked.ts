import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';
import { type ByRuleset, addresses, blockedOf, by } from '../by-ruleset.ts';

type Args = At & ByRuleset & { readonly role: string };

export const partlyBlocked: FindingKind<Args> = {
  severity: 'error',
  title: 'The firewall blocks part of a required flow',
  meaning:
    'Some addresses of a role that must connect are blocked. The rules that decide are named, with how many addresses each takes.',
  message: (args) =>
    `${place(args)}: the firewall blocks ${blockedOf(`some addresses of ${args.role}`, args)} (${addresses(args)})${by(args)}`,
};
