import { DIALECT_IDS } from '../../firewall/model/dialect-id.ts';
import type { InputProblem } from '../../input-error.ts';
import { tryParseAddress } from '../../net/address.ts';
import { ROLES } from '../../deployment/role.ts';
import { isHostName } from '../../site/hosts/host-name.ts';
import { nearestWord } from '../../nearest-word.ts';
import type { KnownCommands, KnownFlag } from './known-commands.ts';

/** The known word that a mistyped or shortened one probably means. */
export function meantWord(typed: string, words: readonly string[]): string | undefined {
  const begun = words.filter((word) => typed.length > 1 && word.startsWith(typed));
  return begun.length === 1 ? begun[0] : nearestWord(typed, words);
}

/** `did you mean X? `, or nothing. */
export function didYouMean(word: string | undefined): string {
  return word === undefined ? '' : `did you mean ${word}? `;
}

/** A command that does not exist. */
export function unknownCommand(value: string, names: readonly string[]): InputProblem {
  if (value.startsWith('-')) {
    return {
      code: 'unknown-command',
      message: `"${value}" is given before the command`,
      value,
      fix: 'put the command first; see vwaudit --help for the commands',
    };
  }
  return {
    code: 'unknown-command',
    message: `unknown command "${value}"`,
    value,
    fix: `${didYouMean(meantWord(value, names))}see vwaudit --help for the commands`,
  };
}

/** A flag that this command does not have: the flag that is meant, or the command that has it. */
export function unknownFlag(typed: string, command: string, known: KnownCommands): InputProblem {
  const [name = ''] = typed.replace(/^--?/, '').split('=');
  const own = known.get(command) ?? [];
  const meant = typed.startsWith('--') ? meantWord(name, own.flatMap(spellings)) : undefined;
  const others = [...known].filter(([, flags]) => flags.flatMap(spellings).includes(name));
  const owner = others.length === 0 ? '' : `it is a flag of ${others.map(([id]) => id).join(', ')}; `;
  return {
    code: 'unknown-flag',
    message: `unknown flag "${typed}"`,
    value: typed,
    fix: `${meant === undefined ? owner : didYouMean(`--${meant}`)}see vwaudit ${command} --help`,
  };
}

function spellings({ name, hasNo }: KnownFlag): readonly string[] {
  return hasNo ? [name, `no-${name}`] : [name];
}

/** The flag of a command that a word without one was meant for, ready to be typed; undefined where none is plain. */
export function flagFor(word: string, flags: readonly KnownFlag[]): string | undefined {
  const has = (name: string): boolean => flags.some((flag) => flag.name === name);
  const chosen = flags.find(({ choices }) => choices.includes(word));
  if (chosen !== undefined) return `--${chosen.name} ${word}`;
  const shape = SHAPES.find(({ flag, isMeant }) => has(flag) && isMeant(word));
  if (shape !== undefined) return `--${shape.flag} ${word}`;
  // A name can be anything: only where a command takes host names.
  return has('as') && isHostName(word) && word !== 'help' ? `--host ${word}` : undefined;
}

interface Shape {
  readonly flag: string;
  readonly isMeant: (word: string) => boolean;
}

/** What the values of some flags look like; the first flag a command has is meant. */
const SHAPES: readonly Shape[] = [
  { flag: 'instances', isMeant: (word) => /^\d{1,3}$/.test(word) },
  { flag: 'dialect', isMeant: (word) => DIALECT_IDS.some((id) => id === word) },
  { flag: 'for', isMeant: (word) => /^\d+[smh]$/.test(word) },
  { flag: 'allow', isMeant: (word) => ROLES.some((role) => word.startsWith(`${role}=`)) },
  { flag: 'skip', isMeant: (word) => /^(?:server-\d+|allocator)\.\w+$/.test(word) },
  { flag: 'host', isMeant: (word) => tryParseAddress(word) !== undefined },
  { flag: 'site', isMeant: (word) => /\.ya?ml$/.test(word) },
];
