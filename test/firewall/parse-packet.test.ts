import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/input-error.ts';
import { toPrefixes } from '../../src/net/address-set.ts';
import { formatPrefix } from '../../src/net/prefix.ts';
import { parsePacket } from '../../src/firewall/proof/parse-packet.ts';
import type { FilterHook } from '../../src/firewall/model/question.ts';

function shown(text: string, hook: FilterHook = 'input'): string {
  const { transport, sources, sourcePorts, destination, port, state, ...rest } = parsePacket(text, hook);
  const from = `${sources.map(formatPrefix).join()}|${sourcePorts?.join('-') ?? '*'}`;
  const to = toPrefixes(destination.in, destination.family).map(formatPrefix).join();
  return `${transport} ${from} ${to}|${port} ${rest.interface ?? '*'} ${state}`;
}

describe('a packet as people write it', () => {
  test.each([
    ['tcp 10.30.0.5:40000 > 10.20.0.11:10102', 'tcp 10.30.0.5|40000-40001 10.20.0.11|10102 * new'],
    ['udp 10.30.0.5 > 10.20.0.11:10200', 'udp 10.30.0.5|* 10.20.0.11|10200 * new'],
    ['  tcp\t10.30.0.5>10.20.0.11:102 ', 'tcp 10.30.0.5|* 10.20.0.11|102 * new'],
    ['tcp 10.30.0.0/16 > 10.20.0.11:102', 'tcp 10.30.0.0/16|* 10.20.0.11|102 * new'],
    ['tcp 10.30.0.0/16:1024 > 10.20.0.11:102', 'tcp 10.30.0.0/16|1024-1025 10.20.0.11|102 * new'],
    ['tcp 0.0.0.0/0:0 > 10.20.0.11:65535', 'tcp 0.0.0.0/0|0-1 10.20.0.11|65535 * new'],
    ['tcp 10.30.0.5 > 10.20.0.0/24:102', 'tcp 10.30.0.5|* 10.20.0.0/24|102 * new'],
    ['tcp fd00::/48 > [fd00:1::/48]:102', 'tcp fd00::/48|* fd00:1::/48|102 * new'],
    ['tcp fd00::5 > [fd00::1]:102', 'tcp fd00::5|* fd00::1|102 * new'],
    ['tcp fd00::/48 > [fd00::1]:102', 'tcp fd00::/48|* fd00::1|102 * new'],
    ['tcp [fd00::5]:40000 > [fd00:0::1]:102', 'tcp fd00::5|40000-40001 fd00::1|102 * new'],
    ['tcp [fd00::/64] > [fd00::1]:102', 'tcp fd00::/64|* fd00::1|102 * new'],
    ['tcp 10.0.0.1 > 10.0.0.2:102 in eth0', 'tcp 10.0.0.1|* 10.0.0.2|102 eth0 new'],
    ['tcp 10.0.0.1 > 10.0.0.2:102 state NEW in eth0', 'tcp 10.0.0.1|* 10.0.0.2|102 eth0 new'],
    ['tcp 10.0.0.1 > 10.0.0.2:102 state established', 'tcp 10.0.0.1|* 10.0.0.2|102 * established'],
  ])('%s', (text, meaning) => {
    expect(shown(text)).toBe(meaning);
  });

  test('on output the interface is the one it goes out by', () => {
    expect(shown('tcp 10.0.0.1 > 10.0.0.2:102 out eth0', 'output')).toBe(
      'tcp 10.0.0.1|* 10.0.0.2|102 eth0 new',
    );
  });
});

test('on a gateway it may have both', () => {
  const asked = parsePacket('tcp 10.0.0.1 > 10.0.0.2:102 out eth1 in eth0', 'forward');
  expect(asked).toMatchObject({ interface: 'eth0', outInterface: 'eth1' });
});

