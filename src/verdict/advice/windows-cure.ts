import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import type { Host, Site } from '../../deployment/site.ts';
import { ruleRef, type Fate } from '../trace/deciding-rule.ts';
import { ruleLabel } from '../trace/rule-label.ts';
import { say, type Step } from '../findings/step.ts';
import { ownRules } from './own-rules.ts';

/** What to do on a Windows computer: allow rules add up, and a block rule beats all of them. */
export function windowsCure(entry: TraceEntry | null, fate: Fate, site: Site, host: Host): readonly Step[] {
  if (fate === 'allowed')
    return [
      say(
        entry === null || entry.kind === 'policy'
          ? 'Set the default inbound action to Block, and allow only the permitted addresses:'
          : `Narrow or disable ${ruleLabel(ruleRef(entry))}: allow rules add up, so a narrower one beside it changes nothing.`,
      ),
      ...(entry === null || entry.kind === 'policy' ? ownRules('windows', site, host) : []),
    ];
  if (entry !== null && entry.kind === 'rule' && entry.actions.includes('drop'))
    return [say(`Disable or narrow ${ruleLabel(ruleRef(entry))}: a block rule beats every allow rule.`)];
  return [say('Allow them, as administrator:'), ...ownRules('windows', site, host)];
}
