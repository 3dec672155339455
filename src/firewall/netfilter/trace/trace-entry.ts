import { formatAddress, type Family } from '../../../net/address.ts';
import type { Bound, IntervalSet } from '../../../net/interval-set.ts';
import type { DnatEffect, Effect, RedirectEffect } from '../../model/action.ts';
import type { Match, NumberField } from '../../model/match.ts';
import { CONNTRACK_PRIORITY, type BaseChain, type Hook, type TableFamily } from '../../model/ruleset.ts';
import { WHY } from '../../model/why.ts';
import type { Packet } from '../packet.ts';
import type { NeighbourMessage } from '../neighbours/neighbour-packet.ts';
import type { NeighbourStep, Step } from '../evaluation.ts';
import { openTest, settledEffect } from '../resolve-action.ts';

/** Of maps and tests within a rule what they lead to. */
export type Action = Exclude<Effect['kind'], 'choose' | 'only-if'>;

export type TraceEffect = 'accept' | 'drop' | 'jump' | 'return' | 'nat' | 'continue' | 'undecided';

/** One rule or policy on the path of a packet. */
export interface TraceEntry {
  readonly file: string;
  readonly line: number;
  readonly family: TableFamily;
  readonly table: string;
  /** Where netfilter called the chain it was reached from, {@link base}. */
  readonly hook: Hook;
  readonly type: BaseChain['type'];
  readonly base: string;
  readonly chain: string;
  /** What nft calls the rule, of a policy its chain, where the listing shows it. */
  readonly handle: number | null;
  /** As the file wrote it; not yet safe for a terminal. */
  readonly rule: string;
  readonly effect: TraceEffect;
  /** What the rule does to packets it matches, in each of its cases. */
  readonly actions: readonly Action[];
  /** What it depends on when undecided, else what the effect alone does not tell; '' for nothing. */
  readonly why: string;
  /** `later`: what the client sends once it is connected. A message that finds a neighbour goes before the request. */
  readonly direction: 'request' | 'reply' | 'later' | NeighbourMessage;
}

/**
 * @param leads where NAT leads requests to such an address, null for this machine; nothing where it does not matter
 */
export function traceEntry(step: Step, leads?: (effect: DnatEffect | RedirectEffect) => Lead): TraceEntry {
  const { table, chain, from, rule, packet, peers, isSure, isLater = false, neighbour } = step;
  const direction = neighbour?.message ?? (isLater ? 'later' : packet.direction);
  const head = {
    file: table.file,
    family: table.family,
    table: table.name,
    hook: from.base.hook,
    type: from.base.type,
    base: from.chain.name,
    chain: chain.name,
    handle: (rule ?? chain).handle ?? null,
    direction,
  } as const;
  if (rule === null) {
    const policy = chain.base?.policy ?? 'accept';
    return {
      ...head,
      line: chain.line,
      rule: `policy ${policy}`,
      effect: policy,
      actions: [policy],
      why: 'no rule of the chain decided',
      ...ofNeighbour(policy, neighbour),
    };
  }
  const entry = { ...head, line: rule.line, rule: rule.text, actions: [...new Set(actionsOf(rule.effects))] };
  const isBeside = from.base.priority === CONNTRACK_PRIORITY;
  const settled = settledEffect(rule.effects, packet, peers);
  if (settled.kind === 'nothing') return { ...entry, effect: 'continue', why: 'none of its cases fits' };
  if (settled.kind === 'open') {
    return {
      ...entry,
      effect: 'undecided',
      why: whyOpen([...rule.matches, ...settled.matches], packet, peers, isBeside),
    };
  }
  const { effect } = settled;
  if (effect.kind === 'unknown') return { ...entry, effect: 'undecided', why: effect.why };
  // Whether a packet is logged or counted leaves nothing open.
  if (!isSure && effect.kind !== 'continue')
    return { ...entry, effect: 'undecided', why: whyOpen(rule.matches, packet, peers, isBeside) };
  const told = traceEffect(effect);
  const why = whyOf(effect);
  if (
    (effect.kind === 'dnat' || effect.kind === 'redirect') &&
    leads !== undefined &&
    direction === 'request'
  ) {
    const lead = leads(effect);
    if (lead !== null)
      return { ...entry, effect: lead.effect, why: [why, lead.why].filter((part) => part !== '').join(': ') };
  }
  return {
    ...entry,
    effect: told,
    why: why === '' && told === 'drop' ? DROPS[direction] : why,
    ...ofNeighbour(told, neighbour),
  };
}

/** What a drop of a message that finds a neighbour leaves open. */
function ofNeighbour(
  effect: TraceEffect,
  neighbour: NeighbourStep | undefined,
): Partial<Pick<TraceEntry, 'effect' | 'why'>> {
  if (effect !== 'drop' || neighbour === undefined) return {};
  switch (neighbour.depends) {
    case null:
      return { why: DROPS[neighbour.message] };
    case 'link':
      return { effect: 'undecided', why: `${DROPS[neighbour.message]} ${IF_ON_LINK[neighbour.neighbour]}` };
    case 'cache':
      return { effect: 'undecided', why: `${DROPS[neighbour.message]} ${UNLESS_KNOWN}` };
  }
}

