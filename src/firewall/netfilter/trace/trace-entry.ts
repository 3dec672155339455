import { formatAddress } from '../../../net/address.ts';
import type { Bound, IntervalSet } from '../../../net/interval-set.ts';
import type { DnatEffect, Effect, RedirectEffect } from '../../model/action.ts';
import type { Match, NumberField } from '../../model/match.ts';
import {
  CONNTRACK_PRIORITY,
  type BaseChain,
  type Hook,
  type RuleNature,
  type TableFamily,
} from '../../model/ruleset.ts';
import type { NumberValue, Packet } from '../packet.ts';
import type { NeighbourStep, Step } from '../evaluation.ts';
import { openTest, resolveAction, resolveEach, type ResolvedAction } from '../resolve-action.ts';
import type {
  LeadReason,
  NeighbourMessage,
  PlainReason,
  Reason,
  TranslatedReason,
} from '../../model/reason.ts';
import type { RuleRef } from '../../model/rule-ref.ts';

/** Of maps and tests within a rule what they lead to. */
export type Action = Exclude<Effect['kind'], 'choose' | 'only-if'>;

export type TraceEffect = 'accept' | 'drop' | 'jump' | 'return' | 'nat' | 'continue' | 'undecided';

/** One rule or policy on the path of a packet. */
export interface TraceEntry {
  readonly kind: RuleRef['kind'];
  /** What it is, where that is more than a rule somebody wrote. */
  readonly nature?: RuleNature | undefined;
  readonly file: string;
  readonly line: number;
  readonly family: TableFamily;
  readonly table: string;
  /** Where netfilter called the chain it was reached from, {@link base}. */
  readonly hook: Hook;
  readonly type: BaseChain['type'];
  readonly base: string;
  /** Its chain is called before connection tracking, or where there is none: no test of the connection holds there. */
  readonly isUntracked?: boolean | undefined;
  readonly chain: string;
  /** What nft calls the rule, of a policy its chain, where the listing shows it. */
  readonly handle: number | null;
  /** As the file wrote it, of a policy as nft writes it; not yet safe for a terminal. */
  readonly rule: string;
  /** Its name and ID, where it has any. */
  readonly title?: string | undefined;
  readonly effect: TraceEffect;
  /** What the rule does to packets it matches, in each of its cases. */
  readonly actions: readonly Action[];
  /** What it depends on when undecided, else what the effect alone does not tell; none for nothing. */
  readonly reasons: readonly Reason[];
  /** `later`: what the client sends once it is connected. A message that finds a neighbour goes before the request. */
  readonly direction: 'request' | 'reply' | 'later' | NeighbourMessage;
}

/**
 * @param leads where NAT leads requests to such an address, null for this machine; nothing where it does not matter
 */
export function traceEntry(step: Step, leads?: Leads): TraceEntry {
  const { rule, packet, peers } = step;
  return withDoubt(
    step,
    entryOf(step, rule === null ? null : resolveAction(rule.effects, packet, peers), leads),
  );
}

/** A step of many peers, which need not fare alike, as an entry for those who do. */
export function traceEntries(
  step: Step,
  leads?: Leads,
): readonly { readonly entry: TraceEntry; readonly peers: IntervalSet }[] {
  const { rule, packet, peers } = step;
  const isOne = rule?.effects.every(({ kind }) => kind !== 'choose' && kind !== 'only-if') ?? true;
  if (rule === null || isOne) return [{ entry: traceEntry(step, leads), peers }];
  return resolveEach(rule.effects, packet, peers).map(({ action, peers: of }) => ({
    entry: withDoubt(step, entryOf({ ...step, peers: of }, action, leads)),
    peers: of,
  }));
}

/** Whatever a rule does is open where its chain may not see the packet at all. */
function withDoubt({ unless, rule }: Step, entry: TraceEntry): TraceEntry {
  const isPass = rule === null ? entry.effect === 'accept' : entry.effect === 'continue';
  if (unless === undefined || isPass || entry.effect === 'undecided') return entry;
  return { ...entry, effect: 'undecided', reasons: [{ code: unless }] };
}

