import type { Host, Site } from '../../../deployment/site.ts';
import type { MachineFacts } from '../../../facts/machine-facts.ts';
import type { FilterHook } from '../../../firewall/model/question.ts';
import type { StatedInterface } from '../../../ports/stated-interfaces.ts';
import { FAMILIES } from '../../../net/address.ts';

interface Circumstances {
  readonly site: Site;
  readonly hook: FilterHook;
  /** Of the command line. */
  readonly stated: readonly StatedInterface[];
  readonly facts: MachineFacts | null;
  readonly namesInRules: () => ReadonlySet<string>;
}

interface HostInterfaces {
  readonly interfaces: readonly StatedInterface[];
  /** Why those of the site are not used; null where they are, or where there are none. */
  readonly assumption: string | null;
}

/**
 * Which interfaces are stated of the machine a host's rules run on. Those of a whole site are one machine's, most often the gateway's: of
 * a server they count unless it has its own, by the site file, as it was collected, or as its rules name them.
 */
export function hostInterfaces(
  host: Host,
  { site, hook, stated, facts, namesInRules }: Circumstances,
): HostInterfaces {
  const ofSite = site.interfaces ?? [];
  const used = hook === 'input' ? (host.interfaces ?? ofSite) : ofSite;
  const both = { interfaces: [...stated, ...used], assumption: null };
  if (hook !== 'input' || host.interfaces !== undefined || ofSite.length === 0) return both;
  const collected = new Set(
    FAMILIES.flatMap((family) => (facts?.routing[family]?.routes ?? []).map((route) => route.interface)),
  );
  const own = collected.size > 0 ? collected : namesInRules();
  const isOfHost = ({ name }: { readonly name: string }): boolean => own.has(name);
  const areOfHost = collected.size > 0 ? ofSite.every(isOfHost) : ofSite.some(isOfHost);
  if (own.size === 0 || areOfHost) return both;
  const assumption = `the interfaces of the site file are another machine's, since ${host.key} has ${[...own].join(', ')} (state its own under hosts: ${host.key}: interfaces)`;
  return { interfaces: stated, assumption };
}