const IF_ON_LINK: Readonly<Record<NeighbourStep['neighbour'], string>> = {
  end: 'if the other end is on the same link, not beyond a router',
  router: 'if the other end is beyond a router, not on the same link',
};
const UNLESS_KNOWN = 'unless the link address of the other side is known already';

/** What comes of a packet that NAT leads elsewhere; null where that decides nothing. */
export type Lead = { readonly effect: 'drop' | 'undecided'; readonly why: string } | null;

/** Who gets in and hears nothing back is as little out as in, so it is said what is dropped. */
const DROPS: Readonly<Record<TraceEntry['direction'], string>> = {
  request: '',
  reply: 'it drops the answer',
  later: 'it drops what comes after the handshake',
  'neighbour-solicitation': 'without neighbour solicitations no IPv6 packet gets through',
  'neighbour-advertisement': 'without neighbour advertisements no IPv6 packet gets through',
  'arp-request': 'without ARP requests no IPv4 packet gets through',
  'arp-reply': 'without ARP replies no IPv4 packet gets through',
};

/** What it takes to tell whether the tests hold. */
function whyOpen(
  matches: readonly Match[],
  packet: Packet,
  peers: IntervalSet,
  isBesideConntrack: boolean,
): string {
  const open = openTest(matches, packet, peers);
  switch (open?.kind) {
    case 'unknown':
      return open.why;
    case 'interface':
      return open.field === 'in-interface'
        ? 'depends on the interface it comes in by'
        : 'depends on the interface it leaves by';
    case 'number':
      if (open.field.startsWith('ct-') && isBesideConntrack) return BESIDE_CONNTRACK;
      return OPEN_NUMBERS[packet.direction][open.field] ?? OPEN_ALWAYS[open.field] ?? OPEN;
    case 'address':
      if (open.field.startsWith('ct-') && isBesideConntrack) return BESIDE_CONNTRACK;
      return open.field === 'destination' && packet.direction === 'request' ? OPEN_DESTINATION : OPEN;
    default:
      return OPEN;
  }
}

const BESIDE_CONNTRACK =
  'the chain has the priority of conntrack (-200): which of them sees the packet first depends on the order they were registered in';
const OPEN = 'the question does not say enough to tell whether it matches';
const OPEN_DESTINATION = 'the question does not say which address is asked for';
const CLIENT_PORT = 'depends on the port the client connects from';
const OPEN_ALWAYS: Readonly<Partial<Record<NumberField, string>>> = {
  'tcp-flags': 'matches some packets after the handshake: plain ACKs, or those with data, which carry PSH',
  'ct-state': 'depends on whether conntrack picks up a connection in the middle',
};
const MARK = 'depends on a mark that is not known';
const OPEN_NUMBERS: Readonly<Record<Packet['direction'], Partial<Readonly<Record<NumberField, string>>>>> = {
  request: { 'source-port': CLIENT_PORT, mark: MARK, 'ct-mark': MARK, 'hop-limit': WHY.header },
  reply: { 'destination-port': CLIENT_PORT, mark: MARK, 'ct-mark': MARK, 'hop-limit': WHY.header },
};

function actionsOf(effects: readonly Effect[]): readonly Action[] {
  return effects.flatMap((effect) => {
    switch (effect.kind) {
      case 'choose':
        return effect.cases.flatMap((one) => actionsOf(one.effects));
      case 'only-if':
        return [];
      default:
        return [effect.kind];
    }
  });
}

function traceEffect(effect: Effect): TraceEffect {
  switch (effect.kind) {
    case 'accept':
    case 'drop':
    case 'jump':
    case 'return':
    case 'continue':
      return effect.kind;
    case 'reject':
      return 'drop';
    case 'goto':
      return 'jump';
    case 'dnat':
    case 'redirect':
    case 'snat':
      return 'nat';
    case 'assign':
    case 'untrack':
    case 'only-if':
    case 'choose':
      return 'continue';
    case 'queue':
    case 'unknown':
      return 'undecided';
  }
}

function whyOf(effect: Effect): string {
  switch (effect.kind) {
    case 'reject':
      return effect.with === null ? 'refused with an answer' : `refused with ${effect.with}`;
    case 'jump':
    case 'goto':
      return `to chain ${effect.chain}`;
    case 'queue':
      return 'a program decides';
    case 'dnat':
      return sentTo(effect.to, effect.ports, effect.family);
    case 'redirect':
      return sentTo(null, effect.ports, null);
    default:
      return '';
  }
}

/** `sent on to 10.20.0.12 port 102`, as far as it is one address and one port. */
function sentTo(to: IntervalSet | null, ports: IntervalSet | null, family: Family | null): string {
  const address = to === null ? undefined : onlyOf(to);
  const port = ports === null ? undefined : onlyOf(ports);
  const parts = [
    address === undefined || family === null ? '' : formatAddress({ family, value: BigInt(address) }),
    port === undefined ? '' : `port ${port}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `sent on to ${parts.join(' ')}`;
}

function onlyOf([first, next, ...rest]: IntervalSet): Bound | undefined {
  if (first === undefined || next === undefined || rest.length > 0) return undefined;
  return BigInt(next) - BigInt(first) === 1n ? first : undefined;
}
