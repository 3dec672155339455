import { formatPrefix } from '../../net/prefix.ts';
import { formatPortRange } from '../../net/port-range.ts';
import type { Accept } from '../policy/policy.ts';
import { describeAccept, type Profile, type RuleFormat } from '../policy/rule-format.ts';
import { commentLine } from '../policy/rule-text.ts';
import { ascii, DEFAULT_PROFILES, remoteSources, UNSUPPORTED } from './windows-accepts.ts';

const PROFILE_NAME = { domain: 'Domain', private: 'Private', public: 'Public' } as const satisfies Record<
  Profile,
  string
>;

/**
 * A PowerShell script with allow rules in a group of its own; see New-NetFirewallRule. Allow rules only: a block rule would
 * beat them, so refusing is left to the profile's default action, which the script checks. Windows never filters loopback,
 * and it keeps state, so neither needs a rule.
 */
export const windows: RuleFormat = {
  title: 'Windows Firewall: one PowerShell script with allow rules in a group of its own',
  template: 'windows.liquid',
  file: 'vwaudit.ps1',
  unsupported: UNSUPPORTED,
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
function remoteAddresses(accept: Accept): readonly string[] {
  return remoteSources(accept)?.map(formatPrefix) ?? ['Any'];
}

/** Single quotes hold everything literally; PowerShell takes the typographic ones for the same quote, so only ASCII may pass. */
function singleQuoted(text: string): string {
  return `'${ascii(text).replaceAll("'", "''")}'`;
}
