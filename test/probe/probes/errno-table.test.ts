import { describe, expect, test } from 'vitest';
import {
  EXHAUSTED_ERRNO,
  LOCAL_ERRNO,
  meaningOf,
  REMOTE_ERRNO,
} from '../../../src/probe/probes/errno-table.ts';

const TCP = {
  ECONNREFUSED: 'closed conn-refused',
  ECONNRESET: 'open syn-ack',
  EPIPE: 'open syn-ack',
  EHOSTUNREACH: 'unreachable host-unreach',
  EHOSTDOWN: 'unreachable host-unreach',
  ENETUNREACH: 'unreachable net-unreach',
  EACCES: 'filtered admin-prohibited',
  ENOPROTOOPT: 'filtered proto-unreach',
  ENONET: 'unreachable host-unreach',
  ETIMEDOUT: 'filtered no-response',
} satisfies Record<keyof typeof REMOTE_ERRNO.tcp, string>;

const UDP = {
  ECONNREFUSED: 'closed port-unreach',
  ECONNRESET: 'closed port-unreach',
  EHOSTUNREACH: 'filtered admin-prohibited',
  ENETUNREACH: 'filtered admin-prohibited',
  EACCES: 'filtered admin-prohibited',
  ENOPROTOOPT: 'filtered proto-unreach',
  ENONET: 'unreachable host-unreach',
  EHOSTDOWN: 'unreachable host-unreach',
} satisfies Record<keyof typeof REMOTE_ERRNO.udp, string>;

const LOCAL = [
  'EPERM',
  'EACCES',
  'EINVAL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
] as const satisfies readonly (keyof typeof LOCAL_ERRNO)[];

function pair(...args: Parameters<typeof meaningOf>): string {
  const { state, reason } = meaningOf(...args);
  return `${state} ${reason}`;
}

describe('from outside', () => {
  test.each(Object.entries(TCP))('TCP %s is %s', (errno, expected) => {
    expect(pair('tcp', errno, false)).toBe(expected);
  });
  test.each(Object.entries(UDP))('UDP %s is %s', (errno, expected) => {
    expect(pair('udp', errno, false)).toBe(expected);
  });
  test('every row of the tables is tested', () => {
    expect(Object.keys(TCP)).toEqual(Object.keys(REMOTE_ERRNO.tcp));
    expect(Object.keys(UDP)).toEqual(Object.keys(REMOTE_ERRNO.udp));
    expect(LOCAL).toEqual(Object.keys(LOCAL_ERRNO));
  });
});

test.each(LOCAL)('%s of the call itself is this machine, not the target', (errno) => {
  for (const transport of ['tcp', 'udp'] as const)
    expect(pair(transport, errno, true)).toBe('error local-policy');
});

test('EPERM is this machine wherever it turns up', () => {
  expect(pair('tcp', 'EPERM', false)).toBe('error local-policy');
  expect(pair('udp', 'EPERM', false)).toBe('error local-policy');
});

test.each([...EXHAUSTED_ERRNO])('%s says nothing of the target', (errno) => {
  for (const isLocal of [true, false]) expect(pair('tcp', errno, isLocal)).toBe('error no-descriptor');
});

test.each(['EBADF', 'EIO', 'ERR_SOMETHING', 'constructor'])(
  '%s is in no table: error, never a state of the port',
  (errno) => {
    for (const transport of ['tcp', 'udp'] as const) {
      for (const isLocal of [true, false]) expect(pair(transport, errno, isLocal)).toBe('error system-error');
    }
  },
);
