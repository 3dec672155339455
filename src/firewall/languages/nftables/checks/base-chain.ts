import { CONNTRACK_PRIORITY, type BaseChain, type Hook, type TableFamily } from '../../../model/ruleset.ts';

const IP_HOOKS: readonly Hook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting'];

const FAMILY_HOOKS: Readonly<Record<TableFamily, readonly Hook[]>> = {
  ip: IP_HOOKS,
  ip6: IP_HOOKS,
  inet: ['ingress', ...IP_HOOKS],
  bridge: IP_HOOKS,
  arp: ['input', 'output'],
  netdev: ['ingress', 'egress'],
};

/** The hooks of chains that do not filter, which only the IP families have. */
const TYPE_HOOKS: Readonly<Record<'nat' | 'route', readonly Hook[]>> = {
  nat: ['prerouting', 'input', 'output', 'postrouting'],
  route: ['output'],
};

/** Why no kernel takes such a chain in a table of that family; null when it does. */
export function baseChainFlaw(
  { type, hook, priority }: Pick<BaseChain, 'type' | 'hook' | 'priority'>,
  family: TableFamily,
): string | null {
  if (!FAMILY_HOOKS[family].includes(hook)) return `a table of family ${family} has no hook ${hook}`;
  if (type === 'filter') return null;
  const hasType = family === 'ip' || family === 'ip6' || family === 'inet';
  if (!hasType || !TYPE_HOOKS[type].includes(hook))
    return `a chain of type ${type} cannot be on hook ${hook} of family ${family}`;
  // NAT needs connection tracking, which must have seen the packet.
  return type === 'nat' && priority <= CONNTRACK_PRIORITY
    ? `a chain of type nat cannot have a priority of ${CONNTRACK_PRIORITY} or less`
    : null;
}
