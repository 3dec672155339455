import { boolean, custom, option, string } from '@oclif/core/flags';
import { InputError } from '../input-error.ts';
import { MAX_PORT } from '../net/port-range.ts';
import { parsePrefix } from '../net/prefix.ts';
import { READINGS } from '../ports/reading.ts';
import { ROLES, type Role } from '../ports/role.ts';
import type { Allowed } from '../site/site-from-flags.ts';
import { numberFlag } from './number-flag.ts';

const helpGroup = 'SITE';

/** The flags that describe the deployment, shared by every command that takes one. */
export const siteFlags = {
  instances: numberFlag({
    char: 'i',
    name: 'instances',
    min: 1,
    max: MAX_PORT,
    fallback: 1,
    description: 'Server instances on each host.',
    helpGroup,
  }),
  host: string({
    description: 'A server host: an address (check takes a name too); again for each host.',
    helpValue: 'ADDR',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup,
  }),
  allocator: boolean({
    description: 'An allocator runs on each host (the default).',
    allowNo: true,
    default: true,
    helpGroup,
  }),
  allow: custom<Allowed>({
    description: `Who a role is, as addresses or prefixes. Roles: ${ROLES.join(', ')}.`,
    helpValue: 'ROLE=ADDR[,ADDR]',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup,
    parse: (text) => Promise.resolve(parseAllow(text)),
  })(),
  reading: option({
    options: READINGS,
    default: 'auto' as const,
    description: 'How to read the vendor guide where it contradicts itself.',
    helpGroup,
  })(),
  'port-offset': numberFlag({
    name: 'port-offset',
    min: 0,
    max: MAX_PORT,
    fallback: 0,
    description: 'Shift every port, for rehearsals without privilege.',
    helpGroup,
  }),
};

/** `client=10.30.0.0/16,fd00:30::/48`. */
export function parseAllow(text: string): Allowed {
  const equals = text.indexOf('=');
  const role = text.slice(0, Math.max(equals, 0));
  if (!isRole(role)) {
    const problem = equals < 0 ? `"${text}" names no role` : `"${role}" is not a role`;
    throw new InputError({
      code: 'bad-role',
      message: `--allow: ${problem}`,
      value: text,
      fix: `write ROLE=ADDR with one of ${ROLES.join(', ')}`,
    });
  }
  const entries = text.slice(equals + 1).split(',');
  return { role, prefixes: entries.map((entry) => parsePrefix(entry, `--allow ${role}`)) };
}

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
