import { InputError } from '../../input-error.ts';
import { loadSite, SITE_FILE } from '../../site/load-site.ts';
import type { Site } from '../../deployment/site.ts';
import type { SiteFlags } from '../../site/site-from-flags.ts';
import type { System } from '../../system/system.ts';
import { writeStderrLines } from '../output/stderr-lines.ts';

interface SiteSource extends SiteFlags {
  readonly site?: string | undefined;
  readonly quiet: boolean;
}

/** Whether `--host` may be a name to be resolved when flags describe the site. */
interface HostNames {
  readonly names: boolean;
}

/** What `--site` replaces; `--host`, `--reading` and `--port-offset` go with a site file too. */
const REPLACED = ['instances', 'allocator', 'allow'] as const;

/** `--site none`: no site file, not even the one in this folder. (A file of that name is `./none`.) */
const NO_FILE = 'none';

/**
 * The site as the command line describes it: by `--site`; by flags where one of {@link REPLACED} is given; else by
 * `vwaudit.yaml` in the working directory, which `--host` narrows; else by flags. Stderr says when that file is used, and
 * when it is passed over.
 * @throws InputError
 */
export async function siteOf(flags: SiteSource, options: HostNames): Promise<Site> {
  const { nodeSystem: system } = await import('../../system/node-system.ts');
  if (flags.site === NO_FILE) return siteOfFlags(flags, options);
  const [replaced] = REPLACED.filter((name) => flags[name] !== undefined);
  if (flags.site !== undefined) {
    if (replaced !== undefined) throw both(shown(replaced), flags.site);
    const site = await loadSite(flags.site, flags, system);
    if (site === null) throw missing(flags.site);
    return site;
  }
  if (replaced !== undefined) return siteBesideFile(shown(replaced), flags, options, system);
  const found = await loadSite(SITE_FILE, flags, system).catch((error: unknown) => {
    throw orAnotherMachine(error);
  });
  if (found === null) return siteOfFlags(flags, options);
  const { selected, hosts } = found;
  const hint = selected === undefined ? narrowing(hosts) : ` (only ${selected.join(', ')})`;
  if (!flags.quiet) await writeStderrLines([`site: ${SITE_FILE} in this folder${hint}`]);
  return found;
}

function narrowing(hosts: Site['hosts']): string {
  const [first, ...others] = hosts;
  return first === undefined || others.length === 0
    ? ''
    : ` (narrow it, for example with --host ${first.key})`;
}

async function siteOfFlags(flags: SiteFlags, options: HostNames): Promise<Site> {
  const { siteFromFlags } = await import('../../site/site-from-flags.ts');
  return siteFromFlags(flags, options);
}

/** The flags decide; that a site file lies in the folder and is not used is never left unsaid. */
async function siteBesideFile(
  flag: string,
  flags: SiteSource,
  options: HostNames,
  system: System,
): Promise<Site> {
  const names = await system.listFolder('.').catch((): readonly string[] => []);
  if (!names.includes(SITE_FILE)) return siteOfFlags(flags, options);
  const site = await siteOfFlags(flags, options).catch((error: unknown) => {
    throw orTheFile(error, flag);
  });
  const note = `note: ${SITE_FILE} in this folder is ignored because of ${flag}; to use it, give --site ${SITE_FILE}`;
  if (!flags.quiet) await writeStderrLines([note]);
  return site;
}

/** The file was only found: whoever means another machine reads how to do without it. */
function orAnotherMachine(error: unknown): unknown {
  if (!(error instanceof InputError) || error.problem.code !== 'unknown-host') return error;
  const fix = `${error.problem.fix}; for a machine that is not in the file add --site ${NO_FILE}`;
  return new InputError({ ...error.problem, message: `${error.problem.message} in this folder`, fix });
}

/** A key of the file that was passed over is no address. */
function orTheFile(error: unknown, flag: string): unknown {
  if (!(error instanceof InputError) || error.problem.code !== 'bad-host') return error;
  const fix = `${error.problem.fix}, or leave out ${flag}: with it ${SITE_FILE} in this folder is ignored`;
  return new InputError({ ...error.problem, fix });
}

function shown(flag: (typeof REPLACED)[number]): string {
  return flag === 'allocator' ? '--[no-]allocator' : `--${flag}`;
}

function both(flag: string, file: string): InputError {
  return new InputError({
    code: 'site-twice',
    message: `--site and ${flag} both describe the site`,
    value: file,
    fix: `leave out ${flag}, or write it into the site file`,
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
