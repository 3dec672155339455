import { InputError } from '../../input-error.ts';
import type { RunContext } from './report-format.ts';
import type { Issue, RuleRef } from './results.ts';

/** A line of a file, for systems that show findings beside sources. */
export interface FilePlace {
  /** Relative, with `/`, never empty and never out of the folder; not yet encoded. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** A check reads no rules: what it finds is about the description of the site. */
const SITE_FILE = 'vwaudit.yaml';

/** How readers of rulesets name standard input. */
const STANDARD_INPUT = 'standard input';

/** Where a rule is; JSON has no lines to speak of, so its rules are at line 1. */
export function placeOfRule({ file, line }: Pick<RuleRef, 'file' | 'line'>, run: RunContext): FilePlace {
  return { path: relativePath(file, run), line: Math.max(1, line) };
}

/**
 * The deciding rule of an issue, which is its last; where no rule decides, the last rule or policy that its flows meet; else the
 * site's description.
 * @throws InputError for rules from standard input that nobody gave a name
 */
export function placeOfIssue({ rules, flows }: Issue, run: RunContext): FilePlace {
  const met = flows.find(({ path }) => path.length > 0)?.path ?? [];
  const place = rules.at(-1) ?? met.findLast(({ line }) => line > 0) ?? met.at(-1);
  return place === undefined ? { path: SITE_FILE, line: 1 } : placeOfRule(place, run);
}

function relativePath(file: string, { stdinName, folder }: RunContext): string {
  if (file === STANDARD_INPUT && stdinName === null) throw new InputError(UNNAMED);
  const named = file === STANDARD_INPUT ? (stdinName ?? file) : file;
  const slashed = named.replaceAll('\\', '/');
  const base = `${folder.replaceAll('\\', '/').replace(/\/+$/, '')}/`;
  const inside = slashed.startsWith(base) ? slashed.slice(base.length) : slashed.replace(/^[A-Za-z]:/, '');
  const parts = inside.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.length === 0 ? SITE_FILE : parts.join('/');
}

/** One part of a path, percent-encoded. */
export function uriPart(part: string): string {
  const hex = (mark: string): string => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(part).replace(/[!'()*]/g, hex);
}

const UNNAMED = {
  code: 'no-stdin-name',
  message: 'this format names a file for every finding, and the rules came from standard input',
  fix: 'give --stdin-name NAME, the path of the rules in the repository',
};
