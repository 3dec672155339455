import type { RulesetSource } from '../firewall/languages/dialect.ts';
import type { Shaped } from '../json-shape.ts';
import { compareAddresses, type Address } from '../net/address.ts';
import { isLoopback } from '../net/special-addresses.ts';
import { blockOf, type Prefix } from '../net/prefix.ts';
import type { Transport } from '../net/port-range.ts';
import { tryParseBinding } from '../sockets/binding.ts';
import { listenersFor } from '../sockets/listeners-for.ts';
import type { Listener } from '../sockets/socket-table.ts';
import { unknownMachine, type ListeningProgram, type MachineFacts } from './machine-facts.ts';
import { parsePortTables, type ReservedRange } from './port-ranges.ts';
import type { windowsMachine } from './windows-machine.ts';

export type WindowsMachine = Shaped<typeof windowsMachine>;

type Row = Readonly<Record<string, unknown>>;

/** The collection itself is read as an export of the firewall. */
export function rulesetsOfWindows(file: string, text: string): readonly RulesetSource[] {
  return [{ text, file, dialect: 'windows', isCollected: true }];
}

export function windowsFacts(machine: WindowsMachine): MachineFacts {
  const { host, tcp, udp, isAdministrator, failures } = machine;
  const addresses = rowsOf(machine.addresses)?.flatMap(readAddress) ?? null;
  const own = addresses?.filter(({ address }) => !isLoopback(address)) ?? null;
  const sockets = [tcp, udp].map(rowsOf);
  const listeners = sockets.includes(null)
    ? null
    : (['tcp', 'udp'] as const).flatMap((transport, at) => readListeners(sockets[at] ?? [], transport));
  const programOf = programs(machine);
  return {
    ...unknownMachine(host),
    addresses: own?.map(({ address }) => address) ?? null,
    listeners,
    portRanges: machine.portTables.flatMap(readTable),
    otherFirewalls: (rowsOf(machine.firewallProducts) ?? []).filter(isOn).map(nameOf),
    subnets: own?.map(({ subnet }) => subnet) ?? [],
    profileOf: profiles(rowsOf(machine.networks) ?? [], own ?? []),
    programOf: (port, asked) => {
      if (listeners === null) return null;
      const holding = asked.flatMap((address) => listenersFor({ listeners }, { ...port, address }).covering);
      return onlyProgram(holding.map(({ pid }) => programOf(pid)));
    },
    assumptions: [
      ...(isAdministrator ? [] : [`${host} was collected without administrator rights`]),
      ...failures.map(({ part }) => `${part} could not be read on ${host}`),
    ],
  };
}

/** A list in any shape that ConvertTo-Json gives it; null where the cmdlet failed. */
function rowsOf(list: WindowsMachine['networks']): readonly Row[] | null {
  if (list === null) return null;
  if (isList(list)) return list;
  return 'Count' in list && isList(list.value) ? list.value : [list];
}

function isList(value: unknown): value is readonly Row[] {
  return Array.isArray(value);
}

interface OwnAddress {
  readonly address: Address;
  readonly subnet: Prefix;
  readonly interface: number;
}

function readAddress({
  IPAddress: text,
  PrefixLength: length,
  InterfaceIndex: index,
}: Row): readonly OwnAddress[] {
  const address = typeof text === 'string' ? tryParseBinding(text)?.address : null;
  if (address === null || address === undefined) return [];
  if (typeof length !== 'number' || typeof index !== 'number') return [];
  return [{ address, subnet: blockOf(address, length), interface: index }];
}

/** NetworkCategory counts public, private, domain; the questions the other way round. */
function profiles(networks: readonly Row[], own: readonly OwnAddress[]): MachineFacts['profileOf'] {
  const ofInterface = new Map(networks.map((row) => [row.InterfaceIndex, categoryOf(row.NetworkCategory)]));
  return (address) => {
    const found = own.find((one) => compareAddresses(one.address, address) === 0);
    return found === undefined ? null : (ofInterface.get(found.interface) ?? null);
  };
}

function categoryOf(value: unknown): number | null {
  const names = ['public', 'private', 'domainauthenticated'];
  const at = typeof value === 'string' ? names.indexOf(value.toLowerCase()) : value;
  return at === 0 || at === 1 || at === 2 ? 2 - at : null;
}

function readListeners(rows: readonly Row[], transport: Transport): readonly Listener[] {
  return rows.flatMap((row): readonly Listener[] => {
    const { LocalAddress: text, LocalPort: port, OwningProcess: pid } = row;
    const binding = typeof text === 'string' ? tryParseBinding(text) : undefined;
    if (binding === undefined || typeof port !== 'number') return [];
    // Where a socket serves both families, Windows lists it once more with 0.0.0.0.
    const servesBoth = binding.family === 6 && binding.address === null ? null : false;
    const owner = typeof pid === 'number' ? pid : null;
    return [{ ...binding, transport, port, servesBoth, pid: owner, process: null }];
  });
}

/** The process of the kernel: http.sys, SMB. */
const KERNEL = 4;

/** Something listens; which program of which service that is, nobody could read. */
const UNREAD: ListeningProgram = { program: null, service: 'unknown' };

function programs({ processes, services }: WindowsMachine): (pid: number | null) => ListeningProgram {
  const paths = new Map((rowsOf(processes) ?? []).map((row) => [row.ProcessId, row.ExecutablePath]));
  const owners = rowsOf(services);
  return (pid) => {
    if (pid === null) return UNREAD;
    if (pid === KERNEL) return { program: 'System', service: null };
    const path = paths.get(pid);
    const names = (owners ?? []).flatMap(({ ProcessId: of, Name: name }) =>
      of === pid && typeof name === 'string' ? [name] : [],
    );
    const [only = null, ...others] = names;
    const isOpen = owners === null || others.length > 0;
    const program = typeof path === 'string' && path !== '' ? path : null;
    return { program, service: isOpen ? 'unknown' : only };
  };
}

/** Null where nothing listens. */
function onlyProgram(found: readonly ListeningProgram[]): ListeningProgram | null {
  const [first = null, ...others] = found;
  const isOne = others.every((one) => one.program === first?.program && one.service === first.service);
  return isOne ? first : UNREAD;
}

function readTable({
  kind,
  transport,
  text,
}: WindowsMachine['portTables'][number]): readonly ReservedRange[] {
  return parsePortTables(text)
    .filter((range) => range.kind === kind)
    .map((range) => ({ ...range, transports: [transport] }));
}

/** The second digit of the state is 1 for a product that is on; as people describe it, it is documented nowhere. */
function isOn({ productState: state }: Row): boolean {
  return typeof state !== 'number' || (state & 0xf000) === 0x1000;
}

function nameOf({ displayName }: Row): string {
  return typeof displayName === 'string' ? displayName : 'a product without a name';
}
