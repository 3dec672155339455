import { expect, test } from 'vitest';
import { LOOPBACK_ADDRESS } from '../../src/net/special-addresses.ts';
import { bindFailureReason } from '../../src/responder/bind-failure.ts';
import { tcpEndpoint } from './endpoints.ts';

const NOBODY = null;
const S7 = { pid: 123, process: 's7server' };

test.each([
  ['EADDRINUSE', 102, S7, 'linux', 'in use by s7server (process 123)'],
  ['EADDRINUSE', 102, { pid: 123, process: null }, 'win32', 'in use by process 123'],
  ['EADDRINUSE', 102, { pid: null, process: null }, 'linux', 'in use by another program'],
  ['EADDRINUSE', 102, { pid: null, process: 'x' }, 'linux', 'in use by x'],
  ['EADDRINUSE', 102, NOBODY, 'linux', 'in use by a program that is not shown to this user'],
  [
    'EACCES',
    102,
    NOBODY,
    'linux',
    'ports below 1024 need privilege; run as root, or shift all ports with --port-offset',
  ],
  ['EACCES', 10100, NOBODY, 'linux', 'not permitted to this user'],
  [
    'EACCES',
    10100,
    NOBODY,
    'win32',
    'reserved by Windows; see: netsh int ipv4 show excludedportrange protocol=tcp',
  ],
  ['EACCES', 10100, S7, 'win32', 'in use by s7server (process 123)'],
  ['EADDRNOTAVAIL', 10100, NOBODY, 'linux', 'this machine does not have the address'],
  ['EMFILE', 10100, NOBODY, 'linux', 'no descriptor is left; raise the limit (ulimit -n)'],
  ['EPROTO', 10100, NOBODY, 'linux', 'refused by the system (EPROTO)'],
] as const)('%s on %i, held by %o, %s: %s', (errno, port, holder, platform, text) => {
  const failure = { endpoint: tcpEndpoint(port), address: LOOPBACK_ADDRESS[4], errno };
  expect(bindFailureReason(failure, holder, platform)).toBe(text);
});
