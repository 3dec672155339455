import { InputError } from '../../input-error.ts';
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import { isLoopback, isMulticast, isReserved } from '../../net/special-addresses.ts';
import type { Accept } from '../policy/policy.ts';
import type { Profile } from '../policy/rule-format.ts';

/** Not `public`: with clients anywhere, the rules would open the ports in a foreign network too. The script warns where that leaves a network out. */
export const DEFAULT_PROFILES: readonly Profile[] = ['domain', 'private'];

/** What no format of Windows can express. */
export const UNSUPPORTED = {
  gateway: 'Windows rules cannot be placed on a gateway',
  refuse: "windows rules only open ports and leave refusing to the profile's default action",
} as const;

/** The sources of an allow rule; null for everybody: only no condition covers a whole family, and then both. */
export function remoteSources({ sources, roles }: Accept): readonly Prefix[] | null {
  const whole = sources.filter(({ length }) => length === 0);
  if (whole.length === 2) return null;
  for (const prefix of sources) refuseUnfit(prefix, roles.join(' or '));
  if (sources.length > MAX_SOURCES) refuseTooMany(sources, roles.join(' or '));
  return sources;
}

/** Entries of one list of addresses (MS-GPFAS 2.2.2.9 to 12). */
const MAX_SOURCES = 1000;

function refuseTooMany(sources: readonly Prefix[], role: string): never {
  throw new InputError({
    code: 'not-in-this-format',
    message: `${sources.length} networks of ${role}, but a rule of Windows Firewall takes at most ${MAX_SOURCES}`,
    value: `${sources.slice(0, 3).map(formatPrefix).join(', ')}, ...`,
    fix: 'give fewer, wider networks',
  });
}

/** MS-FASP 2.2.6: an IPv6 subnet has 1 to 128 bits and no unspecified or loopback address. No such IPv4 address is a source either. */
function refuseUnfit(prefix: Prefix, role: string): void {
  const first = { family: prefix.family, value: prefix.first };
  if (first.value !== 0n && !isLoopback(first) && !isMulticast(first) && !isReserved(first)) return;
  const text = formatPrefix(prefix);
  throw new InputError({
    code: 'not-in-this-format',
    message: `Windows Firewall does not accept ${text} as a remote address (${role})`,
    value: text,
    fix:
      prefix.length === 0
        ? 'give 0.0.0.0/0 and ::/0 together for anywhere, or narrower prefixes of the one family'
        : 'leave it out or give the prefixes of the real sources',
  });
}

/** Windows reads files without a mark in the local code page, where other letters can become quotes. */
export function ascii(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
