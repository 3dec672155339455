import type { Host, Site } from '../../deployment/site.ts';
import type { MachineFacts } from '../../facts/machine-facts.ts';
import type { FilterHook } from '../../firewall/model/question.ts';
import type { Firewall } from '../../firewall/netfilter/machine/firewall.ts';
import { interfacesOfRules } from '../../firewall/proof/named-interfaces.ts';
import { FAMILIES } from '../../net/address.ts';

interface Told {
  readonly site: Site;
  readonly hook: FilterHook;
  readonly facts: MachineFacts | null;
  readonly firewall: Firewall;
}

/**
 * The interfaces of a whole site are those of one machine: most often of the gateway. Where the host has others, as it was collected or
 * as its rules name them, they say nothing of it: the assumption that tells so; else null.
 */
export function interfacesElsewhere(host: Host, { site, hook, facts, firewall }: Told): string | null {
  const stated = site.interfaces ?? [];
  if (hook !== 'input' || host.interfaces !== undefined || stated.length === 0) return null;
  const collected = new Set(
    FAMILIES.flatMap((family) => (facts?.routing[family]?.routes ?? []).map((route) => route.interface)),
  );
  const own = collected.size > 0 ? collected : interfacesOfRules(firewall);
  const isOfHost = ({ name }: { readonly name: string }): boolean => own.has(name);
  if (own.size === 0 || (collected.size > 0 ? stated.every(isOfHost) : stated.some(isOfHost))) return null;
  return `the interfaces of the site file are another machine's, since ${host.key} has ${[...own].join(', ')} (state its own under hosts: ${host.key}: interfaces)`;
}