/** What destination NAT of these peers means for the answer. */
export type Leads = (effect: DnatEffect | RedirectEffect, peers: IntervalSet) => Lead;

function isWithoutConntrack({ base: { hook, priority } }: Step['from']): boolean {
  const isFirst = hook === 'prerouting' || hook === 'output';
  return hook === 'ingress' || hook === 'egress' || (isFirst && priority <= CONNTRACK_PRIORITY);
}

/** @param settled what the rule comes to; null for a policy */
function entryOf(step: Step, settled: ResolvedAction | null, leads?: Leads): TraceEntry {
  const { table, chain, from, rule, packet, peers, isSure, isLater = false, neighbour } = step;
  const direction = neighbour?.message ?? (isLater ? 'later' : packet.direction);
  const head = {
    file: rule?.source?.file ?? table.file,
    family: table.family,
    table: rule?.source?.table ?? table.name,
    hook: from.base.hook,
    type: from.base.type,
    base: from.chain.name,
    ...(isWithoutConntrack(from) ? { isUntracked: true } : {}),
    chain: chain.name,
    handle: (rule ?? chain).handle ?? null,
    direction,
  } as const;
  if (rule === null || settled === null) {
    const policy = chain.base?.policy ?? 'accept';
    return {
      ...head,
      kind: 'policy',
      line: chain.line,
      rule: `policy ${policy}`,
      effect: policy,
      actions: [policy],
      reasons: [],
      ...ofNeighbour(policy, neighbour),
    };
  }
  const entry = {
    ...head,
    kind: rule.kind ?? ('rule' as const),
    ...(rule.nature === undefined ? {} : { nature: rule.nature }),
    line: rule.line,
    rule: rule.text,
    ...(rule.title === undefined ? {} : { title: rule.title }),
    actions: actionsOf(rule.effects),
  };
  const isBeside = from.base.priority === CONNTRACK_PRIORITY;
  if (settled.kind === 'nothing')
    return { ...entry, effect: 'continue', reasons: [{ code: 'no-case-matches' }] };
  if (settled.kind === 'open') {
    return {
      ...entry,
      effect: 'undecided',
      reasons: [whyOpen([...rule.matches, ...settled.matches], packet, peers, isBeside)],
    };
  }
  const { effect } = settled;
  if (effect.kind === 'unknown') return { ...entry, effect: 'undecided', reasons: [effect.reason] };
  // Whether a packet is logged or counted leaves nothing open.
  if (!isSure && effect.kind !== 'continue')
    return { ...entry, effect: 'undecided', reasons: [whyOpen(rule.matches, packet, peers, isBeside)] };
  const shown = traceEffect(effect);
  const isNat = effect.kind === 'dnat' || effect.kind === 'redirect';
  const lead = isNat && direction === 'request' ? (leads?.(effect, peers) ?? null) : null;
  if (isNat && lead !== null)
    return { ...entry, effect: lead.effect, reasons: [translatedTo(effect, lead.reason)] };
  return {
    ...entry,
    effect: shown,
    reasons: shown === 'drop' && effect.kind === 'drop' ? whyDropped(direction) : whyOf(effect),
    ...ofNeighbour(shown, neighbour),
  };
}

/** What a drop of a message that finds a neighbour leaves open. */
function ofNeighbour(
  effect: TraceEffect,
  neighbour: NeighbourStep | undefined,
): Partial<Pick<TraceEntry, 'effect' | 'reasons'>> {
  if (effect !== 'drop' || neighbour === undefined) return {};
  const { message, depends } = neighbour;
  const reasons = [{ code: 'drops-neighbour-message', message, needed: depends ?? 'always' } as const];
  return depends === null ? { reasons } : { effect: 'undecided', reasons };
}

/** What comes of a packet that NAT leads elsewhere; null where that decides nothing. */
export type Lead = { readonly effect: 'drop' | 'undecided'; readonly reason: LeadReason } | null;

/** Who gets in and hears nothing back is as little out as in, so it is said what is dropped. */
function whyDropped(direction: TraceEntry['direction']): readonly Reason[] {
  switch (direction) {
    case 'request':
      return [];
    case 'reply':
      return [{ code: 'drops-reply' }];
    case 'later':
      return [{ code: 'drops-established' }];
    default:
      return [{ code: 'drops-neighbour-message', message: direction, needed: 'always' }];
  }
}

