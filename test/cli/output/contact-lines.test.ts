import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { contactLines } from '../../../src/cli/output/contact-lines.ts';
import type { ContactRecord } from '../../../src/responder/log/listen-log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const TIME = '2026-01-01T12:00:00.000Z';
const CLOCK = new Date(TIME).toTimeString().slice(0, 8);

function contact(source: string | null, endpoint: string, port: number): ContactRecord {
  const transport = endpoint.endsWith('.udp') ? 'udp' : 'tcp';
  return { kind: 'contact', time: TIME, endpoint, transport, port, address: '0.0.0.0', source, nonce: null };
}

test('what one address reached within a second is one line; another address has its own', () => {
  const shown: string[] = [];
  const lines = contactLines((line) => shown.push(line), null);
  lines.add(contact('10.30.4.7:40000', 'server-1.client', 102));
  lines.add(contact('10.30.4.7:40001', 'server-1.config', 103));
  lines.add(contact('10.30.4.7:40002', 'server-1.config', 103));
  lines.add(contact('10.30.4.7:40003', 'server-1.udp', 10_200));
  lines.add(contact('[fd00:30::5]:40000', 'server-1.client', 102));
  lines.add(contact(null, 'server-1.client', 102));
  expect(shown).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(shown).toEqual([
    `${CLOCK}  10.30.4.7  102-103/tcp, 10200/udp`,
    `${CLOCK}  fd00:30::5  102/tcp (server 1, clients)`,
    `${CLOCK}  gone at once  102/tcp (server 1, clients)`,
  ]);
  lines.add(contact('10.30.4.7:40004', 'server-1.client', 102));
  lines.end();
  expect(shown).toHaveLength(4);
  vi.advanceTimersByTime(5_000);
  expect(shown).toHaveLength(4);
});

test('a flood is not a wall, and a narrow terminal is not overrun', () => {
  const shown: string[] = [];
  const lines = contactLines((line) => shown.push(line), 40);
  for (let last = 0; last < 250; last += 1)
    lines.add(contact(`10.30.4.${last}:4000`, 'server-1.client', 102));
  lines.end();
  expect(shown).toHaveLength(9);
  expect(shown.at(-1)).toBe('          and 242 more addresses');
  expect(
    Math.max(
      ...shown
        .join('\n')
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(40);
});
