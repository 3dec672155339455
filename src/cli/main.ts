import type { Interfaces } from '@oclif/core';
import { run } from '@oclif/core/run';
import { jsonDocument } from '../report/formats/json.ts';
import { describeError } from './errors/describe-error.ts';
import { knownCommands } from './errors/known-commands.ts';
import { EXIT, setExitCode } from './exit/exit-code.ts';
import { writeStdout } from './output/output.ts';
import { writeStderrLines } from './output/stderr-lines.ts';

/**
 * The whole program: runs one command and, whatever goes wrong, says it once and sets the exit code. With `--json` the error is
 * one JSON document on stdout; else stdout stays empty and stderr has one line.
 * @param given for oclif: a folder inside the package, and where that is not built (`bin/dev.js`), the plugin it has loaded.
 */
export async function main(argv: readonly string[], given: Given): Promise<void> {
  // There are no plugins to look for, in a home folder that need not be readable (`sudo -u`, `su` without `-`).
  const options = { ...given, userPlugins: false };
  try {
    await run([...argv], options);
  } catch (error) {
    const { exitCode, text, json } = describeError(error, argv, await knownCommands(options));
    setExitCode(exitCode);
    if (wantsPlugin(argv) && exitCode !== EXIT.ok) {
      // A plugin's exit code 2 says that the service is down, and a line on stderr is shown to nobody.
      setExitCode(EXIT.unproven);
      return writeStdout(
        `vwaudit UNKNOWN: ${text
          .replace(/^vwaudit: /, '')
          .replaceAll('|', '/')
          .replace(/\s+/g, ' ')}\n`,
      );
    }
    if (!wantsJson(argv) || exitCode === EXIT.ok) return writeStderrLines(text.split('\n'));
    // Where stdout takes nothing any more, stderr says so.
    await writeStdout([...jsonDocument(json)].join('')).catch(() => writeStderrLines([text]));
  }
}

type Given = Pick<Interfaces.Options, 'root' | 'pjson' | 'plugins'>;

function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? undefined : end).includes('--json');
}

/** `--report nagios`, without a file: what is on stdout is for a monitoring system. */
function wantsPlugin(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) => word === '--report=nagios' || (word === 'nagios' && argv[index - 1] === '--report'),
  );
}
