import type { PortRange, Transport } from '../../net/port-range.ts';
import { run, type Step } from './step.ts';

/** Ports to reserve on Windows, so that the system gives them to nobody else. */
export interface Reservation extends PortRange {
  readonly transport: Transport;
}

/** A command each. */
export function reserve(reservations: readonly Reservation[]): readonly Step[] {
  return reservations.map(({ transport, first, last }) =>
    run(
      ...['netsh', 'int', 'ipv4', 'add', 'excludedportrange'],
      ...[
        `protocol=${transport}`,
        `startport=${first}`,
        `numberofports=${last - first + 1}`,
        'store=persistent',
      ],
    ),
  );
}
