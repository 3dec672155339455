import { nearestWord } from '../../../../nearest-word.ts';
import type { PlainReason } from '../../../model/reason.ts';
import { parseAddresses } from '../policy/addresses.ts';
import { damagedRule, isDamaged } from '../policy/damaged.ts';
import { parsePorts } from '../policy/ports.ts';
import { PROFILES, type Profile } from '../policy/profile.ts';
import type {
  AddressCondition,
  Doubt,
  PortCondition,
  RuleConditions,
  Store,
  WindowsRule,
} from '../policy/rule.ts';
import { isEveryPlatform } from '../rule-string/platform.ts';
import { FILTERS, FILTER_KINDS, type Filters } from './filters.ts';
import { enumOf, listOf, textOf, wordsOf, type CimObject, type FoundObject } from './objects.ts';

/** The rule that an object of Get-NetFirewallRule and its filters stand for. A filter that is missing is not "any". */
export function ruleOfObject({ object, file, store }: FoundObject, filters: Filters): WindowsRule {
  const id = textOf(object.InstanceID) ?? textOf(object.Name) ?? '';
  const doubts: Doubt[] = FILTER_KINDS.flatMap((kind): readonly Doubt[] => {
    const filter = filters[kind];
    const { cmdlet, more } = FILTERS[kind];
    if (filter === undefined) return [{ text: cmdlet, reason: { code: 'filter-not-given', filter: cmdlet } }];
    const missing = more.filter((names) => !names.some((name) => name in filter));
    return [
      ...(filter.IsNegated === true ? [outside(`${kind} filter is negated`)] : []),
      ...missing.map(([name = '']) => outside(`${cmdlet} without ${name}`)),
    ];
  });
  for (const kind of filters.twice ?? []) doubts.push(outside(`two ${kind} filters that differ`));
  const refuse = (part: string): null => {
    doubts.push(outside(part));
    return null;
  };
  const { port = {}, address = {}, application = {}, service = {}, security = {} } = filters;
  const protocol = protocolOf(port.Protocol, refuse);
  const action = enumOf(object.Action, { Allow: 2, AllowBypass: 3, Block: 4 });
  const direction = enumOf(object.Direction, { Inbound: 1, Outbound: 2 });
  const enabled = enumOf(object.Enabled, { True: 1, False: 2 });
  doubts.push(...openConditions(object, filters), ...interfaceConditions(filters), ...badStatus(object));
  doubts.push(...[object, ...FILTER_KINDS.map((kind) => filters[kind] ?? {})].flatMap(misspeltProperties));
  const conditions: RuleConditions = {
    profiles: profilesOf(object.Profiles ?? object.Profile, refuse),
    protocol,
    localPorts: ports(port.LocalPort, refuse),
    remotePorts: ports(port.RemotePort, refuse),
    localAddresses: addresses(address.LocalAddress, refuse),
    remoteAddresses: addresses(address.RemoteAddress, refuse),
    doubts,
  };
  const rule: WindowsRule = {
    origin: {
      ...{ file, line: 0, store: storeOf(object, store), id, name: textOf(object.DisplayName) ?? '' },
      text: shown({ ...object, ...port, ...address, ...application, ...service }),
    },
    actions:
      action === 2
        ? ['allow']
        : action === 3
          ? ['bypass']
          : action === 4
            ? ['block']
            : ['bypass', 'block', 'allow'],
    isActive: enabled === 1 ? true : enabled === 2 ? false : null,
    directions: direction === 1 ? ['in'] : direction === 2 ? ['out'] : ['in', 'out'],
    program: scope(application.Program, refuse) ?? scope(application.AppPath, refuse),
    service: scope(service.Service, refuse) ?? scope(service.ServiceName, refuse),
    package: scope(application.Package, refuse),
    isAuthenticated: isAuthenticated(security),
    conditions: () => conditions,
  };
  // Ports, addresses and numbers that are damaged are none.
  return isDamaged([rule.program, rule.service, rule.package].join()) ? damagedRule(rule) : rule;
}

