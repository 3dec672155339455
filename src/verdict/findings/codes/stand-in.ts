import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const standIn: FindingKind<At> = {
  severity: 'note',
  title: 'vwaudit listen answered',
  meaning: 'A stand-in answered in place of Viz World: the path is proven, the software is not.',
  message: (args) => `${place(args)}: vwaudit listen answers there, not Viz World.`,
  advice: () => ['This proves the path, not Viz World. With --no-stand-in it is a failure.'],
};
