import { InputError } from '../input-error.ts';
import type { RulesetSource } from '../firewall/languages/dialect.ts';
import type { DialectId } from '../firewall/model/dialect-id.ts';
import type { Links } from '../firewall/netfilter/machine/links.ts';
import type { Family } from '../net/address.ts';
import { parseListeners } from './listening.ts';
import { unknownMachine, type MachineFacts, type StrictInterfaces } from './machine-facts.ts';
import type { CollectedCommand, LinuxMachine } from './machine-file.ts';
import {
  enslaved,
  fixedNeighbours,
  limitedArp,
  mute,
  parseNeighbours,
  unreached,
  withoutResolution,
} from './routing/link-obstacles.ts';
import { doubtedRoutes, shortLived } from './routing/doubted-routes.ts';
import { arpFiltered, filteredBy, hasArpRules, parseTrafficFilters } from './routing/hidden-filters.ts';
import { parseBridges, parseFixedPorts } from './bridge-ports.ts';
import { isDown, isUnresolving, parseInterfaces, type Interface } from './interfaces.ts';
import { parseRules } from './routing/routing-rule.ts';
import { parseIpsecDefaults, parseIpsecPolicies } from './ipsec.ts';
import { parseRoutes, type Routing } from './routing/routing.ts';
import { sysctlName } from './sysctl-name.ts';

/** @throws InputError where a tool failed to list rules: they could say anything */
export function rulesetsOfLinux({ commands, host }: LinuxMachine, file: string): readonly RulesetSource[] {
  const isEmpty = (id: string): boolean => (outputOf(commands, id) ?? '').trim() === '';
  return commands.flatMap(({ id, command, exitCode, output, errors }): readonly RulesetSource[] => {
    const dialect = DIALECT_OF[id];
    if (dialect === undefined) return [];
    if (exitCode !== 0) throw notListed({ host, command, errors, file });
    // JSON lists a machine without rules, where text is empty; else text has more.
    if (id === 'nft-json' && !isEmpty('nft')) return [];
    if (id === 'nft' && isEmpty('nft') && !isEmpty('nft-json')) return [];
    return [{ text: output, file: `${file}#${id}`, dialect, isCollected: true, command }];
  });
}

const DIALECT_OF: Readonly<Record<string, DialectId>> = {
  'iptables-nft': 'iptables',
  'ip6tables-nft': 'ip6tables',
  'iptables-legacy': 'iptables',
  'ip6tables-legacy': 'ip6tables',
  ipset: 'ipset',
  nft: 'nft',
  'nft-json': 'nft-json',
};

function notListed(failed: {
  readonly host: string;
  readonly command: string;
  readonly errors: string;
  readonly file: string;
}): InputError {
  const why = failed.errors.trim().split('\n', 1)[0] ?? '';
  return new InputError({
    code: 'rules-not-listed',
    message: `"${failed.file}": ${failed.command} failed on ${failed.host}${why === '' ? '' : ` (${why})`}, so rules may be missing`,
    value: failed.command,
    fix: `collect again as root, where ${failed.command} works`,
  });
}

