import { InputError } from '../../input-error.ts';
import { ADDRESS_BITS } from '../../net/address.ts';
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import { formatPortRange } from '../../net/port-range.ts';
import type { Accept } from '../policy.ts';
import { describeAccept, type Profile, type RuleFormat } from '../rule-format.ts';
import { commentLine } from '../rule-text.ts';

const PROFILE_NAME = { domain: 'Domain', private: 'Private', public: 'Public' } as const satisfies Record<
  Profile,
  string
>;

/** Not `public`: with clients anywhere, the rules would open the ports in a foreign network too. The script warns where that leaves a network out. */
const DEFAULT_PROFILES: readonly Profile[] = ['domain', 'private'];

/**
 * A PowerShell script with allow rules in a group of its own; see New-NetFirewallRule. Allow rules only: a block rule would
 * beat them, so refusing is left to the profile's default action, which the script checks. Windows never filters loopback,
 * and it keeps state, so neither needs a rule.
 */
export const windows: RuleFormat = {
  title: 'Windows Firewall: one PowerShell script with allow rules in a group of its own',
  template: 'windows.liquid',
  file: 'vwaudit.ps1',
  unsupported: {
    gateway: "windows rules can't stand on a gateway",
    refuse: "windows rules only open ports and leave refusing to the profile's default action",
  },
  syntax: {
    comment: (text) => ascii(commentLine(text)),
    list: (words) => words.map(singleQuoted).join(', '),
    quote: singleQuoted,
  },
  load: (file) =>
    `powershell -ExecutionPolicy Bypass -File ${/^[\w.:\\/-]+$/.test(file) ? file : `"${file}"`}`,
  remove: () => `powershell -Command "Remove-NetFirewallRule -Group 'VWAudit'"`,
  notices: () => [
    'the rules only allow: the default inbound action of the profile refuses; the script warns if that action or a wider rule admits others',
  ],
  view: ({ accepts, refusals }, { profiles }) => ({
    profiles: (profiles ?? DEFAULT_PROFILES).map((profile) => PROFILE_NAME[profile]),
    rules: accepts.map((accept) => ({
      name: `Viz World: ${describeAccept(accept)} (${accept.transport.toUpperCase()})`,
      protocol: accept.transport.toUpperCase(),
      ports: accept.ports.map((range) => formatPortRange(range)),
      sources: remoteAddresses(accept),
    })),
    ports: refusals.flatMap(({ transport, ports }) =>
      ports.map(({ first, last }) => ({ protocol: transport.toUpperCase(), first, last })),
    ),
  }),
};

/** A list with addresses of one family lets in that family alone; only the word Any covers a whole family, and then both. */
function remoteAddresses({ sources, roles }: Accept): readonly string[] {
  const whole = sources.filter(({ length }) => length === 0);
  if (whole.length === 2) return ['Any'];
  for (const prefix of sources) refuseUnfit(prefix, roles.join(' or '));
  return sources.map(formatPrefix);
}

/** MS-FASP 2.2.6: an IPv6 subnet has 1 to 128 bits and no unspecified or loopback address. No such IPv4 address is a source either. */
function refuseUnfit(prefix: Prefix, role: string): void {
  const shift = BigInt(ADDRESS_BITS[prefix.family] - 8);
  const firstByte = prefix.first >> shift;
  const isLoopback = prefix.family === 4 ? firstByte === 127n : prefix.first === 1n;
  const isMulticast = firstByte >= (prefix.family === 4 ? 224n : 255n);
  if (prefix.first !== 0n && !isLoopback && !isMulticast) return;
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

/** Single quotes hold everything literally; PowerShell takes the typographic ones for the same quote, so only ASCII may pass. */
function singleQuoted(text: string): string {
  return `'${ascii(text).replaceAll("'", "''")}'`;
}

/** Windows PowerShell 5.1 reads a file without a mark in the local code page, where other letters can become quotes. */
function ascii(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
