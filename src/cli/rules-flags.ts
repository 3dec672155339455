import { option, string } from '@oclif/core/flags';
import { RULE_FORMAT_IDS } from '../rules/formats.ts';
import { PLACEMENTS } from '../rules/policy.ts';
import { PROFILES, REFUSALS } from '../rules/rule-format.ts';

/** What `vwaudit rules` takes beside the site; the choices come from the room that knows them. */
export const rulesFlags = {
  format: option({ options: RULE_FORMAT_IDS, description: 'The firewall the rules are for (required).' })(),
  placement: option({
    options: PLACEMENTS,
    default: 'host' as const,
    description: 'Where the rules stand: on each host, or on a gateway in front.',
  })(),
  refuse: option({ options: REFUSALS, description: 'How everybody else is refused. [default: reject]' })(),
  profile: option({
    options: PROFILES,
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    description: 'Windows network profiles the rules apply in. [default: domain,private]',
  })(),
  out: string({ helpValue: 'FILE', description: 'Write to a file; {host} in its name stands for the host.' }),
  template: string({ helpValue: 'FILE', description: "A template of your own instead of the format's." }),
};

export { RULE_FORMAT_IDS };
