import { tryParseAddress } from '../../../../net/address.ts';
import { isRepeatable } from './keys.ts';

/** The values of a rule string by key, in lower case. */
type Values = ReadonlyMap<string, readonly string[]>;

/**
 * What a rule says that its grammar admits and the firewall does not (MS-FASP 2.2.35, 2.2.37; MS-GPFAS 2.2.2.9 to 12), each as the
 * string has it. Whether the firewall then loads the rule is not published.
 */
export function brokenConstraints(values: Values, id: string): readonly string[] {
  const tooMany = longLists(values);
  // Of a list that no rule can have, the rest does not matter.
  if (tooMany.length > 0) return tooMany;
  const found: string[] = [];
  values.forEach((own, key) => {
    for (const value of own)
      if (isBadWord(key, value, values)) {
        found.push(`${key}=${value}`);
        break;
      }
    const missing = DEMANDS.get(key)?.(own, values) ?? null;
    if (missing !== null) found.push(missing);
  });
  addLongTexts(found, values, id);
  return found;
}

export const FREE_TEXT: ReadonlySet<string> = new Set(['name', 'desc', 'embedctxt']);
const BOOLEAN = ['true', 'false'];

/** Words that a key can have; other keys are numbers, lists or texts. */
const WORDS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...['edge', 'lsm', 'lom', 'pcross'].map((key) => [key, BOOLEAN] as const),
  ['authbypassout', ['true']],
  ['defer', ['app', 'user']],
  ['security', ['authenticate', 'authenticateencrypt']],
  ['security2', ['an-noencap', 'ane-nego']],
  ['security2_9', ['an-noencap', 'ane-nego']],
  ['platform2', ['gteq']],
  ['lport2_20', ['dhcp', 'ply2disc']],
  ['lport2_24', ['mdns']],
  ['lport2_25', ['mdns']],
  ['lport2_29', ['tcpcdpsvc']],
  ['rport2_28', ['cortanaout']],
  ['ra42', ['intranet', 'internet', 'ply2renders', 'rmtintranet', 'captiveportal']],
  ['ra62', ['intranet', 'internet', 'ply2renders', 'rmtintranet', 'captiveportal']],
]);

/** Keywords that stand among the numbers or addresses of a key. */
const KEYWORDS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['lport', ['rpc', 'rpc-epmap', 'teredo']],
  ['lport2_10', ['iptlsin', 'iphttpsin']],
  ['rport', []],
  ['rport2_10', ['iptlsout', 'iphttpsout']],
  ...['la4', 'la6'].map((key) => [key, []] as const),
  ...['ra4', 'ra6'].map((key) => [key, ['localsubnet', 'dns', 'dhcp', 'wins', 'defaultgateway']] as const),
]);

/** A key within a value, which lacks the pipe before it; null for none. */
export function swallowedKey(value: string): string | null {
  return value.includes('=') ? (SWALLOWED.exec(value)?.[0] ?? null) : null;
}

const SWALLOWED =
  /(?:Action|Active|Dir|Protocol|Profile|[LR]Port(?:2_\d\d)?|ICMP[46]|[LR]A[46]2?|IF|IFType|App|Svc|AppPkgId|PFN|LUAuth|LUOwn|Security|R[MU]auth|AuthByPassOut|Edge|Defer|LSM|LOM|PCross|Platform2?|SkipVer|TTK|NNm|Name|Desc|EmbedCtxt)=/;

/** Whether a text may hold what stood behind it: a key that stands once and that the rule has elsewhere is part of the text. */
function swallowsKey(text: string, rule: Values): boolean {
  if (!text.includes('=')) return false;
  const keys = Array.from(text.matchAll(EACH_SWALLOWED), ([key]) => key.slice(0, -1).toLowerCase());
  return keys.some((key) => isRepeatable(key) || !rule.has(key));
}

const EACH_SWALLOWED = new RegExp(SWALLOWED, 'g');

const WORD = /^[a-z]+(?:-[a-z]+)?\d?$/i;

function isBadWord(key: string, value: string, rule: Values): boolean {
  if (value === '') return !FREE_TEXT.has(key);
  if (FREE_TEXT.has(key)) return swallowsKey(value, rule);
  if (swallowedKey(value) !== null) return true;
  const allowed = WORDS.get(key);
  if (allowed !== undefined) return !allowed.includes(value.toLowerCase());
  const keywords = KEYWORDS.get(key);
  if (keywords === undefined) return false;
  return wordsOf(value).some((word) => WORD.test(word) && !keywords.includes(word.toLowerCase()));
}

/** What a key with these values asks of the rest of its rule and does not find; null where all is well. */
type Demand = (own: readonly string[], rule: Values) => string | null;

const says = (own: readonly string[] | undefined, word: string): boolean =>
  own?.some((one) => one.toLowerCase() === word) === true;
const saysAny = (own: readonly string[], words: readonly string[]): boolean =>
  own.some((one) => wordsOf(one).some((word) => words.includes(word.toLowerCase())));
const isOut = (rule: Values): boolean => says(rule.get('dir'), 'out');
const isOf = (rule: Values, protocol: string, word = protocol): boolean =>
  says(rule.get('protocol'), protocol) || says(rule.get('protocol'), word);
const isSecured = (rule: Values): boolean => SECURITY.some((key) => rule.has(key));
const unless = (isWell: boolean, text: string): string | null => (isWell ? null : text);