export function linuxFacts({ commands, host, ...machine }: LinuxMachine): MachineFacts {
  const isRedacted = machine.isRedacted === true;
  const settings = settingsOf(outputOf(commands, 'settings') ?? '');
  const interfaces = read(outputOf(commands, 'addresses'), parseInterfaces);
  const listed = interfaces ?? [];
  const routingOf = (family: Family): Routing | null => {
    const routes = read(outputOf(commands, `routes-${family}`), (text) => parseRoutes(text, family));
    const rules = read(outputOf(commands, `rules-${family}`), (text) => parseRules(text, family));
    return routes === null || rules === null ? null : { ...routes, rules };
  };
  const routing = { 4: routingOf(4), 6: routingOf(6) };
  const ipsec = read(outputOf(commands, 'ipsec'), parseIpsecPolicies);
  const ipsecDefaults = read(outputOf(commands, 'ipsec-default'), parseIpsecDefaults);
  const neighbours = read(outputOf(commands, 'neighbours'), parseNeighbours);
  const filters = read(outputOf(commands, 'filters'), parseTrafficFilters);
  const linkAddresses = new Set(listed.flatMap(({ linkAddress }) => linkAddress ?? []));
  const bridges = read(outputOf(commands, 'bridges'), parseBridges);
  const bridgeDoubts = [
    ...(bridges?.doubts ?? []),
    ...(read(outputOf(commands, 'fdb'), (text) => parseFixedPorts(text, linkAddresses)) ?? []),
  ];
  const answering = largerOf(settings, 'arp_ignore');
  const unlisted = (found: unknown, id: string, what: string): readonly string[] => {
    if (found !== null) return [];
    const asked = commands.find((one) => one.id === id);
    const why =
      asked === undefined ? 'collected by an older vwaudit' : `${asked.command} could not list them`;
    return [`${host} has no ${what} (${why})`];
  };
  return {
    ...unknownMachine(host),
    isRedacted,
    addresses: interfaces?.flatMap((one) => one.addresses) ?? null,
    interfaces: interfaces?.flatMap(({ name, isOpen }) => (isOpen ? [name] : [])) ?? null,
    routing,
    ipsec: ipsec === null && ipsecDefaults === null ? null : [...(ipsec ?? []), ...(ipsecDefaults ?? [])],
    obstacles: [
      ...listed.filter(isUnresolving).map(({ name }) => withoutResolution(name)),
      ...[...answering].flatMap(([name, value]) => (value === MUTE ? [mute(name)] : [])),
      ...fixedNeighbours(neighbours ?? []),
      ...listed.flatMap(({ name, master }) => (master === null ? [] : enslaved({ name, master }, routing))),
      ...bridgeDoubts.flatMap(({ bridge, because, isOfMachine }) =>
        isOfMachine ? [unreached(bridge, because)] : [],
      ),
      ...filteredBy(
        [
          ...listed.flatMap(({ name, hasXdp }) =>
            hasXdp ? [{ interface: name, kind: 'xdp' as const }] : [],
          ),
          ...(filters ?? []),
        ],
        listed,
      ),
      ...(isArpFiltered(commands) ? arpFiltered(listed) : []),
    ],
    bridgeDoubts,
    emptyBridges: bridges?.withoutPort ?? [],
    limitedArp: limitedArp(answering, listed),
    doubtedRoutes: [...doubtedRoutes(routing, listed), ...shortLived(routing, settings)],
    down: new Map(listed.filter(isDown).map(({ name, networks }) => [name, networks])),
    withoutIpv6: withoutIpv6(settings, listed),
    strict: { 4: strictOnes(settings), 6: new Set() },
    links: interfaces === null ? null : linksOf(interfaces),
    areFramesFiltered: {
      4: settings.get('net/bridge/bridge-nf-call-iptables') === '1',
      6: settings.get('net/bridge/bridge-nf-call-ip6tables') === '1',
    },
    isForwarding: { 4: forwards4(settings), 6: forwards6(settings) },
    notForwarding: notForwarding(settings),
    listeners: read(outputOf(commands, 'listeners'), parseListeners),
    withoutTables: isNftHidden(commands)
      ? `${host} has no tables of nftables besides these (nft could not be run there)`
      : null,
    assumptions: [
      ...(isRedacted
        ? [
            'the addresses that are asked about are those of the file: collect --redact replaced the real ones',
          ]
        : []),
      ...unlisted(ipsec, 'ipsec', 'policies of IPsec'),
      ...unlisted(ipsecDefaults, 'ipsec-default', 'default policy of IPsec that drops'),
      ...unlisted(filters, 'filters', 'filters of tc'),
      ...(bridges === null && linksOf(listed).bridges.size > 0
        ? unlisted(bridges, 'bridges', 'ports of bridges that are isolated or blocked')
        : []),
      ...unlisted(neighbours, 'neighbours', 'link addresses of neighbours set by hand'),
    ],
  };
}

/** iptables-nft shows its own tables alone. */
function isNftHidden(commands: readonly CollectedCommand[]): boolean {
  const has = (pattern: RegExp): boolean => commands.some(({ id }) => pattern.test(id));
  return has(/^ip6?tables-nft$/) && !has(/^nft(?:-json)?$/);
}

/** Where nobody could list them, too. */
function isArpFiltered(commands: readonly CollectedCommand[]): boolean {
  const found = commands.find(({ id }) => id === 'arptables-legacy');
  return found !== undefined && (found.exitCode !== 0 || hasArpRules(found.output));
}

/** `arp_ignore` of an interface that answers no ARP at all. */
const MUTE = 8;

/** By interface: the larger of its own setting and that of all, which counts. */
function largerOf(settings: Settings, setting: 'arp_ignore' | 'rp_filter'): ReadonlyMap<string, number> {
  const ofAll = Number(settings.get(`net/ipv4/conf/all/${setting}`) ?? 0);
  return new Map(
    [...settings].flatMap(([key, value]): readonly (readonly [string, number])[] => {
      const [, name, of] = /^net\/ipv4\/conf\/([^/]+)\/([^/]+)$/.exec(key) ?? [];
      if (name === undefined || of !== setting || ['all', 'default', 'lo'].includes(name)) return [];
      return [[name, Math.max(ofAll, Number(value))]];
    }),
  );
}

/** Those whose `rp_filter` is 1. */
function strictOnes(settings: Settings): StrictInterfaces {
  const filters = largerOf(settings, 'rp_filter');
  const strict = [...filters].flatMap(([name, value]) => (value === 1 ? [name] : []));
  return strict.length > 0 && strict.length === filters.size ? 'every' : new Set(strict);
}

