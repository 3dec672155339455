import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';
import { type ByRuleset, addresses, blockedOf, by } from '../by-ruleset.ts';

type Args = At & ByRuleset & { readonly role: string };

export const blocked: FindingKind<Args> = {
  severity: 'error',
  title: 'The firewall blocks a required flow',
  meaning:
    'Every address of a role that must connect is blocked, or some of its connections are: from some source ports, with ECN, to some addresses of the host. The rules that decide are named, with how many addresses each takes.',
  message: (args) =>
    `${place(args)}: the firewall blocks ${blockedOf(`every address of ${args.role}`, args)} (${addresses(args)})${by(args)}`,
};