const localPort: Demand = (own, rule) => {
  if (saysAny(own, ['rpc', 'rpc-epmap']) && !isOf(rule, '6', 'tcp')) return 'LPort=RPC without TCP';
  if (saysAny(own, ['teredo']) && !isOf(rule, '17', 'udp')) return 'LPort=Teredo without UDP';
  return unless(!isOut(rule) || !saysAny(own, LOCAL_KEYWORDS), 'a local port keyword on an outbound rule');
};
const icmp =
  (key: string, protocol: string): Demand =>
  (own, rule) =>
    isOf(rule, protocol)
      ? unless(own.every(isIcmpType), 'an ICMP type out of range')
      : `${key} without Protocol=${protocol}`;
const security: Demand = (_, rule) => unless(!says(rule.get('action'), 'block'), 'Security on a block rule');
const remote: Demand = (_, rule) => unless(isSecured(rule), 'RMauth or RUAuth without Security');
const addresses: Demand = (own) =>
  unless(!own.some((one) => wordsOf(one).some(isNoAddress)), 'an address that no rule can have');

const SECURITY = ['security', 'security2', 'security2_9'];
const LOCAL_PORTS = ['lport', 'lport2_10', 'lport2_20', 'lport2_24', 'lport2_25', 'lport2_29'];
const LOCAL_KEYWORDS = [
  ...['rpc', 'rpc-epmap', 'teredo', 'iptlsin', 'iphttpsin'],
  ...['dhcp', 'ply2disc', 'mdns', 'tcpcdpsvc'],
];

const DEMANDS: ReadonlyMap<string, Demand> = new Map<string, Demand>([
  [
    'action',
    (own, rule) => {
      const isByPass = says(own, 'bypass');
      const isWell = !isOut(rule) && isSecured(rule) && rule.has('rmauth');
      return unless(!isByPass || isWell, 'ByPass without Dir=In, Security and RMauth');
    },
  ],
  ['edge', (own, rule) => unless(!isOut(rule) || !says(own, 'true'), 'Edge on an outbound rule')],
  ['defer', (_, rule) => unless(!isOut(rule), 'Defer on an outbound rule')],
  [
    'lsm',
    (own, rule) =>
      unless(!says(own, 'true') || (isOut(rule) && !isOf(rule, '6', 'tcp')), 'LSM on an inbound or TCP rule'),
  ],
  ...SECURITY.map((key): [string, Demand] => [key, security]),
  ['rmauth', remote],
  ['ruauth', remote],
  ['authbypassout', (_, rule) => unless(isOut(rule), 'AuthByPassOut on an inbound rule')],
  ...LOCAL_PORTS.map((key): [string, Demand] => [key, localPort]),
  ['icmp4', icmp('ICMP4', '1')],
  ['icmp6', icmp('ICMP6', '58')],
  ['platform2', (_, rule) => unless(rule.has('platform'), 'Platform2 without Platform')],
  ['name', (own) => unless(!says(own, 'all'), 'Name=all')],
  ...['la4', 'la6', 'ra4', 'ra6'].map((key): [string, Demand] => [key, addresses]),
]);

function isIcmpType(text: string): boolean {
  const [, type = '', code = ''] = /^(\d{1,3}):(\d{1,3}|\*)$/.exec(text) ?? [];
  return type !== '' && Number(type) <= 255 && (code === '*' || Number(code) <= 255);
}

/** What a subnet of one address may have as its length. */
const WHOLE = ['32', '128', '255.255.255.255'];

/** A whole address written as a subnet, the loopback address and that of nobody. */
function isNoAddress(text: string): boolean {
  const [address = '', length] = text.split('/');
  if (length !== undefined && !WHOLE.includes(length)) return false;
  const found = tryParseAddress(address);
  if (found === undefined) return false;
  if (length === (found.family === 4 ? '32' : '128') || length === '255.255.255.255') return true;
  return (
    length === undefined &&
    (found.value === 0n || (found.family === 4 ? found.value >> 24n === 127n : found.value === 1n))
  );
}

const MAX_ENTRIES = 1000;
const LISTS = ['lport', 'rport', 'la', 'ra', 'icmp', 'if', 'platform'];

function longLists(values: Values): readonly string[] {
  let characters = 0;
  for (const all of values.values()) for (const { length } of all) characters += length + 1;
  if (characters <= MAX_ENTRIES) return [];
  const entries = new Map<string, number>();
  for (const [key, all] of values) {
    const list = LISTS.find((stem) => key.startsWith(stem) && /^(?:\d|$)/.test(key.slice(stem.length)));
    if (list === undefined) continue;
    const commas = all.reduce((sum, one) => sum + one.split(',').length, 0);
    entries.set(list, (entries.get(list) ?? 0) + commas);
  }
  return [...entries].flatMap(([list, count]) =>
    count > MAX_ENTRIES ? [`${count} entries of ${list}, of at most ${MAX_ENTRIES}`] : [],
  );
}

/** Texts by key: as long as this they are too long. */
const TOO_LONG = [
  ['name', 10_000, '10,000'],
  ['desc', 10_000, '10,000'],
  ['app', 260, '260'],
] as const;

function addLongTexts(found: string[], values: Values, id: string): void {
  for (const [key, length, shown] of TOO_LONG)
    if (values.get(key)?.some((text) => text.length >= length) === true)
      found.push(`${key} of ${shown} characters or more`);
  if (id.length > 511 || id.includes('|')) found.push('an ID of more than 511 characters or with a pipe');
}

function wordsOf(value: string): readonly string[] {
  return value.includes(',') ? value.split(',').map((word) => word.trim()) : [value.trim()];
}
