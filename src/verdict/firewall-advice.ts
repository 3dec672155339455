import type { Host, Site } from '../site/site.ts';
import { ownRules } from './own-rules.ts';
import { say, type Step } from './step.ts';

/** What to do about a firewall that was only seen from outside: which one it is, and what its host runs, is not known. */
export function firewallAdvice(kind: 'open' | 'close', site: Site | undefined, host: Host): readonly Step[] {
  if (site === undefined) return [];
  switch (kind) {
    case 'open':
      return [
        say('Open it on a Windows host, as administrator:'),
        ...ownRules('windows', site, host),
        say('On a Linux host or gateway, vwaudit audit names the rule that drops it.'),
      ];
    case 'close':
      return [
        say('Let only them in, on a Linux host:'),
        ...ownRules('nft', site, host),
        say(
          'Rules of Windows that allow only add to each other: there, find the one that lets others in and narrow it.',
        ),
      ];
  }
}
