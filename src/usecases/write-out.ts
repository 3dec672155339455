import { InputError } from '../input-error.ts';
import type { System } from '../system/system.ts';

/**
 * The file of `--out`, whole or not at all.
 * @throws InputError when it can't be written
 */
export async function writeOut(
  path: string,
  text: string,
  system: Pick<System, 'writeTextAtomic'>,
): Promise<void> {
  await system.writeTextAtomic(path, text).catch((error: unknown) => {
    throw new InputError({
      code: 'unwritable-file',
      message: `--out: "${path}" can't be written (${error instanceof Error ? error.message : String(error)})`,
      value: path,
      fix: 'give a file in a folder you may write to',
    });
  });
}
