import { InputError } from '../../input-error.ts';
import { compareAddresses, tryParseAddress } from '../../net/address.ts';
import type { Host, Site } from '../../deployment/site.ts';

/**
 * Narrows a site to the hosts that `--host` names by key or address.
 * @throws InputError for a text that is neither, and for a host named twice
 */
export function selectHosts(site: Site, texts: readonly string[], file: string): Site {
  const selected: string[] = [];
  for (const text of texts) {
    const host = find(text, site.hosts);
    if (host === undefined) {
      throw new InputError({
        code: 'unknown-host',
        message: `--host: "${text}" is not a host of ${file}`,
        value: text,
        fix: `give an address of a host or one of ${listed(site.hosts)}`,
      });
    }
    if (selected.includes(host.key)) {
      throw new InputError({
        code: 'host-twice',
        message: `--host: "${text}" is ${host.key}, which is given twice`,
        value: text,
        fix: 'give each host once',
      });
    }
    selected.push(host.key);
  }
  return { ...site, selected };
}

/** Keys differ in more than capitals, so capitals don't matter here. */
function find(text: string, hosts: readonly Host[]): Host | undefined {
  const address = tryParseAddress(text);
  return address === undefined
    ? hosts.find(({ key }) => key.toLowerCase() === text.toLowerCase())
    : hosts.find(({ addresses }) => addresses.some((own) => compareAddresses(own, address) === 0));
}

const LISTED = 8;

function listed(hosts: readonly Host[]): string {
  const keys = hosts.slice(0, LISTED).map(({ key }) => key);
  return `${keys.join(', ')}${hosts.length > LISTED ? `, … (${hosts.length} hosts)` : ''}`;
}
