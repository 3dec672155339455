import { InputError } from '../input-error.ts';
import { assumptionsOf } from '../ports/peers.ts';
import { RULE_FORMATS, type RuleFormatId } from '../rules/formats.ts';
import type { Template } from '../rules/render.ts';
import type { RuleOptions } from '../rules/policy/rule-format.ts';
import { rulesetsOf } from '../rules/ruleset.ts';
import type { Site } from '../deployment/site.ts';
import type { System } from '../system/system.ts';
import { templatePath } from '../system/template-path.ts';
import { reportHead, type Tool } from '../verdict/reports/head.ts';
import type { RulesReport } from '../verdict/reports/report.ts';
import { outFile } from './write-rulesets.ts';

export interface RulesOptions extends RuleOptions {
  readonly format: RuleFormatId;
  /** A file to use instead of the format's own template. */
  readonly template: string | null;
  /** The file they go to, {host} standing for the host. */
  readonly out?: string | null;
}

interface RulesContext {
  readonly system: System;
  readonly tool: Tool;
}

/**
 * The firewall rules that let the flows of a site in and refuse everybody else.
 * @throws InputError for what the format can't express and for a template that can't be read or is at fault.
 */
export async function rules(
  site: Site,
  options: RulesOptions,
  { system, tool }: RulesContext,
): Promise<RulesReport> {
  const template = await readTemplate(options, system);
  const { out = null } = options;
  const fileOf = out === null ? undefined : (host: string | null) => outFile(out, host);
  const rulesets = rulesetsOf(site, options.format, options, template, fileOf);
  return { ...reportHead('rules', { tool, site, assumptions: assumptionsOf(site) }), rulesets };
}

/** Far more than the engine takes. */
const MAX_TEMPLATE_BYTES = 2 ** 20;

async function readTemplate({ template, format }: RulesOptions, system: System): Promise<Template> {
  const own = RULE_FORMATS[format].template;
  if (template === null) return { file: own, text: await system.readText(templatePath(own)) };
  try {
    return { file: template, text: await system.readText(template, MAX_TEMPLATE_BYTES) };
  } catch (error) {
    throw new InputError({
      code: 'unreadable-file',
      message: `--template: "${template}" can't be read (${error instanceof Error ? error.message : 'unknown'})`,
      value: template,
      fix: 'give a readable template file',
    });
  }
}
