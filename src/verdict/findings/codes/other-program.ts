import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & {
  /** Null: not shown to this user. */
  readonly process: string | null;
  /** A program that everybody knows; else one of a system that Viz World does not run on. */
  readonly isWellKnown: boolean;
};

export const otherProgram: FindingKind<Args> = {
  severity: 'warning',
  title: 'The program that has the port is not Viz World',
  meaning:
    'The port is open, but an interpreter, a shell, a proxy or another well-known program has opened it; or, with --no-stand-in, any program of a system that is not Windows, on which Viz World does not run.',
  message: ({ process, isWellKnown, ...args }) => {
    const who = process === null ? 'by a program that is not shown to this user' : `by ${process}`;
    const why = isWellKnown ? 'which is not Viz World' : 'and Viz World runs on Windows only';
    return `${place(args)}: not proven, opened ${who}, ${why}.`;
  },
  advice: ({ isWellKnown }) => [
    isWellKnown
      ? 'Stop that program or move it to another port, start Viz World and check again.'
      : 'Check on the Windows machine of Viz World; from here add --host with its address. Without --no-stand-in any program may stand in for it.',
  ],
};
