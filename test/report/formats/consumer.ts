import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A program that reads our reports for real. */
export interface Consumer {
  readonly program: string;
  /** Why it can't be asked here; null where it can. */
  readonly missing: string | null;
}

/**
 * A program of this machine. Where it is missing its test is skipped, which says why, and fails where VWAUDIT_REQUIRE_CONSUMERS
 * is set (CI, which installs it).
 */
export function consumer(
  program: string,
  {
    install,
    probe = ['--version'],
    variable,
  }: { readonly install: string; readonly probe?: readonly string[]; readonly variable?: string },
): Consumer {
  const named = (variable === undefined ? undefined : process.env[variable]) ?? program;
  const isThere = named.includes('/') && !existsSync(named) ? false : spawnSync(named, probe).status === 0;
  if (isThere) return { program: named, missing: null };
  const missing = `${program} is missing (${install})`;
  if (process.env.VWAUDIT_REQUIRE_CONSUMERS === '1' && variable === undefined) throw new Error(missing);
  return { program: named, missing };
}

/** `junit: every test case` or, where it is skipped, with the reason. */
export function titled(title: string, ...consumers: readonly Consumer[]): string {
  const missing = consumers.flatMap((one) => one.missing ?? []);
  return missing.length === 0 ? title : `${title} [not run: ${missing.join(', ')}]`;
}

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-reports-'));
  // Processes of a browser may outlive it by a moment; a retry of rmSync would not look again for what they wrote.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return folder;
}
