import type { Family } from '../../net/address.ts';
import { LOOPBACK_ADDRESS } from '../../net/special-addresses.ts';
import { THIS_MACHINE, type Site } from '../../deployment/site.ts';

/** This machine, where no address was given, is asked over loopback: IPv4 unless families were chosen. */
export function withLoopback(site: Site, families: readonly Family[] | null): Site {
  const addresses = (families ?? [4]).map((family) => LOOPBACK_ADDRESS[family]);
  const hosts = site.hosts.map((host) =>
    host.key === THIS_MACHINE && host.name === null && host.addresses.length === 0
      ? { ...host, addresses }
      : host,
  );
  return { ...site, hosts };
}
