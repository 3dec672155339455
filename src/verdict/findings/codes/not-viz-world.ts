import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const notVizWorld: FindingKind<At> = {
  severity: 'error',
  title: 'vwaudit listen answered, not Viz World',
  meaning: 'A stand-in answered where Viz World itself was asked for.',
  message: (args) => `${place(args)}: vwaudit listen answers there, not Viz World (--no-stand-in).`,
  advice: () => ['Stop vwaudit listen on that machine, start Viz World and check again.'],
};
