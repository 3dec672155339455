import { expect, test } from 'vitest';
import { parseAddress, type Family } from '../../../src/net/address.ts';
import { Host } from '../../../src/probe/schedule/host.ts';
import { causeOf } from '../../../src/probe/recheck/refusal-cause.ts';
import type { Task } from '../../../src/probe/schedule/task.ts';
import { nodeSystem } from '../../../src/system/node-system.ts';

function refused(family: Family, isThisMachine = false): Task {
  const address = parseAddress(family === 4 ? '10.0.0.2' : 'fd00::2', 'test');
  const host = new Host(address, isThisMachine, 1200, nodeSystem);
  const target = { address, transport: 'tcp', application: null, port: 102 } as const;
  return { target, host } as unknown as Task;
}

/** TCP segments in, ICMP in, ICMP out. */
function arrived(
  tcpIn: number,
  icmpIn: number,
  icmpOut = 0,
  family: Family = 4,
): Parameters<typeof causeOf>[1] {
  const other = family === 4 ? 6 : 4;
  const of = (count: number): Record<Family, number> =>
    ({ [family]: count, [other]: 0 }) as Record<Family, number>;
  return { tcpIn, icmpIn: of(icmpIn), icmpOut: of(icmpOut) };
}

test.each([
  ['a segment and no message: a reset', arrived(1, 0), 'reset'],
  ['other traffic changes nothing as long as no message came', arrived(500, 0), 'reset'],
  ['a message and no segment: ICMP', arrived(0, 1), 'icmp'],
  ['other messages change nothing as long as no segment came', arrived(0, 9), 'icmp'],
  ['both: unknown', arrived(1, 1), undefined],
  ['neither: unknown', arrived(0, 0), undefined],
  ['a message this machine sent', arrived(0, 1, 1), 'own-icmp'],
  ['two came, one was our own: not to be reported', arrived(0, 2, 1), undefined],
  ['messages of the other family are not about this refusal', arrived(1, 3, 0, 6), 'reset'],
])('%s', (_, counted, expected) => {
  expect(causeOf(refused(4), counted)).toBe(expected);
});

test('on this machine itself our own messages are the answer', () => {
  expect(causeOf(refused(6, true), arrived(0, 1, 1, 6))).toBe('icmp');
});
