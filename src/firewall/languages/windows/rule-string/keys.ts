import type { Reason } from '../../../model/reason.ts';
import type { Doubt } from '../policy/rule.ts';
import { isEveryPlatform } from './platform.ts';

/** Keys that stand once (MS-GPFAS 2.2.2.19, and three that real strings have). */
const ONCE = [
  'action',
  'active',
  'dir',
  'protocol',
  'app',
  'svc',
  'apppkgid',
  'pfn',
  'luauth',
  'luauth2_24',
  'luown',
  'security',
  'security2',
  'security2_9',
  'rmauth',
  'ruauth',
  'authbypassout',
  'edge',
  'defer',
  'lsm',
  'lom',
  'pcross',
  'skipver',
  'securityrealmid',
  'name',
  'desc',
  'embedctxt',
  'rsnme',
  'rsnmn',
];

/** Keys whose values add up. */
const REPEATABLE = [
  'profile',
  'lport',
  'lport2_10',
  'lport2_20',
  'lport2_24',
  'lport2_25',
  'lport2_29',
  'rport',
  'rport2_10',
  'rport2_28',
  'icmp4',
  'icmp6',
  'la4',
  'la6',
  'ra4',
  'ra6',
  'ra42',
  'ra62',
  'if',
  'iftype',
  'iftype2_23',
  'platform',
  'platform2',
  'ttk',
  'ttk2_22',
  'ttk2_27',
  'ttk2_28',
  'nnm',
];

const KNOWN: ReadonlySet<string> = new Set([...ONCE, ...REPEATABLE]);
const ADDS_UP: ReadonlySet<string> = new Set(REPEATABLE);

/** @param key in lower case */
export function isKnownKey(key: string): boolean {
  return KNOWN.has(key);
}

/** The keys whose values add up that begin so. */
export function keysOf(stem: string): readonly string[] {
  return REPEATABLE.filter((key) => key.startsWith(stem));
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
    const text = `${key}=${found.join(',')}`;
    if (reason !== undefined) doubts.push({ text, reason });
    const names = INTERFACES.get(key);
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
