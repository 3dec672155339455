import { errnoOf } from '../errno.ts';
import { InputError } from '../input-error.ts';
import type { System } from '../system/system.ts';
import type { Site } from '../deployment/site.ts';
import type { SiteOverrides } from './site-from-yaml.ts';

/** Looked for in the working directory when nothing else describes the site. */
export const SITE_FILE = 'vwaudit.yaml';

/** More than the largest site there may be needs (1,024 hosts, five roles of 1,024 prefixes); read and parsed within seconds. */
const MAX_BYTES = 256 * 1024;

/** Reads a site file; null when there is none. @throws InputError, with file, line and column for what it holds */
export async function loadSite(file: string, overrides: SiteOverrides, system: System): Promise<Site | null> {
  const text = await system.readText(file, MAX_BYTES).catch((error: unknown) => {
    const code = codeOf(error);
    if (code === 'ENOENT') return null;
    throw new InputError({
      code: 'unreadable-file',
      message: `the site file "${file}" can't be read (${code})`,
      value: file,
      fix: code === 'EFBIG' ? `give a file of at most ${MAX_BYTES} bytes` : 'give a readable text file',
    });
  });
  if (text === null) return null;
  // Most runs have no site file and need no YAML parser.
  const { siteFromYaml } = await import('./site-from-yaml.ts');
  return siteFromYaml(text, file, overrides);
}

function codeOf(error: unknown): string {
  return errnoOf(error) ?? String(error);
}
