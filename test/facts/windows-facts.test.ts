// What the collector's file says of a Windows computer, in the shapes of both PowerShells.
import { describe, expect, test } from 'vitest';
import { readMachine } from '../../src/facts/read-machine.ts';
import type { MachineFacts } from '../../src/facts/machine-facts.ts';
import { formatAddress, parseAddress } from '../../src/net/address.ts';
import { formatPrefix } from '../../src/net/prefix.ts';
import { collectionText } from '../firewall/windows/write-collection.ts';

const NO_RULES = {
  rules: [],
  local: { Domain: {}, Private: {}, Public: {} },
  policy: { Domain: {}, Private: {}, Public: {}, Standard: undefined },
};

function factsOf(more: Readonly<Record<string, unknown>>, powershell: '5.1' | '7' = '7'): MachineFacts {
  return readMachine(collectionText(NO_RULES, { powershell, more }), 'machine.json').facts;
}

const ADDRESSES = [
  { IPAddress: '10.20.0.11', PrefixLength: 24, InterfaceAlias: 'Ethernet', InterfaceIndex: 5 },
  { IPAddress: 'fe80::1%5', PrefixLength: 64, InterfaceAlias: 'Ethernet', InterfaceIndex: 5 },
  { IPAddress: '192.168.7.2', PrefixLength: 24, InterfaceAlias: 'Wi-Fi', InterfaceIndex: 9 },
  { IPAddress: '127.0.0.1', PrefixLength: 8, InterfaceAlias: 'Loopback', InterfaceIndex: 1 },
];

describe.each(['5.1', '7'] as const)('PowerShell %s', (powershell) => {
  const asList = (values: readonly unknown[]): unknown =>
    powershell === '5.1' ? { value: values, Count: values.length } : values;

  test('addresses, subnets and the network profile of each interface', () => {
    const networks = [
      { InterfaceAlias: 'Ethernet', InterfaceIndex: 5, NetworkCategory: 1 },
      { InterfaceAlias: 'Wi-Fi', InterfaceIndex: 9, NetworkCategory: powershell === '7' ? 'Public' : 0 },
    ];
    const facts = factsOf({ addresses: asList(ADDRESSES), networks: asList(networks) }, powershell);
    expect(facts.addresses?.map(formatAddress)).toEqual(['10.20.0.11', 'fe80::1', '192.168.7.2']);
    expect(facts.subnets.map(formatPrefix)).toEqual(['10.20.0.0/24', 'fe80::/64', '192.168.7.0/24']);
    const profile = (text: string): number | null => facts.profileOf(parseAddress(text, 'x'));
    expect([profile('10.20.0.11'), profile('192.168.7.2'), profile('10.20.0.12')]).toEqual([1, 2, null]);
  });

  test('listeners with program path and service; process 4 is the kernel', () => {
    const row = (LocalAddress: string, LocalPort: number, OwningProcess: number): unknown => ({
      ...{ LocalAddress, LocalPort, OwningProcess },
    });
    const facts = factsOf(
      {
        tcp: asList([
          row('0.0.0.0', 102, 700),
          row('::', 102, 700),
          row('::', 10301, 4),
          row('127.0.0.1', 103, 700),
        ]),
        udp: asList([row('10.20.0.11', 10200, 800)]),
        processes: asList([
          { ProcessId: 700, Name: 'viz.exe', ExecutablePath: 'C:\\viz\\viz.exe' },
          { ProcessId: 800, Name: 'svchost.exe', ExecutablePath: null },
        ]),
        services: asList([{ Name: 'VizSvc', ProcessId: 800 }]),
      },
      powershell,
    );
    const at = (transport: 'tcp' | 'udp', port: number, address = '10.20.0.11'): unknown =>
      facts.programOf({ transport, port }, [parseAddress(address, 'x')]);
    expect(at('tcp', 102)).toEqual({ program: 'C:\\viz\\viz.exe', service: null });
    expect(at('tcp', 10301, 'fd00::1')).toEqual({ program: 'System', service: null });
    expect(at('udp', 10200)).toEqual({ program: null, service: 'VizSvc' });
    // Nothing listens there for others.
    expect(at('tcp', 103)).toBe(null);
  });
});

test('port tables of netsh in any language, with the transport they were asked for', () => {
  const text =
    '\n协议 tcp 端口排除范围\n\n开始端口    结束端口      \n----------    --------      \n     10004       10103     \n';
  const facts = factsOf({ portTables: [{ family: 4, transport: 'tcp', kind: 'excluded', text }] });
  expect(facts.portRanges).toEqual([
    { kind: 'excluded', transports: ['tcp'], first: 10004, last: 10103, isAdministered: false },
  ]);
});

test('another firewall product that is on, and one that is off', () => {
  const firewallProducts = [
    { displayName: 'Example Security', productState: 0x41000 },
    { displayName: 'Old Security', productState: 0x40000 },
  ];
  expect(factsOf({ firewallProducts }).otherFirewalls).toEqual(['Example Security']);
});

test('what could not be read is said', () => {
  const failures = [{ part: 'RSOP rules', message: 'Access is denied.' }];
  expect(factsOf({ failures, isAdministrator: false }).assumptions).toEqual([
    'MAPS-A was collected without administrator rights',
    'RSOP rules could not be read on MAPS-A',
  ]);
  expect(factsOf({ tcp: null }).listeners).toBe(null);
});

test('a file that is cut', () => {
  const text = collectionText(NO_RULES, { powershell: '7' });
  expect(() => readMachine(text.slice(0, -20), 'machine.json')).toThrow(
    /not a whole file of vwaudit collect/,
  );
});
