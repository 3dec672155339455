import type { Host, Site } from '../../deployment/site.ts';
import { ownRules } from './own-rules.ts';
import { say, type Step } from '../findings/step.ts';

/** What to do about a firewall that was only seen from outside: which one it is, and what its host runs, is not known. */
export function firewallAdvice(kind: 'open' | 'close', site: Site | undefined, host: Host): readonly Step[] {
  if (site === undefined) return [];
  switch (kind) {
    case 'open':
      return [
        say('Open it on a Windows host, as administrator:'),
        ...ownRules('windows', site, host),
        say(
          'On a Linux host or gateway, vwaudit audit names the rule that drops it; vwaudit rules --format nft (or iptables, on a gateway with --placement gateway) writes rules that let it in.',
        ),
      ];
    case 'close':
      return [
        say('On a Windows host, find the allow rule that admits others and narrow it: allow rules add up.'),
        say('On a Linux host, admit only them (on a gateway add --placement gateway):'),
        ...ownRules('nft', site, host),
      ];
  }
}
