import { InputError } from '../input-error.ts';
import { RULE_FORMATS, type RuleFormatId } from '../rules/formats.ts';
import type { Template } from '../rules/render.ts';
import type { RuleOptions } from '../rules/rule-format.ts';
import { rulesetsOf, type Ruleset } from '../rules/ruleset.ts';
import type { Site } from '../site/site.ts';
import type { System } from '../system/system.ts';

export interface RulesOptions extends RuleOptions {
  readonly format: RuleFormatId;
  /** A file to use instead of the format's own template. */
  readonly template: string | null;
}

export interface RulesResult {
  readonly rulesets: readonly Ruleset[];
  /** For stderr: what was assumed and which flag changes it, then what to know before loading. */
  readonly notices: readonly string[];
}

/**
 * The firewall rules that let the flows of a site in and refuse everybody else.
 * @throws InputError for what the format can't express and for a template that can't be read or is at fault.
 */
export async function rules(site: Site, options: RulesOptions, system: System): Promise<RulesResult> {
  const template = await readTemplate(options, system);
  const rulesets = rulesetsOf(site, options.format, options, template);
  const assumed = rulesets.flatMap(({ assumptions }) => assumptions).map((text) => `assumed ${text}`);
  const notices = rulesets.flatMap((ruleset) => ruleset.notices);
  return { rulesets, notices: [...new Set([...assumed, ...notices])] };
}

async function readTemplate({ template, format }: RulesOptions, system: System): Promise<Template> {
  const own = RULE_FORMATS[format].template;
  if (template === null)
    return { file: own, text: await system.readText(`${import.meta.dirname}/../../templates/${own}`) };
  try {
    return { file: template, text: await system.readText(template) };
  } catch (error) {
    throw new InputError({
      code: 'unreadable-file',
      message: `--template: "${template}" can't be read (${error instanceof Error ? error.message : 'unknown'})`,
      value: template,
      fix: 'give a readable template file',
    });
  }
}
