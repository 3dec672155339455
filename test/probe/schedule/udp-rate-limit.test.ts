import { expect, test } from 'vitest';
import type { Task } from '../../../src/probe/schedule/task.ts';
import { UdpRateLimit } from '../../../src/probe/schedule/udp-rate-limit.ts';

function paceOf(ports: number): { readonly pace: UdpRateLimit; readonly tasks: readonly Task[] } {
  const pace = new UdpRateLimit(1200);
  pace.portCount = ports;
  // The pace hands tasks through without looking at them.
  return { pace, tasks: Array.from({ length: ports }, (_, id) => ({ id }) as unknown as Task) };
}

test('five at once, the others wait', () => {
  const { pace, tasks } = paceOf(8);
  expect(tasks.map((task) => pace.enter(task))).toEqual([true, true, true, true, true, false, false, false]);
});

test('each answer lets one more go, in order', () => {
  const { pace, tasks } = paceOf(8);
  for (const task of tasks) pace.enter(task);
  expect(pace.takeRoom()).toBeUndefined();
  pace.noteAnswer(true, 1);
  expect(pace.takeRoom()).toBe(tasks[5]);
  expect(pace.takeRoom()).toBeUndefined();
});

test('without answers time lets them go, all within one timeout', () => {
  const { pace, tasks } = paceOf(100);
  for (const task of tasks) pace.enter(task);
  const released = Array.from({ length: 96 }, () => pace.release());
  expect(released).toEqual([...tasks.slice(5), undefined]);
  expect(95 * pace.intervalMs).toBeLessThan(1200);
});

test('repeats go out together where no ICMP answer was seen', () => {
  const { pace } = paceOf(5);
  pace.noteAnswer(false, 1);
  expect([0, 0, 0].map((now) => pace.repeatDelayMs(now))).toEqual([0, 0, 0]);
});

test('beside ICMP answers repeats are spread over the timeout, but for the time a last answer needs', () => {
  const { pace } = paceOf(5);
  pace.noteAnswer(true, 1);
  pace.noteAnswer(true, 2);
  expect([0, 0, 0].map((now) => pace.repeatDelayMs(now))).toEqual([0, 500, 1000]);
});

test('a slow path leaves less room to spread', () => {
  const { pace } = paceOf(3);
  pace.noteAnswer(true, 50);
  expect([0, 0].map((now) => pace.repeatDelayMs(now))).toEqual([0, 700]);
  pace.noteAnswer(true, 500);
  expect(pace.repeatDelayMs(0)).toBe(0);
});
