import type { AccessProof } from '../../firewall/proof/prove-access.ts';
import type { AddressSets, Proof } from '../../firewall/proof/proof.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';
import type { SomeConnections } from '../../firewall/proof/shares/shares.ts';
import { formatAddress } from '../../net/address.ts';
import { setSize } from '../../net/set-size.ts';
import { prefixList } from './address-list.ts';
import { ruleRef } from './deciding-rule.ts';

/** Addresses that fare alike by the same rules. */
export interface DecidedBy {
  readonly result: 'allowed' | 'blocked';
  /** How many addresses these are, in decimal digits. */
  readonly addresses: { readonly ipv4: string; readonly ipv6: string };
  /** Which: prefixes, the first of them. */
  readonly from: readonly string[];
  /** The rules, in the order a packet meets them; none where no rule is in the way, and where `more` is not 0. */
  readonly rules: readonly RuleRef[];
  /** The last of a long list is that many further rules. */
  readonly more: number;
  /** Which of their connections fare so, empty where no one thing sets these apart; absent: all. */
  readonly only?: OnlyBy;
}

/** As {@link SomeConnections}, the address as text. */
export interface OnlyBy {
  readonly sourcePort?: number | undefined;
  readonly isEcn?: boolean | undefined;
  readonly to?: string | undefined;
}

/** So many prefixes of one share. */
const MAX_FROM = 16;

/** Which rules decide for how many of the sources, the largest share first; of long lists the rest is one entry. */
export function decidedBy(
  { proof, sharesOf }: Found,
  kinds: readonly DecidedBy['result'][],
  free?: AccessProof['elsewhere'],
): readonly DecidedBy[] {
  return kinds.flatMap((result) => {
    const { largest, count } = sharesOf(result);
    const shown = count > largest.length ? largest.slice(0, -1) : largest;
    const more = count - shown.length;
    const listed = shown.map(({ sources, entries, only }): DecidedBy => ({
      result,
      addresses: countOf([sources]),
      from: prefixList(sources, free).slice(0, MAX_FROM),
      rules: entries.map(ruleRef),
      more: 0,
      ...(only !== null && { only: onlyBy(only) }),
    }));
    if (more === 0) return listed;
    const addresses = countOf(
      [proof[result]],
      shown.map(({ sources }) => sources),
    );
    return [...listed, { result, addresses, from: [], rules: [], more }];
  });
}

function onlyBy({ to, ...only }: SomeConnections): OnlyBy {
  return { ...only, ...(to !== undefined && { to: formatAddress(to) }) };
}

type Found = Pick<AccessProof, 'sharesOf'> & { readonly proof: Pick<Proof, DecidedBy['result']> };

/** How many addresses these are, without some of them. */
export function countOf(
  sets: readonly AddressSets[],
  without: readonly AddressSets[] = [],
): DecidedBy['addresses'] {
  const sum = (of: readonly AddressSets[], family: 4 | 6): bigint =>
    of.reduce((all, set) => all + setSize(set[family]), 0n);
  const ofFamily = (family: 4 | 6): string => (sum(sets, family) - sum(without, family)).toString();
  return { ipv4: ofFamily(4), ipv6: ofFamily(6) };
}
