import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const mayBeStandIn: FindingKind<At> = {
  severity: 'warning',
  title: 'It may be vwaudit listen that answers',
  meaning: 'The stand-in answers on another port of the host, so it may be answering here as well.',
  message: (args) =>
    `${place(args)}: not proven, vwaudit listen may have opened these ports instead of Viz World (--no-stand-in).`,
  advice: () => [
    'Stop vwaudit listen on that machine, start Viz World and check again; root always sees which program has a port open.',
  ],
};
