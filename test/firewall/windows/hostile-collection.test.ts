// A file of the collector that lost or changed something: undecided or one error, and nothing is dropped in silence.
import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { NOTHING_KNOWN } from '../../../src/firewall/languages/windows/lower/circumstances.ts';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../../src/firewall/proof/evaluate.ts';
import { parsePacket } from '../../../src/firewall/proof/parse-packet.ts';
import { InputError } from '../../../src/input-error.ts';
import type { NaivePolicy, NaiveRule } from './naive.ts';
import { collectionText } from './write-collection.ts';

const RULE: NaiveRule = {
  ...{ id: 'allow', store: 'local', action: 'Allow', active: true, dir: 'In', profiles: [], protocol: 6 },
  ...{ localPorts: [[102, 102]], remotePorts: [], localAddresses: [], remoteAddresses: [] },
  ...{ app: null, svc: null, appPackage: null, isStrange: false, isSecured: false },
};
const BLOCK: NaiveRule = { ...RULE, id: 'block', action: 'Block' };

const policy = (...rules: readonly NaiveRule[]): NaivePolicy => ({
  ...{ rules, local: { Domain: {}, Private: {}, Public: {} } },
  policy: { Domain: {}, Private: {}, Public: {}, Standard: undefined },
});

function answer(text: string): string {
  try {
    const known = { ...NOTHING_KNOWN, program: 'C:\\viz.exe' };
    const machine = firewall(parseRulesets([{ text, file: 'x', dialect: 'windows' }], known));
    return evaluate(machine, { ...parsePacket('tcp 10.0.0.1 > 10.0.0.2:102', 'input'), profile: 1 }).result;
  } catch (error) {
    if (error instanceof InputError) return `error: ${error.message}`;
    throw error;
  }
}

type Json = Record<string, unknown>;

/** Every way to take a property of a rule or filter of the local store away, or to put another value there. */
function* changes(): Generator<readonly [string, string]> {
  const whole = (): { stores: { PersistentStore: Record<string, Json[]> } } =>
    JSON.parse(collectionText(policy(RULE, BLOCK), { powershell: '7' })) as never;
  for (const [part, rows] of Object.entries(whole().stores.PersistentStore)) {
    // The rows of the block rule; of the profiles each one.
    for (const [at, row] of rows.entries()) {
      if (part !== 'profiles' && row.InstanceID !== 'block') continue;
      for (const key of Object.keys(row))
        for (const value of [undefined, null, 'what', 99, [], {}, '\0', '\ud800', true]) {
          const changed = whole();
          changed.stores.PersistentStore[part]![at]![key] = value;
          yield [`${part} ${key} = ${JSON.stringify(value)}`, JSON.stringify(changed)];
        }
    }
  }
}

test('what is right is blocked, and allowed without the block rule', () => {
  expect(answer(collectionText(policy(RULE, BLOCK), { powershell: '7' }))).toBe('blocked');
  expect(answer(collectionText(policy(RULE), { powershell: '7' }))).toBe('allowed');
});

/** Values that mean something else and are no damage: another program, service, port or protocol. */
const MEANS_OTHERWISE =
  /^(?:application AppPath|application Package|service ServiceName) = "|^port (?:Protocol|LocalPort|RemotePort) = 99$/;

test('one property that is missing or another value: never allowed in silence', () => {
  const wrong: string[] = [];
  for (const [what, text] of changes())
    if (answer(text) === 'allowed' && !MEANS_OTHERWISE.test(what)) wrong.push(what);
  expect(wrong).toEqual([]);
});

