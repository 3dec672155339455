import type { InputProblem } from '../../input-error.ts';
import type { KnownCommands } from './known-commands.ts';
import { didYouMean, flagFor, meantWord, unknownCommand, unknownFlag } from './suggestions.ts';

/** oclif's own complaints, which come as several lines of text without a value; its errors are known by their classes' fields. */
export function oclifProblem(
  error: unknown,
  argv: readonly string[],
  known: KnownCommands,
): InputProblem | undefined {
  if (!(error instanceof Error) || !('oclif' in error)) return undefined;
  const command = argv.find((word) => !word.startsWith('-')) ?? '';
  const help = command === '' ? 'see vwaudit --help' : `see vwaudit ${command} --help`;
  const message = firstLine(error.message);
  const [flag] = words(error, 'flags');
  const [arg] = words(error, 'args');
  if (message.startsWith('Nonexistent flag') && flag !== undefined) return unknownFlag(flag, command, known);
  if (message.startsWith('Unexpected argument') && arg !== undefined) {
    const meant = flagFor(arg, known.get(command) ?? []);
    return {
      code: 'unexpected-argument',
      message: `unexpected argument "${arg}"`,
      value: arg,
      fix: meant === undefined ? help : `give it as ${meant}, ${help}`,
    };
  }
  if (/^Missing \d+ required arg/.test(message)) return missingArgument(error, help);
  return (
    badChoice(error.message) ??
    exclusive(error.message) ??
    notFound(error.message, known) ?? {
      code: 'usage',
      message: message.replace(/^Flag (?=--)/, '').replace(/[.:]$/, ''),
      fix: help,
    }
  );
}

/** Named as the help names it. */
function missingArgument(error: Error, help: string): InputProblem {
  const missing: unknown = Reflect.get(error, 'args');
  const names = (Array.isArray(missing) ? missing : []).flatMap((arg: unknown) =>
    typeof arg === 'object' && arg !== null && 'name' in arg && typeof arg.name === 'string'
      ? arg.name.toUpperCase()
      : [],
  );
  return {
    code: 'missing-argument',
    message: names.length === 1 ? `${names.join()} is missing` : `${names.join(' and ')} are missing`,
    fix: `give it, ${help}`,
  };
}

function badChoice(message: string): InputProblem | undefined {
  const option = /^Expected --([\w-]+)=([^]*) to be one of: ([^]*?)(?:\nSee more help|$)/.exec(message);
  if (option === null) return undefined;
  const [, flag = '', value = '', choices = ''] = option;
  const meant =
    value === 'json' && flag === 'format'
      ? '--json'
      : (SYNONYMS[value.toLowerCase()] ?? meantWord(value, choices.split(', ')));
  return {
    code: 'bad-choice',
    message: `--${flag}: "${value}" is not a valid value`,
    value,
    fix: `${didYouMean(meant)}give one of ${choices}`,
  };
}

/** Other names of formats. */
const SYNONYMS: Readonly<Record<string, string | undefined>> = {
  nftables: 'nft',
  'nf-tables': 'nft',
  nf_tables: 'nft',
  'ip-tables': 'iptables',
  ip6tables: 'iptables',
  reg: 'windows-registry',
  cmd: 'netsh',
  powershell: 'windows',
  win: 'windows',
};

function exclusive(message: string): InputProblem | undefined {
  const pair = /--([\w-]+)=[^]* cannot also be provided when using --([\w-]+)/.exec(message);
  if (pair === null) return undefined;
  const [, one = '', other = ''] = pair;
  return {
    code: 'exclusive-flags',
    message: `--${other} does not go with --${one}`,
    fix: 'leave out one of them',
  };
}

function notFound(message: string, known: KnownCommands): InputProblem | undefined {
  const command = /^command ([^]*) not found\.?$/i.exec(message)?.[1];
  return command === undefined ? undefined : unknownCommand(command.replaceAll(':', ' '), [...known.keys()]);
}

/** The lines oclif joins to one: the reason is in the second where the first is only a headline. */
function firstLine(message: string): string {
  const [first = '', second = ''] = message.split('\n').map((line) => line.trim());
  return first.endsWith('occurred:') ? second : first;
}

function words(error: Error, key: 'flags' | 'args'): readonly string[] {
  const value: unknown = Reflect.get(error, key);
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}
