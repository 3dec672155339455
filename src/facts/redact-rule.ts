import { addressRedactor, withoutRemarks } from './redact.ts';

/**
 * Rules of any firewall without what shows whose they are: names, descriptions, addresses, SIDs, GUIDs, paths and values that nobody
 * knows. Equal ones stay equal, two different ones stay different, and folders of Windows keep their names. Nobody can undo it.
 */
export function ruleRedactor(texts: readonly string[], key?: Uint8Array): (text: string) => string {
  const addresses = addressRedactor(texts, key);
  const names = numbered('name');
  const folders = numbered('folder');
  const sids = numbered('');
  const guids = numbered('');
  const path = (text: string): string =>
    text
      .split('\\')
      .map((part, index) =>
        index === 0 || KNOWN_FOLDERS.has(part.toLowerCase()) ? part : named(part, folders),
      )
      .join('\\');
  const identities = (text: string): string =>
    text
      .replaceAll(/\bS-1-(?:5-21|5-80|12-1|15-[23])(?:-\d+)+/gi, (sid) => `S-1-5-21-${sids(sid)}`)
      .replaceAll(
        /\{[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}/gi,
        (guid) => `{00000000-0000-4000-8000-${guids(guid).padStart(12, '0')}}`,
      );
  const value = (key: string, text: string): string => {
    const kind = KINDS[key.toLowerCase()];
    if (kind === 'plain' || PLAIN_VALUE.test(text)) return text;
    if (kind === 'path') return /^system$/i.test(text) ? text : path(text);
    if (kind === 'name') return text === '' ? '' : names(text);
    const shown = identities(addresses(text));
    return kind === 'identity' || shown !== text ? shown : shapeOf(text);
  };
  const ofString = (text: string): string =>
    text
      .split('|')
      .map((part, index) => {
        const [, name, rest] = /^([^=]*)=(.*)$/s.exec(part) ?? [];
        if (name === undefined || rest === undefined) return index === 0 ? part : shapeOf(part);
        return `${name}=${value(name, rest)}`;
      })
      .join('|');
  const ofObject = (text: string): string =>
    text.replaceAll(
      /\b([A-Z]\w+)=(.*?)(?= [A-Z]\w+=|$)/gs,
      (_, name: string, rest: string) => `${name}=${value(name, rest)}`,
    );
  return (text) => {
    const [, key, rest] = /^(\w+)=([^|]*)$/.exec(text) ?? [];
    if (key !== undefined && rest !== undefined) return `${key}=${value(key, rest)}`;
    const [, what, said] = /^(ports|addresses|Protocol|Profiles?|Rule source) (.*)$/s.exec(text) ?? [];
    if (what !== undefined && said !== undefined) return `${what} ${shapeOf(addresses(said))}`;
    const at = text.search(/\bv\d+\.\d+\|/i);
    if (at >= 0) return ofString(text.slice(at));
    const pairs = text.search(/\b(?:Action|Direction|Protocol|Program)=/);
    if (pairs >= 0) return ofObject(text.slice(pairs));
    return identities(addresses(withoutRemarks(text)));
  };
}

/**
 * A setting or its place in the registry, `EnableFirewall=2` or `domainprofile\\services\\fileandprint\\Enabled`: words as Windows names
 * settings stay, of what an administrator wrote (values, what lists have) only the shape is kept.
 */
export function redactedSetting(text: string): string {
  const [, name = text, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const [, ofKeys = name, ofList] = /^(.*?\\list\\)(.*)$/is.exec(name) ?? [];
  const parts = ofKeys.split('\\');
  // After the first that is none, the rest is no place either: `TCP Query User{…}C:\Users\…`.
  const count = parts.findIndex((word) => !/^\w*$/.test(word));
  const words = parts.map((word, at) => (count < 0 || at < count ? word : shapeOf(word)));
  const said =
    value === undefined ? '' : `=${PLAIN_VALUE.test(value.replaceAll('"', '')) ? value : shapeOf(value)}`;
  return `${words.join('\\')}${shapeOf(ofList ?? '')}${said}`;
}

type Kind = 'plain' | 'path' | 'name' | 'identity';

/** What is known of the keys of rules; of another value only its shape is kept. */
const KINDS: Readonly<Record<string, Kind>> = {
  ...all('plain', [
    'action',
    'active',
    'dir',
    'protocol',
    'profile',
    'edge',
    'defer',
    'security',
    'security2',
  ]),
  ...all('plain', [
    'lport',
    'lport2_10',
    'lport2_20',
    'lport2_24',
    'rport',
    'rport2_10',
    'icmp4',
    'icmp6',
    'iftype',
  ]),
  ...all('plain', [
    'platform',
    'platform2',
    'skipver',
    'ttk',
    'ttk2_22',
    'ttk2_27',
    'ttk2_28',
    'lom',
    'lsm',
    'pcross',
  ]),
  ...all('plain', ['ra42', 'ra62', 'direction', 'profiles', 'localport', 'remoteport']),
  ...all('path', ['app', 'program']),
  ...all('name', ['name', 'desc', 'embedctxt', 'svc', 'service', 'pfn', 'displayname', 'nnm']),
  ...all('identity', ['ra4', 'ra6', 'la4', 'la6', 'remoteaddress', 'localaddress', 'remoteip', 'localip']),
  ...all('identity', ['luauth', 'luown', 'apppkgid', 'rmauth', 'ruauth', 'if']),
};

function all(kind: Kind, keys: readonly string[]): Readonly<Record<string, Kind>> {
  return Object.fromEntries(keys.map((key) => [key, kind]));
}

const PLAIN_VALUE = /^(?:TRUE|FALSE|Any|Yes|No|\d{0,5})$/i;

const KNOWN_FOLDERS: ReadonlySet<string> = new Set([
  ...[
    'windows',
    'system32',
    'syswow64',
    'program files',
    'program files (x86)',
    'users',
    'programdata',
    'svchost.exe',
  ],
]);

/** A program keeps its ending. */
function named(part: string, folders: (text: string) => string): string {
  const [, ending = ''] = /(\.\w{1,4})$/.exec(part) ?? [];
  return part === '' ? '' : `${folders(part.toLowerCase())}${ending}`;
}

/** Letters as x, digits as 0. */
function shapeOf(text: string): string {
  return text.replaceAll(/\p{L}/gu, 'x').replaceAll(/\p{N}/gu, '0');
}

/** `name-1` for the first text, the same for the same one. */
function numbered(prefix: string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const number = `${known.size + 1}`;
    const found = known.get(text) ?? (prefix === '' ? number : `${prefix}-${number}`);
    known.set(text, found);
    return found;
  };
}
