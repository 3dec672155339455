import { InputError } from '../input-error.ts';
import { parseMachineFile } from '../facts/machine-file.ts';
import { redactMachine } from '../facts/redact.ts';
import type { System } from '../system/system.ts';
import { templatePath } from '../system/template-path.ts';

export type CollectScript = keyof typeof SCRIPTS;

const SCRIPTS = { sh: 'collect.sh', powershell: 'collect.ps1' } as const;

/** The script that collects a machine's facts where vwaudit is not installed. */
export function collectScript(script: CollectScript, system: Pick<System, 'readText'>): Promise<string> {
  return system.readText(templatePath(SCRIPTS[script]));
}

/**
 * The facts of this machine as one JSON document: what the script prints, so that both are the same.
 * @throws InputError where this machine's rules can't be read
 */
export async function collect(
  { isRedacted }: { readonly isRedacted: boolean },
  system: Pick<System, 'platform' | 'run'>,
): Promise<Collected> {
  if (system.platform !== 'linux') throw notLinux(system.platform);
  const { exitCode, stdout, stderr, error } = await system.run('sh', [templatePath(SCRIPTS.sh)], {
    timeoutMs: MAX_MS,
  });
  if (exitCode !== 0) throw notCollected(error ?? stderr.trim().split('\n').at(-1) ?? '');
  const machine = parseMachineFile(stdout, 'collect.sh');
  const isShown = isRedacted && machine.platform === 'linux';
  return {
    text: `${JSON.stringify(isShown ? redactMachine(machine) : machine, null, 2)}\n`,
    notices: stderr
      .split('\n')
      .filter((line) => line.startsWith(SAID))
      .map((line) => line.slice(SAID.length)),
  };
}

/** Each of its commands has a limit of its own. */
const MAX_MS = 30 * 60_000;

/** Before what the script says itself. */
const SAID = 'collect.sh: ';

/** A machine file, and what did not answer. */
export interface Collected {
  readonly text: string;
  readonly notices: readonly string[];
}

function notLinux(platform: string): InputError {
  return new InputError({
    code: 'not-linux',
    message: `vwaudit collect can't read the rules of this system (${platform})`,
    value: platform,
    fix:
      platform === 'win32'
        ? 'run the script of vwaudit collect --script powershell --out collect.ps1 as administrator'
        : 'run it on the Linux machine whose rules decide, or its script: vwaudit collect --script sh',
  });
}

function notCollected(why: string): InputError {
  return new InputError({
    code: 'not-collected',
    message: `the rules can't be read (${why.startsWith(SAID) ? why.slice(SAID.length) : why})`,
    fix: 'run: sudo vwaudit collect --out machine.json',
  });
}
