import { place, type At } from '../at.ts';
import type { FindingKind } from '../finding-kind.ts';
import { reserve, type Reservation } from '../reservation.ts';
import { say } from '../step.ts';

type Args = At & {
  /** `1024-15000`, with the file it is from. */
  readonly ranges: readonly string[];
  readonly reservations: readonly Reservation[];
};

export const dynamicRangeOverlap: FindingKind<Args> = {
  severity: 'warning',
  title: 'The port is in the dynamic port range',
  meaning:
    'The system gives ports of this range to any program that connects. One of them may be using the port when the server starts.',
  message: (args) =>
    `${place(args)}: in the dynamic port range ${args.ranges.join(', ')}, so another program may be using it.`,
  advice: ({ reservations }) => [
    say(
      'Set the range to its default (netsh int ipv4 set dynamicport tcp start=49152 num=16384, and udp), or reserve the ports, as administrator:',
    ),
    ...reserve(reservations),
  ],
};
