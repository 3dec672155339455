import { nearestWord } from '../../../../nearest-word.ts';
import type { Reason } from '../../../model/reason.ts';
import type { Doubt } from '../policy/rule.ts';
import { isEveryPlatform } from './platform.ts';

/** Keys that stand once (MS-GPFAS 2.2.2.19, and three that real strings have). */
const ONCE = [
  ...[
    'Action',
    'Active',
    'Dir',
    'Protocol',
    'App',
    'Svc',
    'AppPkgId',
    'PFN',
    'LUAuth',
    'LUAuth2_24',
    'LUOwn',
  ],
  ...['Security', 'Security2', 'Security2_9', 'RMauth', 'RUAuth', 'AuthByPassOut', 'Edge', 'Defer', 'LSM'],
  ...['LOM', 'PCross', 'SkipVer', 'SecurityRealmId', 'Name', 'Desc', 'EmbedCtxt', 'RsNmE', 'RsNmN'],
];

/** Keys whose values add up. */
const REPEATABLE = [
  ...['Profile', 'LPort', 'LPort2_10', 'LPort2_20', 'LPort2_24', 'LPort2_25', 'LPort2_29'],
  ...['RPort', 'RPort2_10', 'RPort2_28', 'ICMP4', 'ICMP6', 'LA4', 'LA6', 'RA4', 'RA6', 'RA42', 'RA62'],
  ...['IF', 'IFType', 'IFType2_23', 'Platform', 'Platform2', 'TTK', 'TTK2_22', 'TTK2_27', 'TTK2_28', 'NNm'],
];

const inLowerCase = (keys: readonly string[]): readonly string[] => keys.map((key) => key.toLowerCase());

const ADDS_UP: ReadonlySet<string> = new Set(inLowerCase(REPEATABLE));
const KNOWN: ReadonlySet<string> = new Set([...inLowerCase(ONCE), ...ADDS_UP]);

/** Windows itself spells nearly all of its keys in one way, so that hundreds of thousands need no change of their letters. */
const AS_WINDOWS_SPELLS: ReadonlyMap<string, string> = new Map(
  [...ONCE, ...REPEATABLE].map((key) => [key, key.toLowerCase()]),
);

/** The key in lower case: its letter case does not matter. */
export function nameOf(key: string): string {
  return AS_WINDOWS_SPELLS.get(key) ?? key.toLowerCase();
}

/** @param key in lower case */
export function isKnownKey(key: string): boolean {
  return KNOWN.has(key);
}

/** The keys whose values add up that begin so. */
export function keysOf(stem: string): readonly string[] {
  return [...ADDS_UP].filter((key) => key.startsWith(stem));
}

/**
 * Whether a key that is not known may say more of a list than the keys that begin so: newer versions add keys to the lists of older ones
 * (`LPort2_24`), and a misspelt one is of the list that it was meant for.
 */
export function mayAddTo(stem: string, key: string): boolean {
  return !isKnownKey(key) && (key.startsWith(stem) || nearestWord(key, keysOf(stem)) !== undefined);
}

export function isRepeatable(key: string): boolean {
  return ADDS_UP.has(key);
}

type Values = ReadonlyMap<string, readonly string[]>;

/** Keys for conditions on what an export does not tell, each with the reason it gives. */
const OPEN: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ...of(['ttk', 'ttk2_22', 'ttk2_27', 'ttk2_28'], { code: 'trust-tuple' }),
  ...of(['nnm', 'securityrealmid'], { code: 'network-name' }),
  ...of(['skipver'], { code: 'windows-version' }),
]);

/** What a condition on the interface names. Two rules that name the same hold both or neither. */
const INTERFACES: ReadonlyMap<string, RegExp> = new Map([
  ['if', /^\{[0-9a-f-]+\}$/i],
  ['iftype', /^(?:lan|wireless|remoteaccess)$/i],
  ['iftype2_23', /^mbb$/i],
]);

/** The same for the user, which the package already says. */
const USERS: ReadonlyMap<string, Reason> = new Map(
  of(['luauth', 'luauth2_24', 'luown'], { code: 'local-user' }),
);

function of(keys: readonly string[], reason: Reason): readonly (readonly [string, Reason])[] {
  return keys.map((key) => [key, reason] as const);
}

/** What the conditions of a rule leave open. */
export function openConditions(values: Values): readonly Doubt[] {
  const doubts: Doubt[] = [];
  const isOfPackage = values.has('apppkgid') || values.has('pfn');
  for (const [key, found] of values) {
    const reason = OPEN.get(key) ?? (isOfPackage ? undefined : USERS.get(key));
    const names = INTERFACES.get(key);
    if (reason === undefined && names === undefined) continue;
    const text = `${key}=${found.join(',')}`;
    if (reason !== undefined) doubts.push({ text, reason });
    if (names === undefined) continue;
    const areNames = found.every((value) => names.test(value));
    doubts.push({
      text,
      reason: areNames ? { code: 'interface-kind' } : { code: 'rule-grammar', part: text },
    });
  }
  const mapping = values.get('lom') ?? [];
  // What the rule says of the other side may not count.
  if (mapping.some((value) => value.toUpperCase() !== 'FALSE'))
    doubts.push({ text: `lom=${mapping.join(',')}`, reason: { code: 'local-only-mapping' } });
  const platforms = values.get('platform') ?? [];
  // Platform2 speaks of the last one.
  const isOrLater = values.get('platform2')?.[0]?.toUpperCase() === 'GTEQ';
  if (platforms.length > 0 && !isEveryPlatform(platforms.at(-1) ?? '', isOrLater))
    doubts.push({ text: `Platform=${platforms.join(',')}`, reason: { code: 'windows-version' } });
  return doubts;
}
