import { badRuleset, placeIn } from '../../../model/source-location.ts';
import { parseAddresses } from '../policy/addresses.ts';
import { parsePorts } from '../policy/ports.ts';
import { PROFILES, type Profile } from '../policy/profile.ts';
import type { WindowsExport } from '../policy/policy.ts';
import type {
  AddressCondition,
  Doubt,
  PortCondition,
  RuleConditions,
  WindowsAction,
  WindowsRule,
} from '../policy/rule.ts';
import { damagedRule, isDamaged } from '../policy/damaged.ts';
import { netshBlocks, type NetshBlock, type NetshLine } from './blocks.ts';

/** The heading of a rule in any language: a label, its name, and a line of dashes below. */
const HEADING = /^[^\n:：]{3,40}[:：][^\n]*\r?\n-{60,}\s*$/m;

/** Whether a text is what `netsh advfirewall firewall show rule` prints, in any language. */
export function isNetshRules(text: string): boolean {
  return HEADING.test(text.slice(0, 20_000)) && !/^.*Profile Settings:/m.test(text.slice(0, 2000));
}

/** Whether the output has its end. */
export function isWholeNetsh(text: string): boolean {
  return /^Ok\.\s*$/m.test(text.slice(-1000));
}

const TITLE = 'Rule Name:';
const WITHOUT_DASHES = /^Rule Name:[^\n]*\n(?!-{50})/m;

/**
 * The rules of `netsh advfirewall firewall show rule name=all verbose` in English. A rule is its place: names repeat.
 * @throws InputError for other languages, and where it was cut
 */
export function readNetshRules(text: string, file: string): WindowsExport {
  const bare = WITHOUT_DASHES.exec(text);
  if (bare !== null)
    throw badRuleset(
      placeIn(file, text, bare.index),
      'the name of a rule without the line of dashes below it',
      bare[0].trim(),
      'give the output as netsh writes it',
    );
  const rules = netshBlocks(text).map((block, index) => {
    if (!block.title.startsWith(TITLE)) throw otherLanguage(block, file);
    const swallowed = block.lines.find(({ label }, at, all) => at > firstOf(label, all));
    if (swallowed !== undefined) throw severalRules(swallowed, file);
    return ruleOf(block, index, file);
  });
  return {
    ...{
      file,
      rules,
      settings: [],
      roots: [],
      wholeStores: [],
      settingProfiles: [],
      doubts: [],
      assumptions: [],
    },
    ...{ unstated: [], listsMdm: false, listsHardening: false },
    ruleStores: ['local'],
  };
}

function firstOf(label: string, lines: readonly NetshLine[]): number {
  return lines.findIndex((one) => one.label === label);
}

/** Of a rule whose heading is damaged nothing but its lines is left, below those of the rule before it. */
function severalRules({ label, value, line }: NetshLine, file: string): Error {
  return badRuleset(
    { file, line, column: 1 },
    'a line that the rule above already has: the heading of a rule is missing',
    `${label}: ${value}`,
    'give the output as netsh writes it',
  );
}

function otherLanguage({ title, line }: NetshBlock, file: string): Error {
  return badRuleset(
    { file, line, column: 1 },
    'output of netsh that is not in English',
    title,
    'give the registry exports (reg export) or Get-NetFirewallRule as JSON, which are the same in every language',
  );
}

/** Labels that only `verbose` prints. */
const VERBOSE = ['Program', 'InterfaceTypes', 'Security'] as const;

const KNOWN: ReadonlySet<string> = new Set([
  ...['Description', 'Enabled', 'Direction', 'Profiles', 'Grouping', 'LocalIP', 'RemoteIP', 'Protocol'],
  ...['LocalPort', 'RemotePort', 'Edge traversal', 'Service', 'Rule source', 'Action', ...VERBOSE],
]);

