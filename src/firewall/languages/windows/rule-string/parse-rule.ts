import { FAMILIES, type Family } from '../../../../net/address.ts';
import { damagedRule, isDamaged } from '../policy/damaged.ts';
import { parseAddresses } from '../policy/addresses.ts';
import { parsePorts } from '../policy/ports.ts';
import { PROFILES, type Profile } from '../policy/profile.ts';
import {
  whenAsked,
  type AddressCondition,
  type Direction,
  type Doubt,
  type PortCondition,
  type RuleConditions,
  type RuleOrigin,
  type WindowsAction,
  type WindowsRule,
} from '../policy/rule.ts';
import { splitRule, type Field, type SplitRule } from './split-rule.ts';
import { brokenConstraints, FREE_TEXT, swallowedKey } from './constraints.ts';
import { isKnownKey, isRepeatable, keysOf, mayAddTo, openConditions } from './keys.ts';

/** The newest version of the grammar this program knows is 2.x: hosts must ignore rules of a higher major version. */
const MAJOR = 2;

/**
 * The rule that a string of the registry stands for (MS-GPFAS 2.2.2.19). What is unknown or outside the grammar is a doubt: the rule
 * may apply or not. Null for a string without a part in it, which is no rule.
 */
export function parseRule(text: string, origin: RuleOrigin): WindowsRule | null {
  if (isOff(text)) return { ...OFF, origin };
  if (text.trim() === '') return null;
  const split = splitRule(text);
  const values = valuesOf(split);
  const active = values.get('active');
  const isOverridingOut = values.has('authbypassout');
  const rule: WindowsRule = {
    origin: { ...origin, name: values.get('name')?.[0] ?? origin.name },
    actions: isOverridingOut
      ? ['bypass']
      : (wordsIn(values.get('action'), ACTIONS) ?? ['bypass', 'block', 'allow']),
    isActive: active === undefined ? activeIfUnsaid(split, origin) : only(wordsIn(active, ACTIVITY)),
    directions: wordsIn(values.get('dir'), DIRECTIONS) ?? ['in', 'out'],
    program: onlyText(values.get('app')),
    service: onlyText(values.get('svc')),
    package: onlyText(values.get('apppkgid')) ?? onlyText(values.get('pfn')),
    isAuthenticated: SECURED.some((key) => values.has(key)),
    conditions: whenAsked(() => conditionsOf(text, origin)),
  };
  if (isDamaged(text)) return damagedRule(rule);
  return isRunTogether(split) ? damagedRule(rule, 'a key within the value of another') : rule;
}

/** Half of the rules of a computer are off; what else such a rule says does not matter, but that it says so once. */
function isOff(text: string): boolean {
  const lower = text.toLowerCase();
  const at = lower.indexOf('|active=');
  return at >= 0 && lower.startsWith('false|', at + 8) && lower.lastIndexOf('active=') === at + 1;
}

/** A key that is not known may be what is left of `Active`. */
function activeIfUnsaid({ fields }: SplitRule, { store }: RuleOrigin): boolean | null {
  if (store === 'hardening') return true;
  return fields.every(({ name }) => isKnownKey(name)) ? false : null;
}

/** A pipe is missing where one key stands in the value of another. */
function isRunTogether({ fields, strays }: SplitRule): boolean {
  return (
    fields.some(({ name, value }) => !FREE_TEXT.has(name) && swallowedKey(value) !== null) ||
    strays.some((stray) => stray.startsWith('=') && swallowedKey(stray) !== null)
  );
}

const SECURED = ['security', 'security2', 'security2_9', 'rmauth', 'ruauth'];

/** What the rule asks of a packet, with a doubt for each part that is not understood or outside the grammar. */
function conditionsOf(text: string, { store, id }: RuleOrigin): RuleConditions {
  const split = splitRule(text);
  const values = valuesOf(split);
  const doubts: Doubt[] = [...doubtsOfForm(split, store === 'hardening'), ...openConditions(values)];
  const refuse = (part: string): null => {
    doubts.push(outside(part));
    return null;
  };
  const read = <T>(key: string, parse: (words: readonly string[]) => T | null): T | null => {
    const words = values.get(key);
    return words === undefined ? null : (parse(words) ?? refuse(`${key}=${words.join(',')}`));
  };
  const protocol = read('protocol', ([word = '']) => parseProtocol(word));
  const ports = { local: portsOf(values, 'lport', refuse), remote: portsOf(values, 'rport', refuse) };
  if ((ports.local ?? ports.remote) !== null && protocol !== 6 && protocol !== 17)
    refuse('ports without TCP or UDP');
  if (read('action', (words) => wordsIn(words, ACTIONS)) === null) refuse('no Action');
  if (read('dir', (words) => wordsIn(words, DIRECTIONS)) === null) refuse('no Dir');
  read('active', (words) => wordsIn(words, ACTIVITY));
  for (const part of brokenConstraints(values, id)) refuse(part);
  const unknown = split.fields.map(({ name }) => name).filter((name) => !isKnownKey(name));
  // What a list that may lack something asks is not known.
  const whole = <T>(stem: string, found: T | null): T | null =>
    unknown.some((key) => mayAddTo(stem, key)) ? null : found;
  return {
    profiles: whole('profile', read('profile', parseProfiles)),
    protocol,
    localPorts: whole('lport', ports.local),
    remotePorts: whole('rport', ports.remote),
    localAddresses: whole('la', addressesOf(values, LOCAL_ADDRESSES, refuse)),
    remoteAddresses: whole('ra', addressesOf(values, REMOTE_ADDRESSES, refuse)),
    doubts,
  };
}

