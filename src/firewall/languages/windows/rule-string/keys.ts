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

/** Conditions on what an export does not tell, each with the reason it gives. */
export const OPEN_CONDITIONS: readonly ((values: Values) => readonly Doubt[])[] = [
  open(['if', 'iftype', 'iftype2_23'], { code: 'interface-kind' }),
  open(['ttk', 'ttk2_22', 'ttk2_27', 'ttk2_28'], { code: 'trust-tuple' }),
  open(['nnm', 'securityrealmid'], { code: 'network-name' }),
  open(['skipver'], { code: 'windows-version' }),
  (values) => (values.has('apppkgid') || values.has('pfn') ? [] : users(values)),
  (values) =>
    values.get('lom')?.some((value) => value.toUpperCase() !== 'FALSE') === true ? mapping(values) : [],
  (values) => {
    const platforms = values.get('platform') ?? [];
    // Platform2 speaks of the last one.
    const isOrLater = values.get('platform2')?.[0]?.toUpperCase() === 'GTEQ';
    if (platforms.length === 0 || isEveryPlatform(platforms.at(-1) ?? '', isOrLater)) return [];
    return [{ text: `Platform=${platforms.join(',')}`, reason: { code: 'windows-version' } }];
  },
];

const users = open(['luauth', 'luauth2_24', 'luown'], { code: 'local-user' });
/** What the rule says of the other side may not count. */
const mapping = open(['lom'], { code: 'local-only-mapping' });

function open(keys: readonly string[], reason: Reason): (values: Values) => readonly Doubt[] {
  return (values) =>
    keys.flatMap((key) => {
      const found = values.get(key);
      return found === undefined ? [] : [{ text: `${key}=${found.join(',')}`, reason }];
    });
}
