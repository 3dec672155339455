import { readFileSync } from 'node:fs';
import { RULE_FORMATS, type RuleFormatId } from '../../src/rules/formats.ts';
import type { RuleOptions } from '../../src/rules/policy/rule-format.ts';
import { rulesetsOf, type Ruleset } from '../../src/rules/ruleset.ts';
import type { Site } from '../../src/deployment/site.ts';

/** The rule files of a site from the templates that ship. */
export function makeRules(
  site: Site,
  format: RuleFormatId,
  options: Partial<RuleOptions> = {},
): readonly Ruleset[] {
  const file = RULE_FORMATS[format].template;
  const text = readFileSync(new URL(`../../templates/${file}`, import.meta.url), 'utf8');
  return rulesetsOf(
    site,
    format,
    { placement: 'host', refuse: null, profiles: null, ...options },
    { file, text },
  );
}