test('a property that stands twice in its object is an error with its place', () => {
  const text = collectionText(policy(RULE, BLOCK), { powershell: '7' });
  const twice = text.replace('"Action":4', '"Action":4,"Action":2');
  expect(twice).not.toBe(text);
  expect(answer(twice)).toMatch(/^error: x:1:\d+: a property that stands twice in its object \(got .*Action/);
  expect(answer(text.replace('"Action":4', '"Action":4,"\\u0041ction":2'))).toMatch(/: a property that/);
  expect(answer(text.replace('"Action":4', '"Action":4,"x":{"Action":2},"y":["Action"]'))).toBe('blocked');
});

test.each(['"kind"', '"stores"'])('without its %s it is an error', (key) => {
  const text = collectionText(policy(RULE), { powershell: '7' });
  expect(answer(text.replace(key, '"ki\ufffd"'))).toMatch(/^error: .*without its kind or its stores/);
});

test('two filters of a rule that differ leave it open, two that are the same do not', () => {
  const machine = JSON.parse(collectionText(policy(RULE), { powershell: '7' })) as {
    stores: { PersistentStore: { port: Json[] } };
  };
  const { port } = machine.stores.PersistentStore;
  const [filter = {}] = port;
  port.push({ ...filter });
  expect(answer(JSON.stringify(machine))).toBe('allowed');
  port.push({ ...filter, LocalPort: '103' }, filter);
  expect(answer(JSON.stringify(machine))).toBe('undecided');
});

test.each([
  ['port', 'LocalPort'],
  ['port', 'Protocol'],
  ['address', 'RemoteAddress'],
] as const)('a %s filter whose %s is null, where Windows writes Any, leaves the rule open', (kind, name) => {
  const machine = JSON.parse(collectionText(policy(RULE), { powershell: '7' })) as {
    stores: { PersistentStore: Record<typeof kind, Json[]> };
  };
  const [filter] = machine.stores.PersistentStore[kind];
  if (filter === undefined) throw new Error('the rule has no such filter');
  filter[name] = null;
  expect(answer(JSON.stringify(machine))).toBe('undecided');
});

test.each<[string, Partial<NaiveRule>, string]>([
  ['in nothing', {}, 'allowed'],
  ['in the program', { app: 'C:\\other.exe' }, 'undecided'],
  ['in the service', { svc: 'Hub' }, 'undecided'],
  ['in the remote ports', { remotePorts: [[1, 2]] }, 'undecided'],
  ['in the local addresses', { localAddresses: ['10.0.0.9'] }, 'undecided'],
  ['in whether it is active', { active: false }, 'undecided'],
])('one ID in both stores, the rules differ %s', (_, change, result) => {
  const both = policy(RULE, { ...RULE, store: 'policy', ...change });
  expect(answer(collectionText(both, { powershell: '7' }))).toBe(result);
});

test('filters without their rules decide nothing', () => {
  const filter = { InstanceID: 'a', Protocol: 'TCP', LocalPort: '102', RemotePort: 'Any', IcmpType: 'Any' };
  const text = JSON.stringify({ CreationClassName: 'MSFT|FW|FirewallRule|a', ...filter });
  const known = { ...NOTHING_KNOWN, isComplete: true };
  const machine = firewall(parseRulesets([{ text, file: 'x', dialect: null }], known));
  const { result } = evaluate(machine, parsePacket('tcp 10.0.0.1 > 10.0.0.2:102', 'input'));
  expect(result).toBe('undecided');
});

test('filters beside a shorter list of rules, or that of another computer, are an assumption or leave all open', () => {
  const file = (...rules: readonly NaiveRule[]): { stores: { PersistentStore: { rules: Json[] } } } =>
    JSON.parse(collectionText(policy(...rules), { powershell: '7' })) as never;
  const shorter = file(RULE, BLOCK);
  shorter.stores.PersistentStore.rules = file(RULE).stores.PersistentStore.rules;
  const text = JSON.stringify(shorter);
  expect(answer(text)).toBe('allowed');
  const [ruleset] = parseRulesets([{ text, file: 'x', dialect: 'windows' }], NOTHING_KNOWN);
  expect(ruleset?.assumptions?.map((one) => one.text)).toContain(
    'x: its rules are all there are, though filters of more rules are given (1)',
  );
  const other = file(BLOCK);
  other.stores.PersistentStore.rules = file({ ...RULE, id: 'other' }).stores.PersistentStore.rules;
  expect(answer(JSON.stringify(other))).toBe('undecided');
});

describe('parts', () => {
  const text = collectionText(policy(RULE, BLOCK), { powershell: '7' });
  const whole = JSON.parse(text) as { stores: Record<string, Json> };

  test.each(Object.keys(whole.stores.PersistentStore!))('%s could not be read', (part) => {
    const changed = structuredClone(whole);
    changed.stores.PersistentStore![part] = null;
    expect(answer(JSON.stringify(changed))).not.toBe('allowed');
  });

  test('a store is missing', () => {
    for (const store of ['PersistentStore', 'RSOP'])
      expect(answer(JSON.stringify({ ...whole, stores: { ...whole.stores, [store]: undefined } }))).toBe(
        'undecided',
      );
  });

  test('cut anywhere: one error', () => {
    for (let end = 1; end < text.length; end += 997) expect(answer(text.slice(0, end))).toMatch(/^error: /);
  });
});

test.each([
  ['PrimaryStatus', 3],
  ['PrimaryStatus', 'Error'],
  ['StatusCode', 196_608],
])('a rule that Windows has not read (%s %s) neither blocks nor allows', (key, value) => {
  const withStatus = (id: string): string => {
    const found = JSON.parse(collectionText(policy(RULE, BLOCK), { powershell: '7' })) as Collected;
    const rules = found.stores.PersistentStore.rules.filter((one) => id === 'block' || one.InstanceID === id);
    const changed = rules.map((one) => (one.InstanceID === id ? { ...one, [key]: value } : one));
    return JSON.stringify({
      ...found,
      stores: { ...found.stores, PersistentStore: { ...found.stores.PersistentStore, rules: changed } },
    });
  };
  expect(answer(withStatus('block'))).toBe('undecided');
  expect(answer(withStatus('allow'))).toBe('undecided');
});

interface Collected {
  readonly stores: {
    readonly PersistentStore: Readonly<Record<string, readonly Json[]>> & { readonly rules: readonly Json[] };
  };
}
