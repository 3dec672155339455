import { tryParseAddress } from '../../../../net/address.ts';

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
  return [...badWords(values), ...contradictions(values), ...longTexts(values, id)];
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

const WORD = /^[a-z]+(?:-[a-z]+)?\d?$/i;

function badWords(values: Values): readonly string[] {
  const found: string[] = [];
  for (const [key, all] of values) {
    const allowed = WORDS.get(key);
    const keywords = KEYWORDS.get(key);
    const isBad = (value: string): boolean => {
      if (value === '') return !FREE_TEXT.has(key);
      if (swallowedKey(value) !== null) return true;
      if (allowed !== undefined) return !allowed.includes(value.toLowerCase());
      if (keywords === undefined) return false;
      return wordsOf(value).some((word) => WORD.test(word) && !keywords.includes(word.toLowerCase()));
    };
    const bad = all.find(isBad);
    if (bad !== undefined) found.push(`${key}=${bad}`);
  }
  return found;
}

/** Parts that may not stand beside each other. */
function contradictions(values: Values): readonly string[] {
  const has = (key: string, word?: string): boolean => {
    const all = values.get(key);
    return all !== undefined && (word === undefined || all.some((one) => one.toLowerCase() === word));
  };
  const keyword = (key: string, words: readonly string[]): boolean =>
    (values.get(key) ?? []).some((one) => wordsOf(one).some((word) => words.includes(word.toLowerCase())));
  const isOut = has('dir', 'out');
  const [isTcp, isUdp] = [
    has('protocol', '6') || has('protocol', 'tcp'),
    has('protocol', '17') || has('protocol', 'udp'),
  ];
  const isSecured = SECURITY.some((key) => has(key));
  const isByPass = has('action', 'bypass');
  const broken: string[] = [];
  const check = (isBroken: boolean, text: string): void => {
    if (isBroken) broken.push(text);
  };
  check(isOut && has('edge', 'true'), 'Edge on an outbound rule');
  check(isOut && has('defer'), 'Defer on an outbound rule');
  check(has('lsm', 'true') && (!isOut || isTcp), 'LSM on an inbound or TCP rule');
  check(isSecured && has('action', 'block'), 'Security on a block rule');
  check(isByPass && (isOut || !isSecured || !has('rmauth')), 'ByPass without Dir=In, Security and RMauth');
  check(!isSecured && (has('rmauth') || has('ruauth')), 'RMauth or RUAuth without Security');
  check(has('authbypassout') && !isOut, 'AuthByPassOut on an inbound rule');
  check(keyword('lport', ['rpc', 'rpc-epmap']) && !isTcp, 'LPort=RPC without TCP');
  check(keyword('lport', ['teredo']) && !isUdp, 'LPort=Teredo without UDP');
  check(
    isOut && LOCAL_PORTS.some((key) => keyword(key, LOCAL_KEYWORDS)),
    'a local port keyword on an outbound rule',
  );
  check(has('icmp4') && !has('protocol', '1'), 'ICMP4 without Protocol=1');
  check(has('icmp6') && !has('protocol', '58'), 'ICMP6 without Protocol=58');
  check(
    [...(values.get('icmp4') ?? []), ...(values.get('icmp6') ?? [])].some((one) => !isIcmpType(one)),
    'an ICMP type out of range',
  );
  check(has('platform2') && !has('platform'), 'Platform2 without Platform');
  check(has('name', 'all'), 'Name=all');
  check(
    ADDRESSES.some((key) => (values.get(key) ?? []).some((one) => wordsOf(one).some(isNoAddress))),
    'an address that no rule can have',
  );
  return broken;
}

const SECURITY = ['security', 'security2', 'security2_9'];
const LOCAL_PORTS = ['lport', 'lport2_10', 'lport2_20', 'lport2_24', 'lport2_25', 'lport2_29'];
const LOCAL_KEYWORDS = [
  ...['rpc', 'rpc-epmap', 'teredo', 'iptlsin', 'iphttpsin'],
  ...['dhcp', 'ply2disc', 'mdns', 'tcpcdpsvc'],
];
const ADDRESSES = ['la4', 'la6', 'ra4', 'ra6'];

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

function longTexts(values: Values, id: string): readonly string[] {
  const isLong = (key: string, limit: number): boolean =>
    (values.get(key) ?? []).some(({ length }) => length >= limit);
  return [
    ...['name', 'desc'].flatMap((key) =>
      isLong(key, 10_000) ? [`${key} of 10,000 characters or more`] : [],
    ),
    ...(isLong('app', 260) ? ['app of 260 characters or more'] : []),
    ...(id.length > 511 || id.includes('|') ? ['an ID of more than 511 characters or with a pipe'] : []),
  ];
}

function wordsOf(value: string): readonly string[] {
  return value.split(',').map((word) => word.trim());
}
