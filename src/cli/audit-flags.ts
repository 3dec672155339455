import { option, string } from '@oclif/core/flags';
import { InputError } from '../input-error.ts';
import { DIALECT_IDS, type DialectId } from '../firewall/dialect.ts';
import { INTERFACE_NAME_FIX, isInterfaceName } from '../firewall/interface-name.ts';
import { checkFlags } from './check-flags.ts';

/** How rulesets are read, and where the machine that runs them stands: shared by `audit` and `trace`. */
export const rulesetFlags = {
  dialect: option({
    options: ['auto', ...DIALECT_IDS] as const,
    default: 'auto' as const,
    description: 'What wrote the files; auto tells by their content.',
  })(),
  hook: option({
    options: ['input', 'forward', 'output'] as const,
    default: 'input' as const,
    description:
      'Where the rules stand: on the host, on a gateway in front, or on the machine that connects.',
  })(),
};

/** What `vwaudit audit` takes beside the site. */
export const auditFlags = {
  ...rulesetFlags,
  interface: string({
    helpValue: 'NAME',
    description: 'The network interface the connections come in by (--hook output: go out by).',
    parse: (name) => Promise.resolve(parseInterface(name)),
  }),
  self: string({
    helpValue: 'HOST',
    description: 'The host of the site whose rules these are: only flows to it are asked about.',
  }),
  'fail-on': checkFlags['fail-on'],
};

function parseInterface(name: string): string {
  if (isInterfaceName(name)) return name;
  throw new InputError({
    code: 'bad-interface',
    message: `--interface: "${name}" is not the name of a network interface`,
    value: name,
    fix: INTERFACE_NAME_FIX,
  });
}

/** Null: each file tells. */
export function dialectOf(dialect: DialectId | 'auto'): DialectId | null {
  return dialect === 'auto' ? null : dialect;
}