function valuesOf({ fields }: SplitRule): Values {
  const values = new Map<string, string[]>();
  for (const { name, value } of fields) addValue(values, name, value);
  return values;
}

function addValue(values: Map<string, string[]>, key: string, value: string): void {
  // Two equal signs are seen in a rule of Windows itself.
  const bare = value.startsWith('=') ? value.slice(1) : value;
  const known = values.get(key);
  if (known === undefined) values.set(key, [bare]);
  else known.push(bare);
}

const NO_CONDITIONS: RuleConditions = {
  ...{ profiles: null, protocol: null, localPorts: null, remotePorts: null },
  ...{ localAddresses: null, remoteAddresses: null, doubts: [] },
};

const OFF: Omit<WindowsRule, 'origin'> = {
  ...{ actions: [], isActive: false, directions: [], program: null, service: null, package: null },
  ...{ isAuthenticated: false, conditions: () => NO_CONDITIONS },
};

const ACTIONS: ReadonlyMap<string, WindowsAction> = new Map(
  (['allow', 'block', 'bypass'] as const).map((action) => [action, action]),
);
const DIRECTIONS: ReadonlyMap<string, Direction> = new Map([
  ['in', 'in'],
  ['out', 'out'],
]);
const ACTIVITY: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function outside(part: string): Doubt {
  return { text: part, reason: { code: 'rule-grammar', part } };
}

/** One is enough to leave a rule open. */
const MAX_DOUBTS = 20;

/** The version, parts that are none, unknown keys, keys that stand twice, ports before the protocol. */
function doubtsOfForm({ version, fields, strays }: SplitRule, isLax: boolean): readonly Doubt[] {
  const doubts = strays.slice(0, MAX_DOUBTS).map(outside);
  if (version === null) doubts.push(outside('no version'));
  else if (version.major !== MAJOR) {
    const text = `v${version.major}.${version.minor}`;
    doubts.push({ text, reason: { code: 'rule-version', version: text } });
  }
  const seen = new Set<string>();
  for (const field of fields) {
    if (doubts.length > MAX_DOUBTS) break;
    const { name } = field;
    if (!isKnownKey(name)) doubts.push({ text: shown(field), reason: { code: 'rule-key', key: field.key } });
    else if (seen.has(name) && !isRepeatable(name)) doubts.push(outside(`${field.key} twice`));
    // Rules of service hardening are written by hand, and their keys stand in any order.
    if (!isLax && (name.startsWith('lport') || name.startsWith('rport')) && !seen.has('protocol'))
      doubts.push(outside(`${shown(field)} before Protocol`));
    seen.add(name);
  }
  return doubts;
}

function shown({ key, value }: Field): string {
  return `${key}=${value}`;
}

/** Numbers of IP, and the words that rules of Windows itself have been seen with. */
export function parseProtocol(word: string): number | null {
  const known = { tcp: 6, udp: 17 }[word.toLowerCase()];
  if (known !== undefined) return known;
  return /^\d{1,3}$/.test(word) && Number(word) <= 255 ? Number(word) : null;
}

function parseProfiles(words: readonly string[]): readonly Profile[] | null {
  const found = words.map((word) => PROFILES.find((one) => one === word.trim().toLowerCase()));
  const known = found.filter((one) => one !== undefined);
  return known.length === found.length ? known : null;
}

/** Each of the words by its meaning; null where one has none, or there are no words. */
function wordsIn<T>(
  words: readonly string[] | undefined,
  meanings: ReadonlyMap<string, T>,
): readonly T[] | null {
  if (words === undefined) return null;
  const found: T[] = [];
  for (const word of words) {
    const meaning = meanings.get(word.toLowerCase());
    if (meaning === undefined) return null;
    found.push(meaning);
  }
  return found;
}

/** Null where it is not one alone. */
function only(values: readonly boolean[] | null): boolean | null {
  const [first = null] = values ?? [];
  return values?.every((value) => value === first) === true ? first : null;
}

/** Null where there is none, or it is not surely this one: the rule then has a doubt, and may be for any program. */
function onlyText(values: readonly string[] | undefined): string | null {
  const [first = ''] = values ?? [];
  return values?.length === 1 && first !== '' && swallowedKey(first) === null ? first : null;
}

type Values = ReadonlyMap<string, readonly string[]>;

const PORT_KEYS = { lport: keysOf('lport'), rport: keysOf('rport') } as const;

function portsOf(
  values: Values,
  stem: keyof typeof PORT_KEYS,
  refuse: (part: string) => null,
): PortCondition | null {
  const words: string[] = [];
  for (const key of PORT_KEYS[stem]) for (const word of values.get(key) ?? []) words.push(word);
  if (words.length === 0) return null;
  return parsePorts(words) ?? refuse(`${stem} ${words.join(',')}`);
}

type AddressKeys = readonly { readonly key: string; readonly family: Family }[];

const addressKeys = (stem: string): AddressKeys =>
  FAMILIES.flatMap((family) => [
    { key: `${stem}${family}`, family },
    { key: `${stem}${family}2`, family },
  ]);

const LOCAL_ADDRESSES = addressKeys('la');
const REMOTE_ADDRESSES = addressKeys('ra');

function addressesOf(
  values: Values,
  keys: AddressKeys,
  refuse: (part: string) => null,
): AddressCondition | null {
  const words: { readonly text: string; readonly family: Family }[] = [];
  for (const { key, family } of keys)
    for (const value of values.get(key) ?? [])
      for (const text of value.split(',')) words.push({ text: text.trim(), family });
  if (words.length === 0) return null;
  return parseAddresses(words) ?? refuse(words.map(({ text }) => text).join(','));
}