/** Properties that no rule or filter needs to have, and that leave it open where they say more than usual. */
const OPTIONAL = [
  ...['IsNegated', 'DynamicTransport', 'DynamicTarget', 'LocalOnlyMapping', 'Owner', 'Platform', 'Platforms'],
  ...['RemoteDynamicKeywordAddresses', 'PolicyAppId', 'PrimaryStatus', 'StatusCode', 'PolicyStoreSourceType'],
  ...['EnforcementStatus', 'Encryption', 'OverrideBlockRules', 'RemoteUser', 'RemoteUsers', 'RemoteMachine'],
  'RemoteMachines',
];

const nearestProperty = new Map<string, string | undefined>();

function misspeltProperties(object: CimObject): readonly Doubt[] {
  return Object.keys(object).flatMap((name): readonly Doubt[] => {
    if (!nearestProperty.has(name) && nearestProperty.size < MAX_PROPERTIES)
      nearestProperty.set(name, nearestWord(name, OPTIONAL));
    const perhaps = nearestProperty.get(name);
    if (perhaps === undefined || perhaps === name || OPTIONAL.includes(name)) return [];
    return [{ text: name, reason: { code: 'misspelt-name', name, perhaps } }];
  });
}

/** Windows has fewer than a hundred; a file of something else may have any number. */
const MAX_PROPERTIES = 1000;

/** What Windows says of a rule that it has not read, or has read in part. */
function badStatus({ PrimaryStatus: primary, StatusCode: code }: CimObject): readonly Doubt[] {
  const isError = enumOf(primary, { Error: STATUS_ERROR }) === STATUS_ERROR;
  const isOdd = typeof code === 'number' && code !== 0 && code !== STATUS_OK;
  return isError || isOdd ? [outside(isError ? 'PrimaryStatus Error' : `StatusCode ${String(code)}`)] : [];
}

const STATUS_ERROR = 3;
const STATUS_OK = 65_536;

/** The properties that people look for; JSON has no line to point at. */
function shown(object: CimObject): string {
  return SHOWN.flatMap((key) => {
    const words = wordsOf(object[key]);
    return words.length === 0 ? [] : [`${key}=${words.join(',')}`];
  }).join(' ');
}

const SHOWN = [
  'Action',
  'Direction',
  'Profiles',
  'Protocol',
  'LocalPort',
  'RemoteAddress',
  'Program',
  'Service',
];

function outside(part: string): Doubt {
  return { text: part, reason: { code: 'rule-grammar', part } };
}

/** Of a collection the store that was asked; else what the rule says of its source. */
function storeOf(object: CimObject, asked: string | null): Store {
  if (asked !== null && /^rsop$/i.test(asked)) return 'policy';
  if (asked !== null && /^persistentstore$/i.test(asked)) return 'local';
  switch (enumOf(object.PolicyStoreSourceType, { Local: 1, GroupPolicy: 2, Dynamic: 3, MDM: 6 })) {
    case 2:
      return 'policy';
    case 3:
    case 6:
      return 'mdm';
    case 4:
    case 5:
      return 'hardening';
    default:
      return 'local';
  }
}

type Refuse = (part: string) => null;

/** What is not restricted is written `Any`, never null: so in {@link ports} and {@link addresses}. */
function protocolOf(value: unknown, refuse: Refuse): number | null {
  if (value === null) return refuse('Protocol null');
  const [word] = wordsOf(value);
  if (word === undefined) return null;
  const named = { tcp: 6, udp: 17, icmpv4: 1, icmpv6: 58 }[word.toLowerCase()];
  if (named !== undefined) return named;
  return /^\d{1,3}$/.test(word) && Number(word) <= 255 ? Number(word) : refuse(`Protocol ${word}`);
}

/** A bit mask, or names joined by commas. */
function profilesOf(value: unknown, refuse: Refuse): readonly Profile[] | null {
  if (typeof value === 'string' && !/^\d+$/.test(value)) {
    const words = value.split(',').map((word) => word.trim().toLowerCase());
    if (words.includes('any') || words.includes('notapplicable')) return null;
    const found = PROFILES.filter((profile) => words.includes(profile));
    return found.length === words.length ? found : refuse(`Profile ${value}`);
  }
  const bits = typeof value === 'boolean' ? null : enumOf(value, {});
  // 2147483647 is every bit.
  if (bits === 0 || bits === 0x7fff_ffff) return null;
  if (bits === null || bits > 7) return refuse(`Profile ${String(value)}`);
  return PROFILES.filter((_, index) => (bits & (1 << index)) !== 0);
}

