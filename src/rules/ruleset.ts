import { InputError } from '../input-error.ts';
import { formatAddress } from '../net/address.ts';
import { assumptionsOf } from '../ports/peers.ts';
import { selectedHosts } from '../ports/selected-hosts.ts';
import type { Host, Site } from '../site/site.ts';
import { RULE_FORMATS, type RuleFormatId } from './formats.ts';
import { gatewayPolicy, hostPolicy, type Policy } from './policy.ts';
import { compile, type Render, type Template } from './render.ts';
import type { RuleOptions } from './rule-format.ts';

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
}

/**
 * The rule files of a site: one a host, or one for a gateway in front of them.
 * @throws InputError for what the format can't express, and for a template at fault.
 */
export function rulesetsOf(
  site: Site,
  format: RuleFormatId,
  options: RuleOptions,
  template: Template,
): readonly Ruleset[] {
  refuseUnfitOptions(format, options);
  const render = compile(template, RULE_FORMATS[format].syntax);
  const make = (host: Host | null, policy: Policy): Ruleset =>
    ruleset(site, format, options, render, host, policy);
  if (options.placement === 'gateway') return [make(null, gatewayPolicy(site))];
  return selectedHosts(site).map((host) => make(host, hostPolicy(host, site)));
}

function ruleset(
  site: Site,
  id: RuleFormatId,
  options: RuleOptions,
  render: Render,
  host: Host | null,
  policy: Policy,
): Ruleset {
  const format = RULE_FORMATS[id];
  refuseNothing(policy, host);
  const assumptions = assumptionsOf(site);
  const commands = { load: format.load, remove: format.remove(options.placement) };
  const notices = format.notices(options.placement);
  const head = {
    site: site.name,
    host: host === null || host.addresses.length === 0 ? null : host.key,
    addresses: host?.addresses.map(formatAddress) ?? [],
    placement: options.placement,
    load: commands.load,
    remove: commands.remove,
    assumptions,
    notices,
  };
  const text = render({ ...head, ...format.view(policy, options) });
  return { host: head.host, format: id, text, ...commands, assumptions, notices };
}

function refuseUnfitOptions(id: RuleFormatId, { placement, refuse, profiles }: RuleOptions): void {
  const { placements, takes } = RULE_FORMATS[id];
  if (!placements.some((other) => other === placement)) {
    throw unfit(
      '--placement',
      placement,
      `${id} rules can't stand on a gateway`,
      'use --format nft or iptables there',
    );
  }
  if (refuse !== null && !takes.refuse) {
    throw unfit(
      '--refuse',
      refuse,
      `${id} rules only open ports and leave refusing to the profile's default action`,
      'leave out --refuse',
    );
  }
  if (profiles !== null && !takes.profiles) {
    throw unfit('--profile', profiles.join(','), `${id} has no network profiles`, 'leave out --profile');
  }
}

function refuseNothing({ refusals }: Policy, host: Host | null): void {
  if (refusals.length > 0) return;
  throw new InputError({
    code: 'no-endpoints',
    message: `${host?.key ?? 'the site'} has no Viz World ports: no instances and no allocator`,
    fix: 'give it instances or an allocator',
  });
}

function unfit(flag: string, value: string, why: string, fix: string): InputError {
  return new InputError({ code: 'not-in-this-format', message: `${flag}: ${why}`, value, fix });
}