type Settings = ReadonlyMap<string, string>;

/** Each interface has a setting of its own, which `ip_forward` only presets. */
function forwards4(settings: Settings): boolean | null {
  const each = ofInterfaces(settings, 4, 'forwarding');
  // Files of older collectors have no settings of interfaces.
  if (each.length === 0) return null;
  const known = [settings.get('net/ipv4/ip_forward'), ...each];
  if (known.every((one) => one === '1')) return true;
  return known.every((one) => one === '0') ? false : null;
}

/** The setting of all counts; an interface may have `force_forwarding` (Linux 6.17) beside it. */
function forwards6(settings: Settings): boolean | null {
  const all = settings.get('net/ipv6/conf/all/forwarding');
  if (all === '1') return true;
  // Files of older collectors have no settings of interfaces.
  const isWhole = ofInterfaces(settings, 6, 'forwarding').length > 0;
  const isForced = ofInterfaces(settings, 6, 'force_forwarding').some((one) => one !== '0');
  return all === '0' && isWhole && !isForced ? false : null;
}

/** Those that are 0: where the one for all is, it sets that of each. */
function notForwarding(settings: Settings): MachineFacts['notForwarding'] {
  const isOff = (key: string): boolean => settings.get(key) === '0';
  const each = entriesOfInterfaces(settings, 4, 'forwarding').map(([key]) => key);
  const [all4, all6] = ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding'];
  return {
    4: (isOff(all4) ? [all4] : each.filter(isOff)).map(sysctlName),
    6: [all6].filter(isOff).map(sysctlName),
  };
}

function ofInterfaces(settings: Settings, family: Family, name: string): readonly string[] {
  return entriesOfInterfaces(settings, family, name).map(([, value]) => value);
}

/** Without those for all, for new ones, and for the loopback interface. */
function entriesOfInterfaces(
  settings: Settings,
  family: Family,
  name: string,
): readonly (readonly [key: string, value: string])[] {
  const pattern = new RegExp(`^net/ipv${family}/conf/(?!(?:all|default|lo)/)[^/]+/${name}$`);
  return [...settings].filter(([key]) => pattern.test(key));
}

/** In files of older collectors without the setting, those that have no address of IPv6, not even a link-local one. */
function withoutIpv6(settings: Settings, interfaces: readonly Interface[]): ReadonlySet<string> {
  const isWithout = ({ name, master, addresses }: Interface): boolean => {
    const setting = settings.get(`net/ipv6/conf/${name}/disable_ipv6`);
    if (setting !== undefined) return setting !== '0';
    return master === null && addresses.every(({ family }) => family === 4);
  };
  return new Set(interfaces.filter(isWithout).flatMap(({ name }) => (name === 'lo' ? [] : [name])));
}

function linksOf(interfaces: readonly Interface[]): Links {
  const portsOf = (upper: string): readonly Interface[] =>
    interfaces.filter(({ master }) => master === upper);
  const names = new Set(
    interfaces.flatMap(({ name, master }) => [name, ...(master === null ? [] : [master])]),
  );
  const isVrf = (upper: string): boolean => interfaces.some((one) => one.isVrf && one.name === upper);
  const isBond = (upper: string): boolean => interfaces.some(({ name, isBond: is }) => is && name === upper);
  return {
    lower: new Map(
      [...names].map((upper) => {
        const own = interfaces.find(({ name }) => name === upper)?.link ?? null;
        return [upper, [...portsOf(upper).map(({ name }) => name), ...(own === null ? [] : [own])]];
      }),
    ),
    bridges: new Map(
      [...names].flatMap((upper) => {
        const ports = portsOf(upper);
        if (ports.length === 0 || isBond(upper)) return [];
        return [[upper, ports.flatMap(({ name, isOpen }) => (isOpen ? [name] : []))]];
      }),
    ),
    masters: new Map(
      interfaces.flatMap(({ name, master }) => (master === null || isVrf(master) ? [] : [[name, master]])),
    ),
    addresses: new Map(interfaces.map(({ name, addresses }) => [name, addresses])),
  };
}

/** `name = value` lines. */
function settingsOf(output: string): Settings {
  return new Map(
    output.split('\n').flatMap((line): [string, string][] => {
      const [name, value] = line.split(' = ');
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Null for a command that was not run or failed. */
function outputOf(commands: readonly CollectedCommand[], id: string): string | null {
  const found = commands.find((one) => one.id === id && one.exitCode === 0);
  return found === undefined ? null : found.output;
}

/** Null where the output is not what the tool of today prints. */
function read<T>(output: string | null, parse: (output: string) => T): T | null {
  if (output === null) return null;
  try {
    return parse(output);
  } catch {
    return null;
  }
}
