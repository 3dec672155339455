import { z } from 'zod';
import { InputError } from '../input-error.ts';
import type { RulesetSource } from '../firewall/languages/dialect.ts';
import type { DialectId } from '../firewall/model/dialect-id.ts';
import { FAMILIES, tryParseAddress, type Address, type Family } from '../net/address.ts';
import { isLoopback } from '../net/special-addresses.ts';
import { parseListeners } from './listening.ts';
import { unknownMachine, type MachineFacts } from './machine-facts.ts';
import type { CollectedCommand, LinuxMachine } from './machine-file.ts';
import { parseRoutes, parseRules, type Routing } from './routing.ts';

/** @throws InputError where a tool failed to list rules: they could say anything */
export function rulesetsOfLinux({ commands, host }: LinuxMachine, file: string): readonly RulesetSource[] {
  const isEmpty = (id: string): boolean => (outputOf(commands, id) ?? '').trim() === '';
  return commands.flatMap(({ id, command, exitCode, output, errors }): readonly RulesetSource[] => {
    const dialect = DIALECT_OF[id];
    if (dialect === undefined) return [];
    if (exitCode !== 0) throw notListed({ host, command, errors, file });
    // JSON tells of a machine without rules, where text says nothing; else text tells more.
    if (id === 'nft-json' && !isEmpty('nft')) return [];
    if (id === 'nft' && isEmpty('nft') && !isEmpty('nft-json')) return [];
    return [{ text: output, file: `${file}#${id}`, dialect, isCollected: true }];
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
    fix: 'collect again as root, with that tool installed',
  });
}

export function linuxFacts({ commands, host }: LinuxMachine): MachineFacts {
  const settings = settingsOf(outputOf(commands, 'settings') ?? '');
  const addresses = read(outputOf(commands, 'addresses'), parseInterfaces);
  const routing = (family: Family): Routing | null => {
    const routes = read(outputOf(commands, `routes-${family}`), (text) => parseRoutes(text, family));
    const rules = read(outputOf(commands, `rules-${family}`), (text) => parseRules(text, family));
    return routes === null || rules === null ? null : { routes, rules };
  };
  const filters = [...settings].filter(([name]) => /^net\/ipv4\/conf\/(?!(?:all|default|lo)\/)/.test(name));
  const all = Number(settings.get('net/ipv4/conf/all/rp_filter') ?? 0);
  const forwards = FAMILIES.map((family) => settings.get(FORWARDING[family]));
  return {
    ...unknownMachine(host),
    addresses: addresses?.flatMap((one) => one.addresses) ?? null,
    routing: { 4: routing(4), 6: routing(6) },
    // The larger of an interface's own setting and that of all counts.
    isStrict: {
      4: filters.length > 0 && filters.every(([, own]) => Math.max(all, Number(own)) === 1),
      6: false,
    },
    isForwarding: forwards.every((one) => one === undefined) ? null : forwards.some((one) => one === '1'),
    listeners: read(outputOf(commands, 'listeners'), parseListeners),
    assumptions: isNftHidden(commands)
      ? [`${host} has no tables of nftables besides these (nft is not installed there)`]
      : [],
  };
}

/** iptables-nft shows its own tables alone. */
function isNftHidden(commands: readonly CollectedCommand[]): boolean {
  const has = (pattern: RegExp): boolean => commands.some(({ id }) => pattern.test(id));
  return has(/^ip6?tables-nft$/) && !has(/^nft(?:-json)?$/);
}

const FORWARDING = {
  4: 'net/ipv4/ip_forward',
  6: 'net/ipv6/conf/all/forwarding',
} as const satisfies Record<Family, string>;

const interfacesShape = z.array(
  z.looseObject({ addr_info: z.array(z.looseObject({ local: z.string().optional() })).default([]) }),
);

function parseInterfaces(output: string): readonly { readonly addresses: readonly Address[] }[] {
  return interfacesShape.parse(JSON.parse(output)).map(({ addr_info: entries }) => ({
    addresses: entries
      .flatMap(({ local = '' }) => tryParseAddress(local) ?? [])
      .filter((address) => !isLoopback(address)),
  }));
}

/** `name = value` lines. */
function settingsOf(output: string): ReadonlyMap<string, string> {
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
