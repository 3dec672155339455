import { InputError } from '../input-error.ts';
import { loadSite, SITE_FILE } from '../site/load-site.ts';
import type { Site } from '../site/site.ts';
import type { SiteFlags } from '../site/site-from-flags.ts';
import type { System } from '../system/system.ts';
import { writeStderr } from './output.ts';

interface SiteSource extends SiteFlags {
  readonly site?: string | undefined;
  readonly quiet: boolean;
}

/** What `--site` replaces; `--host`, `--reading` and `--port-offset` go with a site file too. */
const REPLACED = ['instances', 'allocator', 'allow'] as const;

/**
 * The site as the command line describes it: by `--site`, by the other site flags, or, where there are none, by `vwaudit.yaml`
 * in the working directory (stderr says so), else this machine alone.
 * @param names whether `--host` may be a name when flags describe the site
 * @throws InputError
 */
export async function siteOf(flags: SiteSource, options: { readonly names: boolean }): Promise<Site> {
  const { nodeSystem: system } = await import('../system/node-system.ts');
  const replaced = REPLACED.find((name) => flags[name] !== undefined);
  if (flags.site !== undefined) {
    if (replaced !== undefined) throw both(replaced, flags.site);
    const site = await loadSite(flags.site, flags, system);
    if (site === null) throw missing(flags.site);
    return site;
  }
  const isPlain = replaced === undefined;
  const found = isPlain && flags.host === undefined ? await loadSite(SITE_FILE, flags, system) : null;
  const { siteFromFlags } = await import('../site/site-from-flags.ts');
  const site = found ?? siteFromFlags(flags, options);
  if (isPlain && !flags.quiet) await writeStderr(await notice(site, system));
  return site;
}

/** A file in the folder never decides, or is passed over, in silence: `--host` alone means a site of flags. */
async function notice({ source }: Site, system: System): Promise<string> {
  if (source === 'file')
    return `site: ${SITE_FILE} in this folder (narrow it with --site ${SITE_FILE} --host KEY)\n`;
  const names = await system.listFolder('.').catch((): readonly string[] => []);
  return names.includes(SITE_FILE)
    ? `note: ${SITE_FILE} in this folder is not used, since --host describes the site; --site ${SITE_FILE} uses it\n`
    : '';
}

function both(flag: (typeof REPLACED)[number], file: string): InputError {
  const shown = flag === 'allocator' ? '[no-]allocator' : flag;
  return new InputError({
    code: 'site-twice',
    message: `--site and --${shown} both describe the site`,
    value: file,
    fix: `leave out --${shown}, or write it into the site file`,
  });
}

function missing(file: string): InputError {
  return new InputError({
    code: 'unreadable-file',
    message: `--site: there is no file "${file}"`,
    value: file,
    fix: 'give a site file like the one in the README',
  });
}
