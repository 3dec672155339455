import { InputError } from '../input-error.ts';
import type { System } from '../system/system.ts';
import type { RulesReport } from '../verdict/reports/report.ts';
import { writeOut } from './write-out.ts';

type Rulesets = RulesReport['rulesets'];

/** In a file name given by the user: stands for the host the rules are for. */
const HOST = '{host}';

/**
 * Writes each rule file whole or not at all.
 * @returns the paths written
 * @throws InputError when several hosts would share one file, or a file can't be written
 */
export async function writeRulesets(
  rulesets: Rulesets,
  out: string,
  system: System,
): Promise<readonly string[]> {
  refuseSharedFile(rulesets, out);
  const files = rulesets.map(({ host, text }) => ({ path: outFile(out, host), text }));
  for (const { path, text } of files) {
    await writeOut(path, text, system);
  }
  return files.map(({ path }) => path);
}

/** @throws InputError: rules of several hosts in one stream or file would be loaded together. */
export function refuseSharedFile(rulesets: Rulesets, out: string | null): void {
  if (rulesets.length <= 1 || out?.includes(HOST) === true) return;
  throw new InputError({
    code: 'several-rulesets',
    message: `${rulesets.length} hosts need ${rulesets.length} rule files`,
    fix: `give --out with ${HOST} in the name, for example --out rules-${HOST}.txt, or use --json`,
  });
}

/** The file of a host. */
export function outFile(out: string, host: string | null): string {
  return out.replaceAll(HOST, fileName(host));
}

/** Colons of IPv6 addresses don't go into Windows file names. */
function fileName(host: string | null): string {
  return (host ?? 'localhost').replaceAll(':', '-');
}
