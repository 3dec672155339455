import { option, string } from '@oclif/core/flags';
import { RULE_FORMAT_IDS } from '../../rules/formats.ts';
import { PLACEMENTS } from '../../rules/policy/policy.ts';
import { PROFILES, REFUSALS } from '../../rules/policy/rule-format.ts';

/** What `vwaudit rules` takes beside the site; the choices come from the room that knows them. */
export const rulesFlags = {
  format: option({ options: RULE_FORMAT_IDS, description: 'Firewall to write rules for (required).' })(),
  placement: option({
    options: PLACEMENTS,
    default: 'host' as const,
    description: 'Where the rules are loaded: on each host, or on a gateway in front.',
  })(),
  refuse: option({ options: REFUSALS, description: 'How to refuse everyone else. [default: reject]' })(),
  profile: option({
    options: PROFILES,
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    description: 'Windows network profiles the rules apply to. [default: domain,private]',
  })(),
  out: string({
    helpValue: 'FILE',
    description: 'Write to this file; {host} in its name is replaced by the host.',
  }),
  template: string({ helpValue: 'FILE', description: 'Template to use instead of the built-in one.' }),
};

export { RULE_FORMAT_IDS };