/** What it takes to tell whether the tests hold. */
function whyOpen(
  matches: readonly Match[],
  packet: Packet,
  peers: IntervalSet,
  isBesideConntrack: boolean,
): Reason {
  const open = openTest(matches, packet, peers);
  switch (open?.kind) {
    case 'unknown':
      return open.reason;
    case 'interface':
      return { code: open.field };
    case 'assumed':
      return { code: 'sender-chooses' };
    case 'number':
      if (open.field.startsWith('ct-') && isBesideConntrack) return { code: 'conntrack-order' };
      return { code: openNumber(open.field, packet) };
    case 'address':
      if (open.field.startsWith('ct-') && isBesideConntrack) return { code: 'conntrack-order' };
      return open.field === 'destination' && packet.direction === 'request'
        ? { code: 'destination-not-specified' }
        : { code: 'packet-not-specified' };
    default:
      return { code: 'packet-not-specified' };
  }
}

function openNumber(field: NumberField, { direction, numbers }: Packet): PlainReason {
  switch (field) {
    case 'source-port':
      return direction === 'request' ? 'client-port' : 'packet-not-specified';
    case 'destination-port':
      return direction === 'reply' ? 'client-port' : 'packet-not-specified';
    case 'mark':
    case 'ct-mark':
      return 'mark';
    case 'profile':
      return 'network-profile';
    case 'hop-limit':
    case 'packet-type':
      return 'header-field';
    case 'tcp-flags':
      return isOfHandshake(numbers['tcp-flags']) ? 'opening-flags' : 'segments-after-handshake';
    case 'ct-state':
      return 'connection-pickup';
    default:
      return 'packet-not-specified';
  }
}

/** SYN, or the answer to it, whatever else is set. */
function isOfHandshake(flags: NumberValue): boolean {
  return typeof flags === 'object' && flags?.kind === 'within' && (Number(flags.in[0]) & SYN) !== 0;
}

const SYN = 2;

function actionsOf(effects: readonly Effect[]): readonly Action[] {
  const known = actions.get(effects) ?? findActions(effects);
  actions.set(effects, known);
  return known;
}

/** A map of thousands of addresses is reported once for each. */
const actions = new WeakMap<readonly Effect[], readonly Action[]>();

function findActions(effects: readonly Effect[]): readonly Action[] {
  const found = new Set<Action>();
  const collect = (effect: Effect): void => {
    switch (effect.kind) {
      case 'choose':
        for (const one of effect.cases) one.effects.forEach(collect);
        return;
      case 'only-if':
        return;
      default:
        found.add(effect.kind);
    }
  };
  effects.forEach(collect);
  return [...found];
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

function whyOf(effect: Effect): readonly Reason[] {
  switch (effect.kind) {
    case 'reject':
      return [{ code: 'refused', with: effect.with }];
    case 'jump':
    case 'goto':
      return [{ code: 'to-chain', chain: effect.chain }];
    case 'queue':
      return [{ code: 'program-decides' }];
    case 'dnat':
    case 'redirect': {
      const reason = translatedTo(effect, null);
      return reason.address === null && reason.port === null ? [] : [reason];
    }
    default:
      return [];
  }
}

/** Where NAT sends a packet, as far as it is one address and one port. */
function translatedTo(effect: DnatEffect | RedirectEffect, lead: LeadReason | null): TranslatedReason {
  const [to, family] = effect.kind === 'dnat' ? [effect.to, effect.family] : [null, null];
  const address = to === null ? undefined : onlyOf(to);
  const port = effect.ports === null ? undefined : onlyOf(effect.ports);
  return {
    code: 'translated',
    address:
      address === undefined || family === null ? null : formatAddress({ family, value: BigInt(address) }),
    port: port === undefined ? null : Number(port),
    lead,
  };
}

function onlyOf(set: IntervalSet): Bound | undefined {
  const [first, next] = set;
  if (first === undefined || next === undefined || set.length > 2) return undefined;
  return BigInt(next) - BigInt(first) === 1n ? first : undefined;
}