function ports(value: unknown, refuse: Refuse): PortCondition | null {
  if (value === null) return refuse('ports null');
  const words = wordsOf(value);
  return words.length === 0 ? null : (parsePorts(words) ?? refuse(`ports ${words.join(',')}`));
}

function addresses(value: unknown, refuse: Refuse): AddressCondition | null {
  if (value === null) return refuse('addresses null');
  const words = wordsOf(value);
  if (words.length === 0) return null;
  return (
    parseAddresses(words.map((text) => ({ text, family: null }))) ?? refuse(`addresses ${words.join(',')}`)
  );
}

/** One text; what is none leaves the rule open. */
function scope(value: unknown, refuse: Refuse): string | null {
  const given = listOf(value);
  if (given.some((one) => typeof one !== 'string') || given.length > 1) return refuse(JSON.stringify(value));
  return unlessAny(value);
}

function unlessAny(value: unknown): string | null {
  return wordsOf(value)[0] ?? null;
}

function isAuthenticated(security: CimObject): boolean {
  const authentication = enumOf(security.Authentication, { NotRequired: 0, Required: 1, NoEncap: 2 });
  const encryption = enumOf(security.Encryption, { NotRequired: 0, Required: 1, Dynamic: 2 });
  const remote = ['RemoteUser', 'RemoteUsers', 'RemoteMachine', 'RemoteMachines'];
  return (
    (authentication ?? 0) !== 0 ||
    (encryption ?? 0) !== 0 ||
    security.OverrideBlockRules === true ||
    remote.some((key) => unlessAny(security[key]) !== null)
  );
}

/** They may be added up. */
const INTERFACE_TYPES = { Any: 0, Wired: 1, Wireless: 2, RemoteAccess: 4 };

/** What two rules say in the same words holds for both or for neither; what could not be read are no words. */
function interfaceConditions({ interface: alias = {}, interfaceType = {} }: Filters): readonly Doubt[] {
  const of = (text: string, isRead: boolean): Doubt =>
    isRead ? { text, reason: { code: 'interface-kind' } } : outside(text);
  const aliases = wordsOf(alias.InterfaceAlias);
  const areTexts = listOf(alias.InterfaceAlias).every((one) => typeof one === 'string');
  const type = enumOf(interfaceType.InterfaceType, INTERFACE_TYPES);
  return [
    ...(aliases.length === 0 ? [] : [of(`InterfaceAlias=${aliases.join(',')}`, areTexts)]),
    ...(!('InterfaceType' in interfaceType) || type === 0
      ? []
      : [of(`InterfaceType=${type ?? 'unreadable'}`, type !== null)]),
  ];
}

interface OpenCondition {
  readonly isSet: boolean;
  readonly text: string;
  readonly code: PlainReason;
}

/** Conditions on what the objects do not tell. */
function openConditions(object: CimObject, filters: Filters): readonly Doubt[] {
  const { security = {}, application = {}, port = {} } = filters;
  const platforms = listOf(object.Platforms ?? object.Platform).map(String);
  const isOpen: readonly OpenCondition[] = [
    {
      isSet:
        unlessAny(application.Package) === null &&
        [security.LocalUser, security.LocalUsers, object.Owner].some((one) => unlessAny(one) !== null),
      ...{ text: 'LocalUser or Owner', code: 'local-user' },
    },
    {
      isSet:
        platforms.length > 0 &&
        !platforms.every((one) => isEveryPlatform(one.replace('+', ''), one.endsWith('+'))),
      ...{ text: `Platform ${platforms.join(',')}`, code: 'windows-version' },
    },
    {
      isSet: (enumOf(port.DynamicTransport ?? port.DynamicTarget, { Any: 0 }) ?? 0) !== 0,
      ...{ text: 'DynamicTransport', code: 'trust-tuple' },
    },
    {
      isSet: object.LocalOnlyMapping === true,
      ...{ text: 'LocalOnlyMapping', code: 'local-only-mapping' },
    },
    {
      isSet: [object.RemoteDynamicKeywordAddresses, object.PolicyAppId].some(
        (one) => listOf(one).filter((each) => each !== '').length > 0,
      ),
      ...{ text: 'dynamic keyword addresses', code: 'network-name' },
    },
  ];
  return isOpen.flatMap(({ isSet, text, code }) => (isSet ? [{ text, reason: { code } }] : []));
}
