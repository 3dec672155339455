import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import { formatAddress, type Address, type Family } from '../../net/address.ts';
import { formatPortRange, toPortRanges, type PortRange, type Transport } from '../../net/port-range.ts';
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import { run, type Step } from '../findings/step.ts';

/** The connections that a rule is to be about, of one family. */
export interface Selected {
  readonly family: Family;
  readonly ports: readonly { readonly transport: Transport; readonly port: number }[];
  /** Empty: any. */
  readonly destinations: readonly Address[];
  /** Who may connect. */
  readonly permitted: readonly Prefix[];
}

/**
 * The tool whose rules decide, in whose words rules are advised. `backEnd`: how iptables has to be called where the machine may have
 * both of its back ends; null for its plain name.
 */
export type Tool =
  { readonly language: 'iptables'; readonly backEnd: 'legacy' | 'nft' | null } | { readonly language: 'nft' };

/** `iptables`, `ip6tables-legacy`. */
export function commandOf(tool: Tool, family: Family): string {
  if (tool.language === 'nft') return 'nft';
  return tool.backEnd === null ? IPTABLES[family] : `${IPTABLES[family]}-${tool.backEnd}`;
}

/** The chain that a rule is put into, before all others. */
type Chain = Pick<TraceEntry, 'family' | 'table' | 'base'>;

const IPTABLES = { 4: 'iptables', 6: 'ip6tables' } as const;
const IP = { 4: 'ip', 6: 'ip6' } as const;

/** Lets those who may connect in. */
export function accepts(tool: Tool, chain: Chain, selected: Selected): readonly Step[] {
  return tool.language === 'nft' ? nftAccepts(chain, selected) : iptablesAccepts(tool, chain, selected);
}

/** Lets those in who asked for these ports before a rule led them elsewhere. */
export function translatedAccepts(tool: Tool, chain: Chain, selected: Selected): readonly Step[] {
  return tool.language === 'nft'
    ? nftTranslatedAccepts(chain, selected)
    : iptablesTranslatedAccepts(tool, chain, selected);
}

/**
 * Keeps everybody else out before anything rewrites the packet; with nft in this chain, which rewrites it.
 * @param isHost the packets are for this machine, whatever its addresses are
 */
export function refusals(tool: Tool, chain: Chain, selected: Selected, isHost: boolean): readonly Step[] {
  return tool.language === 'nft'
    ? nftRefusals(chain, selected, isHost)
    : iptablesRefusals(tool, selected, isHost);
}

/** Lets what belongs to open connections through. */
export function establishedAccept(tool: Tool, { family, table, base }: Chain): Step {
  return tool.language === 'nft'
    ? run('nft', 'insert', 'rule', family, table, base, 'ct state established accept')
    : run(
        ...[commandOf(tool, family === 'ip6' ? 6 : 4), ...tableOf(table), '-I', base],
        ...['-m', 'conntrack', '--ctstate', 'ESTABLISHED', '-j', 'ACCEPT'],
      );
}

function iptablesAccepts(tool: Tool, { table, base }: Chain, selected: Selected): readonly Step[] {
  const { family, permitted } = selected;
  return permitted.flatMap((source) =>
    iptablesMatches(selected).map((match) =>
      run(
        ...[commandOf(tool, family), ...tableOf(table), '-I', base],
        ...[...sourceOf(source), ...match, '-j', 'ACCEPT'],
      ),
    ),
  );
}

function iptablesTranslatedAccepts(tool: Tool, { table, base }: Chain, selected: Selected): readonly Step[] {
  const { family, permitted, ports, destinations } = selected;
  const to =
    destinations.length === 0 ? [[]] : destinations.map((one) => ['--ctorigdst', formatAddress(one)]);
  return permitted.flatMap((source) =>
    byTransport(ports).flatMap(({ transport, ranges }) =>
      to.flatMap((words) =>
        ranges.map((range) => {
          const asked = [...words, '--ctorigdstport', formatPortRange(range, ':')];
          const match = ['-p', transport, '-m', 'conntrack', '--ctstate', 'DNAT', ...asked];
          return run(
            ...[commandOf(tool, family), ...tableOf(table), '-I', base],
            ...[...sourceOf(source), ...match, '-j', 'ACCEPT'],
          );
        }),
      ),
    ),
  );
}

