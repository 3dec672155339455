import type { Site } from '../site/site.ts';
import type { SiteFlags } from '../site/site-from-flags.ts';

/**
 * The site the flags describe.
 * @param names whether `--host` may be a name
 * @throws InputError
 */
export async function siteOf(flags: SiteFlags, options: { readonly names: boolean }): Promise<Site> {
  const { siteFromFlags } = await import('../site/site-from-flags.ts');
  return siteFromFlags(flags, options);
}
