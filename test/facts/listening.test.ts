import { expect, test } from 'vitest';
import { isListening, parseListeners } from '../../src/facts/listening.ts';
import { parseAddress } from '../../src/net/address.ts';

/** As `ss -H -l -n -t -u -p` of iproute2 6.1 prints it. */
const SS = `udp   UNCONN 0      0                              0.0.0.0:10200      0.0.0.0:*    users:(("viz",pid=812,fd=9))
udp   UNCONN 0      0      [fe80::fc:ff:fe00:1]%eth0:546            *:*
tcp   LISTEN 0      128                        127.0.0.1:10301      0.0.0.0:*
tcp   LISTEN 0      511                                *:102              *:*    users:(("viz",pid=812,fd=7))
tcp   LISTEN 0      511                             [::]:103           [::]:*
tcp   LISTEN 0      511                       0.0.0.0%lo:10302      0.0.0.0:*
tcp   LISTEN 0      511                             *%lo:10303            *:*
tcp   LISTEN 0      511                           *%eth0:10304            *:*
tcp   LISTEN 0      511       [::ffff:10.20.0.11]:10100            *:*
`;

test.each([
  ['udp', 10_200, '10.20.0.11', true],
  ['udp', 10_200, 'fd00::11', false],
  ['tcp', 10_200, '10.20.0.11', false],
  ['tcp', 10_301, '10.20.0.11', false],
  ['tcp', 10_302, '10.20.0.11', false],
  ['tcp', 10_303, 'fd00::11', false],
  ['tcp', 10_304, '10.20.0.11', true],
  ['tcp', 102, '10.20.0.11', true],
  ['tcp', 102, 'fd00::11', true],
  ['tcp', 103, '10.20.0.11', false],
  ['tcp', 103, 'fd00::11', true],
  ['tcp', 10_100, '10.20.0.11', true],
  ['tcp', 10_100, '10.20.0.12', false],
] as const)('%s port %i at %s: %s', (transport, port, address, expected) => {
  expect(isListening(parseListeners(SS), { transport, port }, parseAddress(address, 'test'))).toBe(expected);
});
