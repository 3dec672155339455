import { expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import type { Access } from '../../../src/firewall/proof/access.ts';
import { accessProver } from '../../../src/firewall/proof/prove-access.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

const address = (text: string) => parseAddress(text, 'address');
const prefix = (text: string) => parsePrefix(text, 'prefix');

const ACCESS: Required<Access> = {
  ...{ transport: 'tcp', port: 102, hook: 'input', interface: null, expected: 'reachable' },
  permitted: [prefix('10.30.0.0/16')],
  interfaces: [],
  routesBack: [],
  mayComeByAny: false,
  mayLeaveByAny: false,
  destinations: [address('10.20.0.11')],
  admitted: [],
  servedAt: [address('10.20.0.11')],
  selfAddresses: [],
  linkNetworks: null,
  isEverySelfKnown: false,
  isForwarding: { 4: null, 6: null },
  outInterface: null,
  profile: null,
  bridging: 'none',
  dead: [],
  otherAddresses: [],
};

/** Another value of every field, so that a new field must be added here. */
const OTHER: Required<Access> = {
  ...{ transport: 'udp', port: 103, hook: 'forward', interface: 'eth0', expected: 'blocked' },
  permitted: [prefix('fd00:30::/48')],
  interfaces: [{ from: prefix('10.30.0.0/16'), name: 'eth1' }],
  routesBack: [{ to: prefix('10.30.0.0/16'), interface: 'eth2', hangsOnAddress: false }],
  mayComeByAny: true,
  mayLeaveByAny: true,
  outInterface: 'brsrv',
  destinations: [address('fd00::1')],
  admitted: [{ transport: 'tcp', port: 103, at: null, from: [prefix('10.30.0.0/16')] }],
  servedAt: [address('fd00::1')],
  selfAddresses: [address('10.20.0.11')],
  linkNetworks: [],
  isEverySelfKnown: true,
  isForwarding: { 4: true, 6: false },
  profile: 2,
  bridging: 'unless-routed',
  dead: [{ of: { 4: [0, 1], 6: [] }, because: { code: 'no-route', to: null } }],
  otherAddresses: [address('10.20.0.12')],
};

const TEXT =
  'table inet t {\nchain i { type filter hook input priority 0; policy drop;\ntcp dport 102 accept\n}\n}';
const proverOf = () => accessProver(firewall(parseRulesets([{ text: TEXT, file: 'x', dialect: 'nft' }])));

test.each(Object.keys(ACCESS) as (keyof Access)[])(
  'no proof of another %s is taken for this one',
  (field) => {
    const prove = proverOf();
    const found = prove(ACCESS);
    expect(prove({ ...ACCESS })).toBe(found);
    expect(prove({ ...ACCESS, [field]: OTHER[field] })).not.toBe(found);
  },
);

test('ports that no rule tells apart share their proof', () => {
  const prove = proverOf();
  expect(prove({ ...ACCESS, port: 103 })).toBe(prove({ ...ACCESS, port: 104 }));
});

test('where the machine connects itself, its own addresses are those that its rules are about', () => {
  const rules =
    'table inet t {\nchain o { type filter hook output priority 0; policy accept;\nip saddr 10.30.0.1 tcp dport 102 drop\n}\n}';
  const prove = accessProver(firewall(parseRulesets([{ text: rules, file: 'x', dialect: 'nft' }])));
  const client: Access = { ...ACCESS, hook: 'output', selfAddresses: [address('10.30.0.1')] };
  expect(prove(client)?.proof.blocked[4]).toEqual([0x0a1e0001, 0x0a1e0002]);
});

test('what a change would do is proven once, whichever findings ask and in whatever order they list it', () => {
  const prove = proverOf();
  const at = { file: 'x', family: 'inet', table: 't', base: 'i', hook: 'input' } as const;
  const [everything, established] = (['everything', 'established'] as const).map((of) => ({
    before: at,
    of,
  }));
  const outsider = { ...ACCESS, expected: 'blocked' } as const;
  const asked = prove({ ...outsider, port: 103 });
  const again = prove({ ...outsider, port: 103, outInterface: 'eth9' });
  const found = asked?.foundAfter({ accepts: [everything!, established!], forwards: [] });
  expect(asked?.fate).toBe('blocked');
  expect(found?.fate).toBe('allowed');
  const alike = { accepts: [established!, { before: at, of: 'source' as const }, everything!, established!] };
  expect(asked?.foundAfter({ ...alike, forwards: [] })).toBe(found);
  expect(again?.foundAfter({ ...alike, forwards: [4] })?.fate).toBe('allowed');
  expect(asked?.foundAfter({ accepts: [established!], forwards: [] })?.fate).toBe('blocked');
});