describe('what is no packet', () => {
  test.each<[string, RegExp, RegExp]>([
    ['', /begins with tcp or udp, not ""/, /write for example/],
    ['icmp 1.2.3.4 > 1.2.3.4:1', /not "icmp"/, /write for example/],
    ['TCP 1.2.3.4 > 1.2.3.4:1', /not "TCP"/, /write for example/],
    ['tcp 1.2.3.4', /SOURCE > DESTINATION/, /write for example/],
    ['tcp 1.2.3.4 < 1.2.3.4:5', /SOURCE > DESTINATION/, /write for example/],
    ['tcp 1.2.3 > 1.2.3.4:5', /the source: "1\.2\.3" is not an address/, /four decimal parts/],
    ['tcp maps-a > 1.2.3.4:5', /the source: "maps-a"/, /IPv4 or IPv6/],
    ['tcp 10.0.0.1/8 > 1.2.3.4:5', /host bits/, /write 10\.0\.0\.0\/8/],
    ['tcp 1.2.3.4 > 1.2.3.4', /destination "1\.2\.3\.4" has no port/, /10\.20\.0\.11:102/],
    ['tcp fd00::1 > fd00::2', /has no port/, /\[2001:db8::11\]:102/],
    ['tcp fd00::1 > 1.2.3.4:5', /different address families/, /two IPv4 or two IPv6/],
    ['tcp 1.2.3.4:65536 > 1.2.3.4:5', /source port "65536"/, /0 to 65535/],
    ['tcp 1.2.3.4 > 1.2.3.4:05', /destination port "05"/, /0 to 65535/],
    ['tcp 1.2.3.4: > 1.2.3.4:5', /source port ""/, /0 to 65535/],
    ['tcp [fd00::1 > [fd00::2]:5', /source: "\[fd00::1"/, /IPv4 or IPv6/],
    ['tcp 1.2.3.4 > 1.2.3.4:5 out eth0', /"out" is not expected/, /in INTERFACE/],
    ['tcp 1.2.3.4 > 1.2.3.4:5 in', /without an interface/, /in eth0/],
    ['tcp 1.2.3.4 > 1.2.3.4:5 in abcdefghijklmnop', /"abcdefghijklmnop" is not the name/, /1 to 15/],
    ['tcp 1.2.3.4 > 1.2.3.4:5 in Ethernet 2', /"2" is not expected/, /no spaces; with Windows.*--profile/],
    ['tcp 1.2.3.4 > 1.2.3.4:5 in vEthernet(Default)', /is not the name of a Linux/, /Windows.*--profile/],
    ['tcp 1.2.3.4 > 1.2.3.4:5 in a/b', /"a\/b" is not the name/, /for example eth0/],
    ['tcp 1.2.3.4 > 1.2.3.4:5 in ..', /"\.\." is not the name/, /for example eth0/],
    ['tcp 1.2.3.4 > 1.2.3.4:5 in a in b', /"in" is not expected/, /once each/],
    [
      'tcp 1.2.3.4 > 1.2.3.4:5 state RELATED',
      /"RELATED" is not a supported state/,
      /NEW, ESTABLISHED, INVALID or UNTRACKED/,
    ],
  ])('%s', (text, message, fix) => {
    const refused = (): unknown => parsePacket(text, 'input', { file: 'list', line: 3 });
    expect(refused).toThrow(InputError);
    expect(refused).toThrow(message);
    expect(refused).toThrow(fix);
    expect(refused).toThrow(/^list:3:\d+: /);
  });

  test.each([
    [' icmp 1.2.3.4 > 1.2.3.4:1', 2],
    ['tcp  maps-a > 1.2.3.4:5', 6],
    ['tcp 1.2.3.4 ', 12],
    ['tcp 1.2.3.4:x>1.2.3.4:5', 5],
    ['tcp 1.2.3.4>1.2.3.4', 13],
    ['tcp 1.2.3.4 > fd00::1', 15],
    ['tcp 1.2.3.4 > 1.2.3.4:5 out eth0', 25],
    ['tcp 1.2.3.4 > 1.2.3.4:5 in a/b', 28],
    ['tcp 1.2.3.4 > 1.2.3.4:5 in', 27],
    ['tcp 1.2.3.4 > 1.2.3.4:5 in eth0 state X', 39],
  ])('%s: the column of the word', (text, column) => {
    expect(() => parsePacket(text, 'input', { file: 'list', line: 3 })).toThrow(`list:3:${column}: `);
    expect(() => parsePacket(text, 'input')).toThrow(/^[^:]*(?:"|SOURCE|source)/);
  });
});
