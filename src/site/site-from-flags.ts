import { InputError } from '../input-error.ts';
import { addressFix, formatAddress, tryParseAddress, type Address } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { Reading } from '../deployment/reading.ts';
import { ROLES, type Role } from '../deployment/role.ts';
import { whyNoHostAddress } from './hosts/host-address.ts';
import { isHostName } from './hosts/host-name.ts';
import { THIS_MACHINE, type Host, type Peers, type Site } from '../deployment/site.ts';

/** The site flags as the command line has typed them, absent where it says nothing; see `--help` for their meaning. */
export interface SiteFlags {
  readonly instances?: number | undefined;
  readonly host?: readonly string[] | undefined;
  readonly allocator?: boolean | undefined;
  readonly allow?: readonly Allowed[] | undefined;
  readonly reading?: Reading | undefined;
  readonly 'port-offset'?: number | undefined;
}

/** One `--allow ROLE=…` entry. */
export interface Allowed {
  readonly role: Role;
  readonly prefixes: readonly Prefix[];
}

/**
 * A site in which every `--host` is alike; without one it has this machine alone.
 * @param names whether a host may be a name to be resolved (only `check` resolves names).
 * @throws InputError for a host that is no address (or name), or is given twice.
 */
export function siteFromFlags(flags: SiteFlags, { names }: { readonly names: boolean }): Site {
  const hosts = (flags.host ?? []).map((text) => toHost(text, flags, names));
  refuseTwice(hosts);
  return {
    name: null,
    source: 'flags',
    reading: flags.reading ?? 'auto',
    portOffset: flags['port-offset'] ?? 0,
    hosts: hosts.length > 0 ? hosts : [{ key: THIS_MACHINE, name: null, addresses: [], ...parts(flags) }],
    peers: toPeers(flags.allow ?? []),
    ...(flags.instances === undefined && { assumesInstances: true }),
  };
}

function parts({ instances = 1, allocator = true }: SiteFlags): Pick<Host, 'instances' | 'allocator'> {
  return { instances, allocator };
}

function toHost(text: string, flags: SiteFlags, names: boolean): Host {
  const address = tryParseAddress(text);
  if (address !== undefined) {
    refuseNoHostAddress(address, text);
    return { key: formatAddress(address), name: null, addresses: [address], ...parts(flags) };
  }
  if (names && isHostName(text)) return { key: text, name: text, addresses: [], ...parts(flags) };
  throw new InputError({
    code: 'bad-host',
    message: `--host: "${text}" is not ${names ? 'a host name or IP address' : 'an IP address'}`,
    value: text,
    fix: hostFix(text, names),
  });
}

function refuseNoHostAddress(address: Address, text: string): void {
  const why = whyNoHostAddress(address);
  if (why === null) return;
  throw new InputError({
    code: 'bad-host',
    message: `--host: "${text}" is ${why}`,
    value: text,
    fix: 'give the address the host has on its network',
  });
}

function hostFix(text: string, names: boolean): string {
  if (/^[a-z]+:\/\//i.test(text)) return 'give the host alone, without a URL';
  if (text.includes('/')) return 'give one host; prefixes belong to --allow';
  if (/^(?:[^:]+|\[.*\]):\d+$/.test(text)) return 'leave out the port: vwaudit knows the ports';
  return names && !/[:%]|^[0-9.]+$/.test(text)
    ? 'give a name like maps-a.example or an address like 10.20.0.11'
    : addressFix(text);
}

function refuseTwice(hosts: readonly Host[]): void {
  const seen = new Set<string>();
  for (const { key } of hosts) {
    if (seen.has(key.toLowerCase())) {
      throw new InputError({
        code: 'host-twice',
        message: `--host: "${key}" is given twice`,
        value: key,
        fix: 'give each host once',
      });
    }
    seen.add(key.toLowerCase());
  }
}

function toPeers(allowed: readonly Allowed[]): Peers {
  const peers: Record<Role, readonly Prefix[] | null> = {
    client: null,
    'config-tool': null,
    allocator: null,
    server: null,
    web: null,
  };
  for (const role of ROLES) {
    const prefixes = allowed.filter((entry) => entry.role === role).flatMap(({ prefixes }) => prefixes);
    if (prefixes.length > 0) peers[role] = prefixes;
  }
  return peers;
}
