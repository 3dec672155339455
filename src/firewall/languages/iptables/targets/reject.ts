import type { RuleContext } from '../lower/context.ts';
import type { Target } from '../lower/extensions.ts';
import { targetOptions, valueOf } from './always.ts';

export const REJECT: Target = {
  options: targetOptions({ '--reject-with': 1 }),
  lower: (options, context) => [
    { kind: 'reject', with: refusal(valueOf(options, '--reject-with'), context) },
  ],
};

/** What a refusal answers with; iptables takes beginnings of the names, too. */
function refusal(name: string | undefined, context: RuleContext): string | null {
  if (name === undefined) return null;
  const known = REFUSALS[context.family];
  if (name !== '' && known.some((full) => full.startsWith(name.toLowerCase()))) return name;
  throw context.fail(
    'not a type of REJECT',
    name,
    `use ${known[0]}, or another that iptables -j REJECT -h lists`,
  );
}

const REFUSALS: Readonly<Record<4 | 6, readonly [string, ...string[]]>> = {
  4: [
    'icmp-port-unreachable',
    ...['icmp-net-unreachable', 'icmp-host-unreachable', 'icmp-proto-unreachable', 'icmp-net-prohibited'],
    ...['icmp-host-prohibited', 'icmp-admin-prohibited', 'tcp-reset', 'tcp-rst', 'net-unreach'],
    ...['host-unreach', 'proto-unreach', 'port-unreach', 'net-prohib', 'host-prohib', 'admin-prohib'],
  ],
  6: [
    'icmp6-port-unreachable',
    ...['icmp6-no-route', 'icmp6-adm-prohibited', 'icmp6-addr-unreachable', 'icmp6-policy-fail'],
    ...['icmp6-reject-route', 'tcp-reset', 'no-route', 'adm-prohibited', 'addr-unreach', 'port-unreach'],
    ...['policy-fail', 'reject-route'],
  ],
};
