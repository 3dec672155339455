import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADDRESS_BITS, type Family } from '../../src/net/address.ts';
import { bindingOf, formatBinding } from '../../src/sockets/binding.ts';
import { parseProcNet } from '../../src/sockets/proc-net.ts';
import { readFixture } from './fixture.ts';

const FIXTURES = [
  ['tcp', 4, ['TCP 102 on 0.0.0.0 47922', 'TCP 10102 on 127.0.0.1 47923']],
  [
    'tcp',
    6,
    [
      'TCP 10301 on 2001:db8:1111:2222:3333:4444:5555:6666 47927',
      'TCP 10105 on 0.0.0.0 47926',
      'TCP 10101 on :: 47921',
      'TCP 10100 on :: 47920',
      'TCP 10301 on 2001:db8:1111:2222:3333:4444:5555:6667 47928',
      'TCP 10104 on 127.0.0.1 47925',
      'TCP 10103 on ::1 47924',
    ],
  ],
  ['udp', 4, ['UDP 10100 on 0.0.0.0 47929', 'UDP 10200 on 127.0.0.1 47930']],
  [
    'udp',
    6,
    [
      'UDP 10201 on :: 47931',
      'UDP 10202 on :: 47932',
      'UDP 10203 on 2001:db8:1111:2222:3333:4444:5555:6666 47933',
    ],
  ],
] as const;

test.each(FIXTURES)(
  '%s over IPv%i: listeners only, mapped addresses as IPv4',
  (transport, family, expected) => {
    const text = readFixture(`proc-net-${transport}${family === 6 ? '6' : ''}.txt`);
    const { sockets, unreadable } = parseProcNet(text, transport, family);
    expect(sockets.map((socket) => `${formatBinding(socket)} ${socket.inode}`)).toEqual(expected);
    expect(unreadable).toBe(0);
  },
);

test('a line of another form is counted, never dropped in silence', () => {
  const text = readFixture('proc-net-tcp.txt').replace('0100007F:2776 00000000:0000 0A', '0100007F:2776 0A');
  const { sockets, unreadable } = parseProcNet(text, 'tcp', 4);
  expect(sockets).toHaveLength(1);
  expect(unreadable).toBe(1);
});

test('every address and port comes back as it went in', () => {
  const socket = fc.constantFrom<Family>(4, 6).chain((family) =>
    fc.record({
      family: fc.constant(family),
      value: fc.bigInt({ min: 0n, max: (1n << BigInt(ADDRESS_BITS[family])) - 1n }),
      port: fc.integer({ min: 0, max: 65535 }),
      inode: fc.nat(),
    }),
  );
  fc.assert(
    fc.property(socket, ({ family, value, port, inode }) => {
      const zero = '0'.repeat(ADDRESS_BITS[family] / 4);
      const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
      const row = `   0: ${kernelHex(value, family)}:${hexPort} ${zero}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000 100`;
      expect(parseProcNet(`header\n${row}\n`, 'tcp', family)).toEqual({
        sockets: [{ ...bindingOf(family, value), transport: 'tcp', port, inode: `${inode}` }],
        unreadable: 0,
      });
    }),
  );
});

/** As the kernel prints an address: each 32-bit word in network order, read as a number of this machine. */
function kernelHex(value: bigint, family: Family): string {
  const bytes = new Uint8Array(ADDRESS_BITS[family] / 8);
  for (let index = bytes.length - 1, rest = value; index >= 0; index -= 1, rest >>= 8n) {
    bytes[index] = Number(rest & 0xffn);
  }
  const words = [...new Uint32Array(bytes.buffer)];
  return words.map((word) => word.toString(16).toUpperCase().padStart(8, '0')).join('');
}
