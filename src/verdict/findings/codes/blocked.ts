import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';
import { type ByRuleset, addresses, by, ofSomePorts } from '../by-ruleset.ts';

type Args = At & ByRuleset & { readonly role: string };

export const blocked: FindingKind<Args> = {
  severity: 'error',
  title: 'The firewall blocks a required flow',
  meaning:
    'Every address of a role that must connect is blocked, or its connections from some source ports are. The rules that decide are named, with how many addresses each takes.',
  message: (args) =>
    `${place(args)}: the firewall blocks ${ofSomePorts(args)}every address of ${args.role} (${addresses(args)})${by(args)}`,
};
