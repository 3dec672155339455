import type { Effect } from '../effect.ts';
import type { Match, UnknownMatch } from '../match.ts';
import type { Rule } from '../ruleset.ts';
import type { Packet } from './packet.ts';
import type { Step } from './run.ts';

export type TraceEffect = 'accept' | 'drop' | 'jump' | 'return' | 'nat' | 'continue' | 'undecided';

/** One rule or policy on the path of a packet. */
export interface TraceEntry {
  readonly file: string;
  readonly line: number;
  readonly table: string;
  readonly chain: string;
  /** As the file wrote it; not yet safe for a terminal. */
  readonly rule: string;
  readonly effect: TraceEffect;
  /** What it depends on when undecided, else what the effect alone does not tell; '' for nothing. */
  readonly why: string;
  /** `later`: what the client sends once it is connected. */
  readonly direction: 'request' | 'reply' | 'later';
}

export function traceEntry({ table, chain, rule, packet, isSure, isLater = false }: Step): TraceEntry {
  const direction = isLater ? 'later' : packet.direction;
  const head = { file: table.file, table: table.name, chain: chain.name, direction } as const;
  if (rule === null) {
    const policy = chain.base?.policy ?? 'accept';
    return {
      ...head,
      line: chain.line,
      rule: `policy ${policy}`,
      effect: policy,
      why: 'no rule of the chain decided',
    };
  }
  const entry = { ...head, line: rule.line, rule: rule.text };
  const unknown = rule.effects.find((effect) => effect.kind === 'unknown');
  // Whether a packet is logged or counted leaves nothing open.
  const isHarmless = rule.effects.every(({ kind }) => kind === 'continue');
  if (!isHarmless && (!isSure || unknown !== undefined)) {
    const why =
      unknown?.why ??
      rule.matches.flatMap(unknownsOf)[0]?.why ??
      unnamedInterface(rule, packet) ??
      'the question does not say enough to tell whether it matches';
    return { ...entry, effect: 'undecided', why };
  }
  const last = rule.effects.at(-1) ?? { kind: 'continue' };
  return { ...entry, effect: traceEffect(last), why: whyOf(last) };
}

function unknownsOf(match: Match): readonly UnknownMatch[] {
  switch (match.kind) {
    case 'unknown':
      return [match];
    case 'all':
    case 'any':
      return match.of.flatMap(unknownsOf);
    case 'not':
      return unknownsOf(match.of);
    default:
      return [];
  }
}

function unnamedInterface({ matches }: Rule, { inInterface, outInterface }: Packet): string | undefined {
  const asksFor = (field: string): boolean =>
    matches.some((match) => {
      const tested = match.kind === 'not' ? match.of : match;
      return tested.kind === 'interface' && tested.field === field;
    });
  if (inInterface === null && asksFor('in-interface')) return 'depends on the interface it comes in by';
  if (outInterface === null && asksFor('out-interface')) return 'depends on the interface it leaves by';
  return undefined;
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
    default:
      return '';
  }
}
