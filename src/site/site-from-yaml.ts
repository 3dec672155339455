import { InputError } from '../input-error.ts';
import { MAX_PORT } from '../net/port-range.ts';
import { READINGS, type Reading } from '../deployment/reading.ts';
import { printable } from '../printable.ts';
import { readHosts } from './read-hosts.ts';
import { readInterfaces } from './read-interfaces.ts';
import { readPeers } from './read-peers.ts';
import { selectHosts } from './hosts/select-hosts.ts';
import type { Site } from '../deployment/site.ts';
import type { Tree } from './tree/tree.ts';
import { choiceOf, fieldsOf, textOf, wholeNumberOf } from './tree/tree-values.ts';
import { verifyHosts } from './verify-hosts.ts';
import { parseYamlTree } from './tree/yaml-tree.ts';

/** What the command line may say beside a site file: the two that replace the file's word, and the hosts to narrow it to. */
export interface SiteOverrides {
  readonly reading?: Reading | undefined;
  readonly 'port-offset'?: number | undefined;
  readonly host?: readonly string[] | undefined;
}

const SITE_FIELDS = ['name', 'hosts', 'peers', 'interfaces', 'reading', 'port-offset'] as const;

const MAX_NAME = 200;

/**
 * A site from the text of a site file (docs/schema/site.schema.json).
 * @param file how messages name it
 * @throws InputError with file, line and column; for an override at fault without them
 */
export function siteFromYaml(text: string, file: string, overrides: SiteOverrides = {}): Site {
  const tree = parseYamlTree(text, file);
  const { name, hosts, peers, interfaces, reading, 'port-offset': offset } = fieldsOf(tree, SITE_FIELDS);
  if (hosts === undefined) throw noHosts(tree);
  const statedReading = reading === undefined ? 'auto' : choiceOf(reading, READINGS);
  const statedOffset = offset === undefined ? 0 : wholeNumberOf(offset, 0, MAX_PORT);
  const placed = readHosts(hosts);
  const site: Site = {
    name: name === undefined ? null : readName(name),
    source: 'file',
    file,
    reading: overrides.reading ?? statedReading,
    portOffset: overrides['port-offset'] ?? statedOffset,
    hosts: placed.map(({ host }) => host),
    peers: readPeers(peers),
    ...(interfaces !== undefined && { interfaces: readInterfaces(interfaces) }),
    ...(placed.some(({ assumesInstances }) => assumesInstances) && { assumesInstances: true }),
  };
  verifyHosts(site, placed, overrides['port-offset'] === undefined ? (offset?.place ?? null) : null);
  return overrides.host === undefined ? site : selectHosts(site, overrides.host, file);
}

function readName(tree: Tree): string {
  const name = textOf(tree, 'put the name in quotes');
  const { length } = Array.from(name);
  if (length > 0 && length <= MAX_NAME && printable(name) === name) return name;
  throw new InputError({
    code: 'bad-name',
    message: `name: "${name.slice(0, MAX_NAME)}" is not a printable name`,
    value: name.slice(0, MAX_NAME),
    fix: `write 1 to ${MAX_NAME} characters on one line, without control characters`,
    ...tree.place,
  });
}

function noHosts({ place }: Tree): InputError {
  return new InputError({
    code: 'no-hosts',
    message: 'the site file has no hosts',
    fix: 'add hosts:, for example hosts: { maps-a: { address: 10.20.0.11, instances: 4 } }',
    ...place,
  });
}
