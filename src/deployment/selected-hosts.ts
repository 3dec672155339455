import type { Host, Site } from './site.ts';

/** The hosts the answer is about, in the order of the site: all, or those that `--host` narrows a site file to. */
export function selectedHosts({ hosts, selected }: Site): readonly Host[] {
  return selected === undefined ? hosts : hosts.filter(({ key }) => selected.includes(key));
}
