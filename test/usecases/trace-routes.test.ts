import { expect, test } from 'vitest';
import { ANY_DIALECT } from '../../src/usecases/audit/dialects.ts';
import { trace } from '../../src/usecases/audit/trace.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import type { TracedPacket } from '../../src/verdict/reports/trace-report.ts';

/** Which of the chains runs first is not known. */
const RULES = ['a { meta mark 1 drop; }', 'b { meta mark set 1; }']
  .map((chain) => `table inet ${chain.replace(' {', ' { chain c { type filter hook input priority 0;')} }`)
  .join('\n');

const EVERYBODY = { priority: 10, src: 'all', table: 'main' };

/** A server with a default route for IPv4 alone; table 100 has another. */
async function traced(
  text: string,
  packet: string,
  hook: 'input' | 'forward' = 'input',
  routingRules: readonly object[] = [EVERYBODY],
  more: Readonly<Record<string, string>> = {},
): Promise<TracedPacket | undefined> {
  const rules = JSON.stringify(routingRules);
  const byDefault = { dst: 'default', gateway: '10.20.0.1', dev: 'eth0', flags: [] };
  const commands = [
    ['nft', text],
    ['routes-4', JSON.stringify([byDefault, { ...byDefault, dev: 'eth1', table: '100' }])],
    ['routes-6', JSON.stringify([{ dst: 'fd00:20::/64', dev: 'eth0', flags: [] }])],
    ...Object.entries(more),
    ...[
      ['rules-4', rules],
      ['rules-6', rules],
    ],
  ].map(([id, output]) => ({ id, command: id, exitCode: 0, output, errors: '' }));
  const machine = { schemaVersion: 1, kind: 'machine', platform: 'linux', host: 'maps-a', commands };
  const file = JSON.stringify({ ...machine, collectedAt: '2026-11-29T08:00:00Z' });
  const system = { ...nodeSystem, readBytes: () => Promise.resolve(Buffer.from(file)) };
  const options = {
    ...{
      files: ['maps-a.json'],
      dialects: ANY_DIALECT,
      hook,
      packets: [packet],
      list: null,
    },
    ...{ selfAddresses: [], isForwarding: hook === 'forward' },
  };
  const { packets } = await trace(options, { system, tool: { name: 'vwaudit', version: 'test' } });
  return packets[0];
}

test('a source without a route is open for that reason, one of the other family is not', async () => {
  const open = 'table inet t { chain c { type filter hook input priority 0; policy accept; } }';
  expect(await traced(open, 'tcp [fd00:30::5] > [fd00:20::11]:102')).toMatchObject({
    result: 'undecided',
    reason: { code: 'no-route' },
  });
  expect(await traced(open, 'tcp 10.30.0.5 > 10.20.0.11:102')).toMatchObject({ result: 'allowed' });
  expect(await traced(RULES, 'tcp 10.30.0.5 > 10.20.0.11:102')).toMatchObject({
    result: 'undecided',
    reason: { code: 'chain-order' },
  });
});

test('a gateway sends on by the interface of the route to the destination, unless NAT changes that', async () => {
  const rules = (more = ''): string =>
    `table ip t { chain f { type filter hook forward priority 0; policy drop; oifname "eth0" accept; ct state established accept; } ${more} }`;
  const nat = 'chain p { type nat hook prerouting priority -100; tcp dport 102 dnat to 10.50.0.9; }';
  const packet = 'tcp 10.30.0.5:40000 > 10.50.0.11:102 in eth1';
  expect(await traced(rules(), packet, 'forward')).toMatchObject({ result: 'allowed' });
  expect(await traced(rules(nat), packet, 'forward')).not.toMatchObject({ result: 'allowed' });
});

test('where a routing rule asks for the address that answers come from, NAT before a reverse path test leaves it open', async () => {
  const rules = (nat: string): string =>
    `table ip t { chain f { type filter hook forward priority 0; fib saddr . iif oif missing drop; } chain p { type nat hook prerouting priority -100; ${nat} } }`;
  const dnat = 'tcp dport 102 dnat to 10.50.0.9;';
  const resultOf = async (text: string, way: string): Promise<string | undefined> => {
    const ofAddress = { priority: 5, src: '10.50.0.11', table: '100' };
    const packet = `tcp 10.30.0.5:40000 > 10.50.0.11:102 in ${way}`;
    return (await traced(text, packet, 'forward', [ofAddress, EVERYBODY]))?.result;
  };
  expect(await resultOf(rules(''), 'eth1')).toBe('allowed');
  expect(await resultOf(rules(''), 'eth0')).toBe('blocked');
  expect(await resultOf(rules(dnat), 'eth0')).toBe('undecided');
});

const OPEN = 'table inet t { chain c { type filter hook forward priority 0; policy accept; } }';

function addresses(...names: readonly string[]): string {
  return JSON.stringify([
    ...['eth0', 'eth1'].map((ifname) => ({ ifname, flags: ['UP'], operstate: 'UP' })),
    // Of a name that containers have too.
    ...names.map((ifname) => ({ ifname, flags: ['UP', 'NO-CARRIER'], operstate: 'DOWN' })),
  ]);
}

test.each(['eth2', 'br-lan'])('a stated interface that is down brings nobody: %s', async (name) => {
  const of = (way: string) =>
    traced(OPEN, `tcp 10.30.0.5:40000 > 10.50.0.11:102 ${way}`, 'forward', [EVERYBODY], {
      addresses: addresses(name),
    });
  expect(await of('in eth1 out eth0')).toMatchObject({ result: 'allowed' });
  const down = { result: 'undecided', reason: { code: 'interface-down', interface: name } };
  expect(await of(`in ${name} out eth0`)).toMatchObject(down);
  expect(await of(`in eth1 out ${name}`)).toMatchObject(down);
});

test('an interface that the machine does not have is refused', async () => {
  const asked = traced(OPEN, 'tcp 10.30.0.5:40000 > 10.50.0.11:102 in eht0', 'forward', [EVERYBODY], {
    addresses: addresses(),
  });
  await expect(asked).rejects.toThrow('interface "eht0": maps-a has none of that name');
});

test('an interface whose IPv6 is off takes and sends none', async () => {
  const of = (settings: string, more: Readonly<Record<string, string>> = {}) =>
    traced(OPEN, 'tcp [fd00:20::5]:40000 > [fd00:20::11]:102 in eth1 out eth0', 'forward', [EVERYBODY], {
      settings,
      ...more,
    });
  const on = 'net/ipv6/conf/eth0/disable_ipv6 = 0\nnet/ipv6/conf/eth1/disable_ipv6 = ';
  const off = { result: 'undecided', reason: { code: 'ipv6-off', interface: 'eth1' } };
  expect(await of(`${on}0\n`, { addresses: addresses() })).toMatchObject({ result: 'allowed' });
  expect(await of(`${on}1\n`, { addresses: addresses() })).toMatchObject(off);
  // Files of older collectors do not have the setting.
  expect(await of('', { addresses: addresses() })).toMatchObject(off);
});
