import { readInterfaces } from './read-interfaces.ts';
import { InputError } from '../input-error.ts';
import { formatAddress, parseAddress, type Address } from '../net/address.ts';
import { MAX_PORT } from '../net/port-range.ts';
import { whyNoHostAddress } from './hosts/host-address.ts';
import { whyNoHostKey } from './hosts/host-key.ts';
import { located, type YamlLocation } from './tree/place.ts';
import { refuseTwice } from './tree/refuse-twice.ts';
import type { Host } from '../deployment/site.ts';
import type { Entry, Tree } from './tree/tree.ts';
import { fieldsOf, mapOf, textsOf, truthOf, wholeNumberOf } from './tree/tree-values.ts';

/** A host of a site file, and where what it says of itself stands. */
export interface PlacedHost {
  readonly host: Host;
  /** The host says nothing of its instances. */
  readonly assumesInstances: boolean;
  /** Of `instances`, or of the host where it says nothing of them. */
  readonly instancesPlace: YamlLocation;
}

/** Four times the largest site `check` is made for. */
const MAX_HOSTS = 1024;

const MAX_ADDRESSES = 64;

const HOST_FIELDS = ['address', 'instances', 'allocator', 'interfaces'] as const;

/**
 * `hosts:` of a site file. A host runs one instance and no allocator unless it says so; the only host of a site runs an allocator.
 * @throws InputError with the place, also for two hosts that share a key or an address
 */
export function readHosts(tree: Tree): readonly PlacedHost[] {
  const { entries, place } = mapOf(tree, 'hosts by key');
  if (entries.length === 0 || entries.length > MAX_HOSTS) {
    throw new InputError({
      code: 'bad-host-count',
      message: `hosts: ${entries.length} hosts`,
      fix: `give from 1 to ${MAX_HOSTS} hosts, each by its key`,
      ...place,
    });
  }
  const addresses = new Map<string, YamlLocation>();
  const keys = new Map<string, YamlLocation>();
  return entries.map((entry) => {
    refuseBadKey(entry);
    refuseTwice(
      keys,
      { what: 'host key (case-insensitive)', value: entry.key, id: entry.key.toLowerCase() },
      entry.place,
    );
    return readHost(entry, entries.length === 1, addresses);
  });
}

function readHost(
  { key, place, value }: Entry,
  isOnly: boolean,
  taken: Map<string, YamlLocation>,
): PlacedHost {
  const { address, instances, allocator, interfaces } = fieldsOf(value, HOST_FIELDS);
  if (address === undefined) {
    throw new InputError({
      code: 'no-host-address',
      message: `host "${key}" has no address`,
      value: key,
      fix: 'add one, for example address: 10.20.0.11',
      ...place,
    });
  }
  return {
    host: {
      key,
      name: null,
      addresses: readAddresses(address, taken),
      instances: instances === undefined ? 1 : wholeNumberOf(instances, 0, MAX_PORT),
      allocator: allocator === undefined ? isOnly : truthOf(allocator),
      ...(interfaces !== undefined && { interfaces: readInterfaces(interfaces) }),
    },
    assumesInstances: instances === undefined,
    instancesPlace: instances?.place ?? place,
  };
}

function readAddresses(tree: Tree, taken: Map<string, YamlLocation>): readonly Address[] {
  const texts = textsOf(tree, 'give an IPv4 or IPv6 address, IPv6 in quotes');
  if (texts.length === 0 || texts.length > MAX_ADDRESSES) {
    throw new InputError({
      code: 'bad-address-count',
      message: `${tree.path}: ${texts.length} addresses`,
      fix: `give from 1 to ${MAX_ADDRESSES}`,
      ...tree.place,
    });
  }
  return texts.map(({ path, place, source }) => {
    const address = located(place, () => parseAddress(source, path));
    const why = whyNoHostAddress(address);
    if (why !== null) {
      throw new InputError({
        code: 'bad-address',
        message: `${path}: "${source}" is ${why}`,
        value: source,
        fix: 'give the address the host has on its network',
        ...place,
      });
    }
    refuseTwice(taken, { what: 'address', value: source, id: formatAddress(address) }, place);
    return address;
  });
}

function refuseBadKey({ key, place }: Entry): void {
  const why = whyNoHostKey(key);
  if (why === null) return;
  throw new InputError({
    code: 'bad-host-key',
    message: `host key "${key}" is ${why}`,
    value: key,
    fix: 'name the host like maps-a; its addresses go under address',
    ...place,
  });
}
