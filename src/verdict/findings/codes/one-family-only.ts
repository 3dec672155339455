import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly served: 4 | 6 };

export const oneFamilyOnly: FindingKind<Args> = {
  severity: 'error',
  title: 'A port listens on one address family only',
  meaning: 'Nobody can connect over the other family, whatever the firewall does, though clients use it.',
  message: ({ served, ...args }) =>
    `${place(args)}: listens on IPv${served} only, so nobody connects over IPv${served === 4 ? 6 : 4}.`,
  advice: ({ served }) => [
    `Make the program listen on IPv${served === 4 ? 6 : 4} too. Where everybody uses IPv${served}, check that family only: -${served}`,
  ],
};
