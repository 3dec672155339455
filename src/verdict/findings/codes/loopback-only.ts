import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly bound: string };

export const loopbackOnly: FindingKind<Args> = {
  severity: 'error',
  title: 'A port listens on loopback only',
  meaning: 'Nobody on another machine can connect, whatever the firewall does.',
  message: (args) => `${place(args)}: listens on ${args.bound} only, so nobody else can connect.`,
  advice: () => ['Make the program listen on the address that clients use.'],
};
