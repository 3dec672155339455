import { InputError, type InputProblem } from '../input-error.ts';
import { printable } from '../printable.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

/** An error as the program reports it. */
export interface ErrorDescription {
  readonly exitCode: ExitCode;
  /** For stderr, ends in a line feed. */
  readonly text: string;
  /** For `--json`: the `error` shape of the contract, every key always there. */
  readonly json: object;
}

/** Bad input becomes exit 2 with its problem, oclif's parse errors too; anything else is our bug, exit 70. */
export function describeError(error: unknown, argv: readonly string[]): ErrorDescription {
  const problem = error instanceof InputError ? error.problem : fromOclif(error, argv);
  if (problem !== undefined) return describe(EXIT.usage, problem, new InputError(problem).message);
  const message = error instanceof Error ? error.message : String(error);
  const bug = { code: 'internal', message, fix: 'please report it with the command line you gave' };
  const { text, ...rest } = describe(EXIT.bug, bug, `internal error: ${printable(message)}; ${bug.fix}`);
  const stack = process.env.DEBUG === undefined || !(error instanceof Error) ? '' : `${error.stack ?? ''}\n`;
  return { ...rest, text: `${text}${stack}` };
}

function describe(exitCode: ExitCode, problem: InputProblem, line: string): ErrorDescription {
  const { code, message, value = null, fix, file = null, line: at = null, column = null } = problem;
  return {
    exitCode,
    text: `vwaudit: ${line}\n`,
    json: { schemaVersion: 1, kind: 'error', error: { code, message, value, fix, file, line: at, column } },
  };
}

/** oclif's own complaints, which come as several lines of text without a value; its errors are told by their classes' fields. */
function fromOclif(error: unknown, argv: readonly string[]): InputProblem | undefined {
  if (!(error instanceof Error) || !('oclif' in error)) return undefined;
  const help = `vwaudit ${argv.find((word) => !word.startsWith('-')) ?? ''} --help`.replace('  ', ' ');
  const message = firstLine(error.message);
  const flags = words(error, 'flags');
  const args = words(error, 'args');
  if (message.startsWith('Nonexistent flag') && flags[0] !== undefined) {
    return {
      code: 'unknown-flag',
      message: `unknown flag "${flags[0]}"`,
      value: flags[0],
      fix: `see ${help}`,
    };
  }
  if (message.startsWith('Unexpected argument') && args[0] !== undefined) {
    return {
      code: 'unexpected-argument',
      message: `unexpected argument "${args[0]}"`,
      value: args[0],
      fix: `see ${help}`,
    };
  }
  const option = /^Expected --([\w-]+)=([^]*) to be one of: ([^]*?)(?:\nSee more help|$)/.exec(error.message);
  if (option !== null) {
    const [, flag = '', value = '', choices = ''] = option;
    return {
      code: 'bad-choice',
      message: `--${flag}: "${value}" is not a choice`,
      value,
      fix: `give one of ${choices}`,
    };
  }
  const pair = /--([\w-]+)=[^]* cannot also be provided when using --([\w-]+)/.exec(error.message);
  if (pair !== null) {
    const [, one = '', other = ''] = pair;
    return {
      code: 'exclusive-flags',
      message: `--${other} does not go with --${one}`,
      fix: 'leave out one of them',
    };
  }
  const command = /^command ([^]*) not found$/.exec(error.message)?.[1];
  if (command !== undefined) {
    const value = command.replaceAll(':', ' ');
    return {
      code: 'unknown-command',
      message: `unknown command "${value}"`,
      value,
      fix: 'see vwaudit --help for the commands',
    };
  }
  return { code: 'usage', message: message.replace(/[.:]$/, ''), fix: `see ${help}` };
}

/** The lines oclif joins to one: the reason stands in the second where the first is only a headline. */
function firstLine(message: string): string {
  const [first = '', second = ''] = message.split('\n').map((line) => line.trim());
  return first.endsWith('occurred:') ? second : first;
}

function words(error: Error, key: 'flags' | 'args'): readonly string[] {
  const value: unknown = Reflect.get(error, key);
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}
