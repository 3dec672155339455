import { errnoOf } from '../../errno.ts';
import { InputError, type InputProblem } from '../../input-error.ts';
import { printable } from '../../printable.ts';
import { EXIT, type ExitCode } from '../exit/exit-code.ts';
import type { KnownCommands } from './known-commands.ts';
import { oclifProblem } from './oclif-problem.ts';
import { flagFor } from './suggestions.ts';

/** An error as the program reports it. */
export interface ErrorDescription {
  readonly exitCode: ExitCode;
  /** For stderr, without an end of line. */
  readonly text: string;
  /** For `--json`: the `error` shape of the contract, every key always there. */
  readonly json: object;
}

/** Bad input becomes exit 2 with its problem, oclif's parse errors too; anything else is our bug, exit 70. */
export function describeError(
  error: unknown,
  argv: readonly string[],
  known: KnownCommands = new Map(),
): ErrorDescription {
  const problem =
    error instanceof InputError
      ? orFlag(error.problem, argv, known)
      : isOutOfDescriptors(error)
        ? OUT_OF_DESCRIPTORS
        : oclifProblem(error, argv, known);
  if (problem !== undefined) return describe(EXIT.usage, problem, new InputError(problem).message);
  const message = error instanceof Error ? error.message : String(error);
  const bug = { code: 'internal', message, fix: 'please report it with the command line you gave' };
  const { text, ...rest } = describe(EXIT.bug, bug, `internal error: ${printable(message)}; ${bug.fix}`);
  const isShown = process.env.DEBUG !== undefined && error instanceof Error;
  return { ...rest, text: isShown ? `${text}\n${error.stack ?? ''}` : text };
}

/** Not even the program's own files can be opened. */
function isOutOfDescriptors(error: unknown): boolean {
  return ['EMFILE', 'ENFILE'].includes(errnoOf(error) ?? '');
}

const OUT_OF_DESCRIPTORS: InputProblem = {
  code: 'too-few-descriptors',
  message: 'too few file descriptors for this process',
  fix: 'raise the descriptor limit, for example with "ulimit -n 1024"',
};

/** A file that can't be read because it is the value of a flag: `vwaudit audit 10.20.0.11`. */
function orFlag(problem: InputProblem, argv: readonly string[], known: KnownCommands): InputProblem {
  const { code, value } = problem;
  const [command = ''] = argv;
  if (code !== 'unreadable-file' || value === undefined || !argv.includes(value, 1)) return problem;
  if (argv[argv.indexOf(value, 1) - 1]?.startsWith('--') === true) return problem;
  const meant = flagFor(value, known.get(command) ?? []);
  return meant === undefined
    ? problem
    : { ...problem, fix: `give it as ${meant}, or ${problem.fix.replace(/^give /, '')}` };
}

function describe(exitCode: ExitCode, problem: InputProblem, line: string): ErrorDescription {
  const { code, message, value = null, fix, file = null, line: at = null, column = null } = problem;
  return {
    exitCode,
    text: `vwaudit: ${line}`,
    json: { schemaVersion: 1, kind: 'error', error: { code, message, value, fix, file, line: at, column } },
  };
}
