import { place, type At } from '../at.ts';
import type { FindingKind } from '../finding-kind.ts';
import { reserve, type Reservation } from '../reservation.ts';
import { run, say } from '../step.ts';

type Args = At & {
  /** `10004-10103`, with the file it is from. */
  readonly ranges: readonly string[];
  readonly reservations: readonly Reservation[];
};

export const portExcluded: FindingKind<Args> = {
  severity: 'warning',
  title: 'The port is in an excluded port range',
  meaning:
    'Windows has reserved the range, mostly for Hyper-V, WSL or containers. A program cannot listen there, though nobody uses the port. Ranges that an administrator reserved (*) are no fault: they keep others away.',
  message: (args) => `${place(args)}: cannot be listened on: excluded port range ${args.ranges.join(', ')}.`,
  advice: ({ reservations }) => [
    say('Reserve the ports before Hyper-V does, as administrator:'),
    run('net', 'stop', 'winnat'),
    ...reserve(reservations),
    run('net', 'start', 'winnat'),
  ],
};
