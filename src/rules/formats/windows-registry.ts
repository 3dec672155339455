import { formatAddress } from '../../net/address.ts';
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import type { PortRange } from '../../net/port-range.ts';
import type { Accept } from '../policy/policy.ts';
import { describeAccept, type Profile, type RuleFormat } from '../policy/rule-format.ts';
import { commentLine } from '../policy/rule-text.ts';
import { ascii, DEFAULT_PROFILES, remoteSources, UNSUPPORTED } from './windows-accepts.ts';

const KEY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\FirewallRules';

/** The IDs that a file may have set before: removed first, so that loading again leaves no old rule. */
const MAX_RULES = 32;
const idOf = (index: number): string => `VWAudit-${index + 1}`;

/** Allow rules in the registry of Group Policy, for a policy or an offline image; rules as MS-GPFAS 2.2.2.19 writes them. */
export const windowsRegistry: RuleFormat = {
  title: 'Windows Firewall: a registry file with allow rules of Group Policy',
  template: 'windows-registry.liquid',
  file: 'vwaudit.reg',
  unsupported: UNSUPPORTED,
  lineEnd: '\r\n',
  syntax: {
    comment: (text) => ascii(commentLine(text)),
    list: (words) => words.join(','),
    quote: (text) => `"${ascii(text).replaceAll(/[\\"]/g, '\\$&')}"`,
  },
  load: (file) => `reg import ${/^[\w.:\\/-]+$/.test(file) ? file : `"${file}"`}`,
  remove: () => `for /l %i in (1,1,${MAX_RULES}) do reg delete ${KEY} /v VWAudit-%i /f`,
  notices: () => [
    'the rules only allow: the default inbound action of the profile refuses, and other rules may admit others (check with vwaudit audit)',
    'a domain policy may overwrite the key: in a domain, put the rules into the policy itself',
    'the computer reads the rules when Group Policy or the firewall service next starts, at the latest after a restart',
  ],
  view: ({ accepts }, { profiles }) => ({
    ids: Array.from({ length: MAX_RULES }, (_, index) => idOf(index)),
    rules: accepts.map((accept, index) => ({
      id: idOf(index),
      text: ruleString(accept, profiles ?? DEFAULT_PROFILES),
    })),
  }),
};

const PROTOCOL = { tcp: 6, udp: 17 } as const;
const PROFILE = { domain: 'Domain', private: 'Private', public: 'Public' } as const;

/** Version 2.10 is that of Windows 7: every later one knows these keys. */
function ruleString(accept: Accept, profiles: readonly Profile[]): string {
  const sources = remoteSources(accept) ?? [];
  return [
    'v2.10',
    'Action=Allow',
    'Active=TRUE',
    'Dir=In',
    `Protocol=${PROTOCOL[accept.transport]}`,
    ...(profiles.length === 3 ? [] : profiles.map((profile) => `Profile=${PROFILE[profile]}`)),
    ...accept.ports.map(portOf),
    ...sources.map((prefix) => `RA${prefix.family}=${addressOf(prefix)}`),
    `Name=Viz World: ${describeAccept(accept)} (${accept.transport.toUpperCase()})`,
    'EmbedCtxt=VWAudit',
    '',
  ].join('|');
}

function portOf({ first, last }: PortRange): string {
  return first === last ? `LPort=${first}` : `LPort2_10=${first}-${last}`;
}

/** Subnets of IPv4 have a mask, those of IPv6 a length. */
function addressOf(prefix: Prefix): string {
  const { family, first, length } = prefix;
  if (family === 6 || length === 32) return formatPrefix(prefix);
  const mask = (0xffff_ffffn << BigInt(32 - length)) & 0xffff_ffffn;
  return `${formatAddress({ family, value: first })}/${formatAddress({ family, value: mask })}`;
}
