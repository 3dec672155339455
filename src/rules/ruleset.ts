import { InputError } from '../input-error.ts';
import { endpointsOf } from '../ports/endpoints.ts';
import { accessFlows } from '../ports/access-flows.ts';
import { familiesApart } from '../ports/families-apart.ts';
import { assumptionsOf } from '../ports/peers.ts';
import { selectedHosts } from '../deployment/selected-hosts.ts';
import type { Host, Site } from '../deployment/site.ts';
import { RULE_FORMATS, type RuleFormatId } from './formats.ts';
import { gatewayPolicy, hostPolicy, type Policy } from './policy/policy.ts';
import { compile, type Template } from './render.ts';
import type { RuleFormat, RuleOptions } from './policy/rule-format.ts';

/** One rule file and what goes with it. */
export interface Ruleset {
  /** The machine it is for: the host's key; null for the one machine nobody gave an address, and for a gateway. */
  readonly host: string | null;
  readonly format: RuleFormatId;
  readonly text: string;
  readonly load: string;
  readonly remove: string;
  readonly assumptions: readonly string[];
  /** What to know before loading, one sentence each. */
  readonly notices: readonly string[];
  /** Notices too: who must get in and cannot, whatever the rules. Absent: nobody. */
  readonly unserved?: readonly string[];
}

/**
 * The rule files of a site: one a host, or one for a gateway in front of them.
 * @param fileOf what the file of a host is called in the commands that load it
 * @throws InputError for what the format can't express, and for a template at fault.
 */
export function rulesetsOf(
  site: Site,
  id: RuleFormatId,
  options: RuleOptions,
  template: Template,
  fileOf: (host: string | null) => string = () => RULE_FORMATS[id].file,
): readonly Ruleset[] {
  refuseUnfitOptions(id, options);
  const format: RuleFormat = RULE_FORMATS[id];
  const { placement } = options;
  const render = compile(template, format.syntax);
  const head = {
    remove: format.remove(placement),
    assumptions: assumptionsOf(site),
    notices: format.notices(placement),
  };
  const make = (policy: Policy, host: string | null, hosts: readonly Host[]): Ruleset => {
    const unserved = unservedAt(hosts, site);
    const commands = {
      ...{ ...head, notices: [...unserved, ...head.notices], load: format.load(fileOf(host)) },
      ...(unserved.length > 0 && { unserved }),
    };
    const text = render({ site: site.name, host, placement, ...commands, ...format.view(policy, options) });
    return { host, format: id, text: withLineEnds(text, format), ...commands };
  };
  const hosts = selectedHosts(site);
  for (const host of hosts) refusePortless(host, site);
  if (placement === 'gateway') return [make(gatewayPolicy(site), null, hosts)];
  return hosts.map((host) =>
    make(hostPolicy(host, site), host.addresses.length > 0 ? host.key : null, [host]),
  );
}

/** One sentence for each host and role without a family of addresses in common. */
function unservedAt(hosts: readonly Host[], site: Site): readonly string[] {
  const all = hosts.flatMap((host) =>
    accessFlows(host, site).flatMap(({ role, expected, permitted }) => {
      const apart = expected === 'reachable' ? familiesApart(permitted, host.addresses) : null;
      if (apart === null) return [];
      const { from, to } = apart;
      return `${role} has only IPv${from} addresses and ${host.key} only IPv${to}, so no rule lets it in: give an IPv${from} address of ${host.key}, or an IPv${to} address of ${role}`;
    }),
  );
  return [...new Set(all)];
}

function withLineEnds(text: string, { lineEnd }: RuleFormat): string {
  return lineEnd === undefined ? text : text.replaceAll('\n', lineEnd);
}

function refuseUnfitOptions(id: RuleFormatId, { placement, refuse, profiles }: RuleOptions): void {
  const { unsupported }: RuleFormat = RULE_FORMATS[id];
  if (placement === 'gateway' && unsupported.gateway !== undefined)
    throw unfit('--placement', placement, unsupported.gateway, `use --format ${forGateways()} there`);
  if (refuse !== null && unsupported.refuse !== undefined)
    throw unfit('--refuse', refuse, unsupported.refuse, 'leave out --refuse');
  if (profiles !== null && unsupported.profile !== undefined)
    throw unfit('--profile', profiles.join(','), unsupported.profile, 'leave out --profile');
}

/** `nft or iptables`. */
function forGateways(): string {
  const formats: Readonly<Record<string, RuleFormat>> = RULE_FORMATS;
  const fit = Object.entries(formats).filter(([, { unsupported }]) => unsupported.gateway === undefined);
  return fit.map(([id]) => id).join(' or ');
}

function refusePortless(host: Host, site: Site): void {
  if (endpointsOf(host, site).length > 0) return;
  throw new InputError({
    code: 'no-endpoints',
    message: `${host.key} has no Viz World ports: no instances and no allocator`,
    fix: 'give it instances or an allocator',
  });
}

function unfit(flag: string, value: string, why: string, fix: string): InputError {
  return new InputError({ code: 'not-in-this-format', message: `${flag}: ${why}`, value, fix });
}
