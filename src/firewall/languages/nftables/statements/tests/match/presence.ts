import { negate, unknown, type Match } from '../../../../../model/match.ts';
import { protocolDependencies } from '../../../lower/dependencies.ts';
import type { Relation } from '../../../syntax/syntax.ts';
import { formatRelation } from './format-relation.ts';

/**
 * `tcp option sack-perm missing`, `sctp chunk data exists`: `undefined` for any other test. The kernel finds no option in a packet
 * of another protocol, so that `missing` matches it (nft_exthdr.c) unless the rule tests for the protocol as well.
 */
export function presenceMatches(relation: Relation): readonly Match[] | undefined {
  const { left, operator, right } = relation;
  if (left.kind !== 'opaque' || left.option === undefined || left.protocol === undefined) return undefined;
  if (right.kind !== 'word' || (operator !== 'implicit' && operator !== '==' && operator !== '!='))
    return undefined;
  const { tests, header } = left.option;
  const value = VALUES[right.text];
  if (value === undefined || tests === 'field' || (tests === 'either' && value.isNumber)) return undefined;
  const text = formatRelation(relation);
  const inOptions = unknown(text, left.reason);
  const isOfProtocol = protocolDependencies(left.protocol);
  if (value.isPresent === (operator !== '!=')) return [...isOfProtocol, inOptions];
  // A listing leaves out `meta l4proto tcp` before an option of TCP, and of TCP alone.
  const elsewhere: Match =
    header === 'tcp' ? unknown(text, { code: 'unlisted-protocol' }) : { kind: 'all', of: [] };
  const isElsewhere = isOfProtocol.map(negate);
  return [
    {
      kind: 'any',
      of: [
        { kind: 'all', of: [...isOfProtocol, inOptions] },
        { kind: 'all', of: [...isElsewhere, elsewhere] },
      ],
    },
  ];
}

const VALUES: Readonly<Record<string, { readonly isPresent: boolean; readonly isNumber: boolean }>> = {
  exists: { isPresent: true, isNumber: false },
  missing: { isPresent: false, isNumber: false },
  1: { isPresent: true, isNumber: true },
  0: { isPresent: false, isNumber: true },
};
