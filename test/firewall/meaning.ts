import type { DnatEffect, Effect, SnatEffect } from '../../src/firewall/model/action.ts';
import type { Match } from '../../src/firewall/model/match.ts';
import type { Ruleset } from '../../src/firewall/model/ruleset.ts';
import { formatAddressSet } from '../../src/net/address-set.ts';
import type { IntervalSet } from '../../src/net/interval-set.ts';

/** What a ruleset means, one line a test or effect, to be read by people. */
export function meaningOf({ tables }: Ruleset): string {
  return tables
    .flatMap(({ family, name, chains }) =>
      [...chains.values()].flatMap(({ name: chain, base, rules }) => [
        `${family} ${name} ${chain}${base === null ? '' : `: ${base.type} ${base.hook} ${base.priority} ${base.policy}`}`,
        ...rules.flatMap(({ text, matches, effects }) => [
          `  ${text}`,
          ...matches.map((match) => `    ${shown(match)}`),
          ...effects.flatMap(effectLines).map((line) => `    => ${line}`),
        ]),
      ]),
    )
    .join('\n')
    .concat('\n');
}

function shown(match: Match): string {
  switch (match.kind) {
    case 'number':
      return `${match.field}${match.mask === undefined ? '' : ` & 0x${match.mask.toString(16)}`} ${numbers(match.in)}`;
    case 'address':
      return `${match.field} IPv${match.family} ${formatAddressSet(match.in, match.family) || 'none'}`;
    case 'interface':
      return `${match.field} ${match.in.map((name) => (name === '' ? '""' : name)).join(',')}`;
    case 'all':
      return `(${match.of.map(shown).join(' and ') || 'always'})`;
    case 'any':
      return `(${match.of.map(shown).join(' or ') || 'never'})`;
    case 'not':
      return `not ${shown(match.of)}`;
    case 'assumed':
      return `${match.holds ? 'holds' : 'fails'}, assumed: ${match.assumption.text}`;
    case 'adds':
      return `adds the source to ${match.list}`;
    case 'unknown':
      return `unknown (${match.reason.code}): ${match.text}`;
  }
}

function effectLines(effect: Effect): readonly string[] {
  switch (effect.kind) {
    case 'jump':
    case 'goto':
      return [`${effect.kind} ${effect.chain}`];
    case 'reject':
      return [`reject${effect.with === null ? '' : ` with ${effect.with}`}`];
    case 'assign':
      return [`${effect.field} = ${effect.value === null ? 'unknown' : assigned(effect.value)}`];
    case 'dnat':
      return [
        ['dnat to', addresses(effect) ?? [], effect.ports === null ? [] : `port ${numbers(effect.ports)}`]
          .flat()
          .join(' '),
      ];
    case 'snat':
      return [`snat to ${addresses(effect) ?? 'any address'}`];
    case 'redirect':
      return [`redirect${effect.ports === null ? '' : ` to port ${numbers(effect.ports)}`}`];
    case 'only-if':
      return [`only if ${effect.matches.map(shown).join(' and ')}`];
    case 'choose':
      return effect.cases.map(
        (one) => `where ${shown(one.match)}: ${one.effects.flatMap(effectLines).join('; ')}`,
      );
    case 'unknown':
      return [`unknown (${effect.reason.code}): ${effect.text}`];
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
    case 'queue':
    case 'untrack':
      return [effect.kind];
  }
}

function assigned({
  from,
  and,
  xor,
}: {
  readonly from: string;
  readonly and: number;
  readonly xor: number;
}): string {
  return and === 0 ? `0x${xor.toString(16)}` : `(${from} & 0x${and.toString(16)}) ^ 0x${xor.toString(16)}`;
}

function addresses({ family, to }: DnatEffect | SnatEffect): string | null {
  return to === null ? null : formatAddressSet(to, family ?? (typeof to[0] === 'bigint' ? 6 : 4));
}

/** `102,10100-10103` of half-open intervals. */
function numbers(set: IntervalSet): string {
  const parts = set.flatMap((from, index) => {
    const last = Number(set[index + 1]) - 1;
    if (index % 2 === 1) return [];
    return [Number(from) === last ? `${last}` : `${from}-${last}`];
  });
  return parts.join(',') || 'none';
}