/** What is put in first is looked at last. */
function iptablesRefusals(tool: Tool, selected: Selected, isHost: boolean): readonly Step[] {
  const { family, permitted } = selected;
  const local = isHost && selected.destinations.length === 0 ? ['-m', 'addrtype', '--dst-type', 'LOCAL'] : [];
  const insert = (...words: readonly string[]): Step =>
    run(commandOf(tool, family), '-t', 'raw', '-I', 'PREROUTING', ...words);
  return iptablesMatches(selected).flatMap((match) => [
    insert('!', '-i', 'lo', ...match, ...local, '-j', 'DROP'),
    ...permitted.map((source) => insert(...sourceOf(source), ...match, '-j', 'ACCEPT')),
  ]);
}

function nftAccepts(chain: Chain, selected: Selected): readonly Step[] {
  const { permitted, family } = selected;
  if (permitted.length === 0) return [];
  return nftMatches(selected).map((match) =>
    nftInsert(chain, [`${IP[family]} saddr ${braced(permitted.map(formatPrefix))}`, match, 'accept']),
  );
}

function nftTranslatedAccepts(chain: Chain, selected: Selected): readonly Step[] {
  const { permitted, family, ports, destinations } = selected;
  if (permitted.length === 0) return [];
  const to =
    destinations.length === 0
      ? ''
      : `ct original ${IP[family]} daddr ${braced(destinations.map(formatAddress))}`;
  const from = `${IP[family]} saddr ${braced(permitted.map(formatPrefix))}`;
  return byTransport(ports).map(({ transport, ranges }) => {
    const asked = `ct original proto-dst ${braced(ranges.map((range) => formatPortRange(range)))}`;
    return nftInsert(chain, [from, `meta l4proto ${transport}`, 'ct status dnat', to, asked, 'accept']);
  });
}

function nftRefusals(chain: Chain, selected: Selected, isHost: boolean): readonly Step[] {
  const { permitted, family } = selected;
  const local = isHost && selected.destinations.length === 0 ? ['fib daddr type local'] : [];
  const others =
    permitted.length > 0
      ? `${IP[family]} saddr != ${braced(permitted.map(formatPrefix))}`
      : chain.family === 'inet'
        ? `meta nfproto ipv${family}`
        : '';
  return nftMatches(selected).map((match) => nftInsert(chain, [others, ...local, match, 'drop']));
}

function nftInsert({ family, table, base }: Chain, parts: readonly string[]): Step {
  return run('nft', 'insert', 'rule', family, table, base, parts.filter((part) => part !== '').join(' '));
}

function nftMatches({ ports, destinations, family }: Selected): readonly string[] {
  const to =
    destinations.length === 0 ? '' : `${IP[family]} daddr ${braced(destinations.map(formatAddress))} `;
  return byTransport(ports).map(
    ({ transport, ranges }) =>
      `${to}${transport} dport ${braced(ranges.map((range) => formatPortRange(range)))}`,
  );
}

/** nft takes one value as it is, several as a set. */
function braced(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `{ ${values.join(', ')} }`;
}

function iptablesMatches({ ports, destinations }: Selected): readonly (readonly string[])[] {
  const to = destinations.length === 0 ? [[]] : destinations.map((address) => ['-d', formatAddress(address)]);
  return to.flatMap((words) =>
    byTransport(ports).flatMap(({ transport, ranges }) =>
      grouped(ranges).map((group) => {
        const list = group.map((range) => formatPortRange(range, ':')).join(',');
        return [...words, '-p', transport, '-m', 'multiport', '--dports', list];
      }),
    ),
  );
}

/** `multiport` takes 15 ports, a range counting as two. */
const MAX_RANGES = 7;

function grouped(ranges: readonly PortRange[]): readonly (readonly PortRange[])[] {
  return Array.from({ length: Math.ceil(ranges.length / MAX_RANGES) }, (_, index) =>
    ranges.slice(index * MAX_RANGES, (index + 1) * MAX_RANGES),
  );
}

function byTransport(
  ports: Selected['ports'],
): readonly { readonly transport: Transport; readonly ranges: readonly PortRange[] }[] {
  return (['tcp', 'udp'] as const).flatMap((transport) => {
    const ranges = toPortRanges(ports.filter((one) => one.transport === transport).map(({ port }) => port));
    return ranges.length === 0 ? [] : [{ transport, ranges }];
  });
}

function tableOf(table: string): readonly string[] {
  return table === 'filter' ? [] : ['-t', table];
}

/** Anywhere needs no saying. */
function sourceOf(source: Prefix): readonly string[] {
  return source.length === 0 ? [] : ['-s', formatPrefix(source)];
}
