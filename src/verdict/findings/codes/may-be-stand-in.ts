import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const mayBeStandIn: FindingKind<At> = {
  severity: 'warning',
  title: 'It may be vwaudit listen that answers',
  meaning: 'The stand-in answers on another port of the host, so this one may be its as well.',
  message: (args) =>
    `${place(args)}: not proven, vwaudit listen may have opened these ports instead of Viz World (--no-stand-in).`,
  advice: () => [
    'End vwaudit listen on that machine, start Viz World and check again; as root, who holds a port is always shown.',
  ],
};
