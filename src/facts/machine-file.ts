import { z } from 'zod';
import { InputError } from '../input-error.ts';
import { text, time, type Shaped } from '../json-shape.ts';
import { windowsMachine } from './windows-machine.ts';

/** What one command printed on the machine. */
const command = z.object({
  id: text.describe('what it was run for, for example iptables-nft, routes-4 or listeners'),
  command: text.describe('the command line'),
  exitCode: z.int(),
  output: text,
  errors: text,
});

const linuxMachine = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('machine'),
  platform: z.literal('linux'),
  collectedAt: time,
  host: text.describe('its own name'),
  isRedacted: z
    .literal(true)
    .optional()
    .describe('addresses, its name and comments are replaced (vwaudit collect --redact)'),
  commands: z.array(command),
});

export type LinuxMachine = Shaped<typeof linuxMachine>;

/** What `vwaudit collect` writes: the facts of one machine, as its own tools show them. */
export const machineFile = z
  .discriminatedUnion('platform', [linuxMachine, windowsMachine])
  .meta({ id: 'machine' });

export type MachineFile = Shaped<typeof machineFile>;

export type CollectedCommand = LinuxMachine['commands'][number];

/** @throws InputError for what `vwaudit collect` did not write */
export function parseMachineFile(content: string, file: string): MachineFile {
  const { success, data, error } = machineFile.safeParse(fromJson(content, file));
  if (success) return data;
  const [issue] = error.issues;
  throw badMachineFile(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}`);
}

function fromJson(content: string, file: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw badMachineFile(file, error instanceof Error ? error.message : 'not JSON');
  }
}

function badMachineFile(file: string, why: string): InputError {
  return new InputError({
    code: 'bad-machine-file',
    message: `"${file}" is not a whole file of vwaudit collect (${why})`,
    value: file,
    fix: 'collect it again: vwaudit collect --out machine.json, or the script of vwaudit collect --script',
  });
}
