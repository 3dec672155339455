import { boolean, custom, option, string } from '@oclif/core/flags';
import { InputError } from '../../input-error.ts';
import { MAX_PORT } from '../../net/port-range.ts';
import { parsePrefix } from '../../net/prefix.ts';
import { READINGS } from '../../deployment/reading.ts';
import { ROLES, type Role } from '../../deployment/role.ts';
import type { Allowed } from '../../site/site-from-flags.ts';
import { parseWholeNumber } from './number-flag.ts';

const helpGroup = 'SITE';

/**
 * The flags that describe the deployment, shared by every command that takes one. None has a default here: what was not
 * given is decided by the site file, or else by the description of the site that flags make.
 */
export const siteFlags = {
  site: string({
    char: 's',
    description:
      'Site file, instead of -i, --allocator and --allow; none: no site file. [default: vwaudit.yaml, if it is in this folder]',
    helpValue: 'FILE',
    helpGroup,
  }),
  instances: custom<number>({
    char: 'i',
    description: 'Server instances on each host. [default: 1]',
    helpValue: 'N',
    helpGroup,
    parse: (text) => Promise.resolve(parseWholeNumber(text, '--instances', 1, MAX_PORT)),
  })(),
  host: string({
    description:
      'Server host (repeatable): an address, for check also a name; with a site file, a key or an address from it.',
    helpValue: 'ADDR|KEY',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup,
  }),
  allocator: boolean({
    description: 'An allocator runs on each host (the default).',
    allowNo: true,
    helpGroup,
  }),
  allow: custom<Allowed>({
    description: `Addresses or prefixes of a role (repeatable). Roles: ${ROLES.join(', ')}.`,
    helpValue: 'ROLE=ADDR[,ADDR]',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup,
    parse: (text) => Promise.resolve(parseAllow(text)),
  })(),
  reading: option({
    options: READINGS,
    description: 'How to read the vendor guide where it contradicts itself. [default: auto]',
    helpGroup,
  })(),
  'port-offset': custom<number>({
    description: 'Shift every port, to test without privilege. [default: 0]',
    helpValue: 'N',
    helpGroup,
    parse: (text) => Promise.resolve(parseWholeNumber(text, '--port-offset', 0, MAX_PORT)),
  })(),
};

/** `client=10.30.0.0/16,fd00:30::/48`. */
export function parseAllow(text: string): Allowed {
  const equals = text.indexOf('=');
  const role = text.slice(0, Math.max(equals, 0));
  if (!isRole(role)) {
    const problem = equals < 0 ? `"${text}" has no role` : `"${role}" is not a role`;
    throw new InputError({
      code: 'bad-role',
      message: `--allow: ${problem}`,
      value: text,
      fix: `write for example client=10.30.0.0/16, with one of ${ROLES.join(', ')}`,
    });
  }
  const entries = text.slice(equals + 1).split(',');
  return { role, prefixes: entries.map((entry) => parsePrefix(entry, `--allow ${role}`)) };
}

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