function ruleOf(block: NetshBlock, index: number, file: string): WindowsRule {
  const values = new Map<string, string>();
  const doubts: Doubt[] = [];
  const refuse = (part: string): null => {
    doubts.push({ text: part, reason: { code: 'rule-grammar', part } });
    return null;
  };
  for (const { label, value } of block.lines) {
    if (/^Ok\.$/.test(label)) continue;
    if (!KNOWN.has(label)) refuse(`${label} ${value}`.trim());
    values.set(label, value);
  }
  const get = (label: string): string | null => {
    const value = values.get(label);
    return value === undefined || /^any$/i.test(value) ? null : value;
  };
  const need = (label: string): string | null => {
    if (values.has(label)) return get(label);
    return refuse(`no ${label}`);
  };
  const name = block.title.slice(TITLE.length).trim();
  const action = ACTIONS[(need('Action') ?? '').toLowerCase()];
  const enabled = need('Enabled');
  const direction = need('Direction');
  const protocol = need('Protocol');
  const missing = VERBOSE.filter((label) => !values.has(label));
  if (missing.length > 0)
    doubts.push({ text: 'without verbose', reason: { code: 'filter-not-given', filter: 'verbose' } });
  const interfaceTypes = get('InterfaceTypes');
  if (interfaceTypes !== null)
    doubts.push({ text: `InterfaceTypes=${interfaceTypes}`, reason: { code: 'interface-kind' } });
  const source = values.get('Rule source');
  if (source !== undefined && source !== 'Local Setting') refuse(`Rule source ${source}`);
  const number = protocol === null ? null : protocolOf(protocol, refuse);
  const port = number === 6 || number === 17 ? need : get;
  const conditions: RuleConditions = {
    profiles: profilesOf(need('Profiles'), refuse),
    protocol: number,
    localPorts: portsOf(port('LocalPort'), refuse),
    remotePorts: portsOf(port('RemotePort'), refuse),
    localAddresses: addressesOf(need('LocalIP'), refuse),
    remoteAddresses: addressesOf(need('RemoteIP'), refuse),
    doubts,
  };
  const rule: WindowsRule = {
    origin: {
      ...{ file, line: block.line, store: 'local', id: `rule ${index + 1}`, name },
      text: block.lines
        .flatMap(({ label, value }) => (SHOWN.has(label) && value !== 'Any' ? [`${label}=${value}`] : []))
        .join(' '),
    },
    actions: action === undefined ? ['bypass', 'block', 'allow'] : [action],
    isActive: enabled === 'Yes' ? true : enabled === 'No' ? false : null,
    directions: direction === 'In' ? ['in'] : direction === 'Out' ? ['out'] : ['in', 'out'],
    program: get('Program'),
    service: get('Service'),
    package: null,
    isAuthenticated: values.has('Security') && values.get('Security') !== 'NotRequired',
    conditions: () => conditions,
  };
  return isDamaged([...values.values()].join()) ? damagedRule(rule) : rule;
}

const SHOWN: ReadonlySet<string> = new Set([
  ...['Action', 'Direction', 'Profiles', 'Protocol', 'LocalPort', 'RemoteIP', 'Program', 'Service'],
]);

const ACTIONS: Readonly<Record<string, WindowsAction | undefined>> = {
  allow: 'allow',
  block: 'block',
  bypass: 'bypass',
};

type Refuse = (part: string) => null;

function profilesOf(value: string | null, refuse: Refuse): readonly Profile[] | null {
  if (value === null) return null;
  const words = value.split(',').map((word) => word.trim().toLowerCase());
  const found = PROFILES.filter((profile) => words.includes(profile));
  return found.length === words.length ? found : refuse(`Profiles ${value}`);
}

function protocolOf(value: string, refuse: Refuse): number | null {
  const named = { tcp: 6, udp: 17, icmpv4: 1, icmpv6: 58 }[value.toLowerCase()];
  if (named !== undefined) return named;
  return /^\d{1,3}$/.test(value) && Number(value) <= 255 ? Number(value) : refuse(`Protocol ${value}`);
}

function portsOf(value: string | null, refuse: Refuse): PortCondition | null {
  return value === null ? null : (parsePorts([value]) ?? refuse(`ports ${value}`));
}

function addressesOf(value: string | null, refuse: Refuse): AddressCondition | null {
  if (value === null) return null;
  const words = value.split(',').map((text) => ({ text: text.trim(), family: null }));
  return parseAddresses(words) ?? refuse(`addresses ${value}`);
}
