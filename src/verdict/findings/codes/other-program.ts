import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & {
  readonly process: string;
  /** The port is open, whoever has it: Viz World itself was not asked for. */
  readonly isProven: boolean;
};

export const otherProgram: FindingKind<Args> = {
  severity: 'warning',
  title: 'The program that has the port is not Viz World',
  meaning:
    'An interpreter, a shell, a proxy or another well-known program has opened the port: with --no-stand-in that is unproven. Or a server of another protocol (SSH, SMTP) greets there: that proves nothing of Viz World.',
  message: ({ process, isProven, ...args }) =>
    `${place(args)}: ${isProven ? '' : 'not proven, '}opened by ${process}, which is not Viz World.`,
  advice: () => ['Stop that program or move it to another port, start Viz World and check again.'],
};
