import type { AccessProof } from '../../firewall/proof/prove-access.ts';
import type { Share } from '../../firewall/proof/shares/shares.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';
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
  /** The rules, in the order a packet meets them; none where no rule stands in the way, and where `more` is not 0. */
  readonly rules: readonly RuleRef[];
  /** The last of a long list stands for so many further rules. */
  readonly more: number;
}

/** So many shares of one result are listed one by one. */
const MAX_SHARES = 16;

/** So many prefixes of one share. */
const MAX_FROM = 16;

/** Which rules decide for how many of the sources, the largest share first; of long lists the rest is one entry. */
export function decidedBy(
  sharesOf: AccessProof['sharesOf'],
  kinds: readonly DecidedBy['result'][],
  free?: AccessProof['elsewhere'],
): readonly DecidedBy[] {
  return kinds.flatMap((result) => {
    const shares = sharesOf(result);
    const isLong = shares.length > MAX_SHARES;
    const shown = isLong ? shares.slice(0, MAX_SHARES - 1) : shares;
    const rest = shares.slice(shown.length);
    return [
      ...shown.map((share): DecidedBy => ({
        result,
        addresses: countOf([share]),
        from: prefixList(share.sources, free).slice(0, MAX_FROM),
        rules: share.entries.map(ruleRef),
        more: 0,
      })),
      ...(isLong ? [{ result, addresses: countOf(rest), from: [], rules: [], more: rest.length }] : []),
    ];
  });
}

export function countOf(shares: readonly Pick<Share, 'sources'>[]): DecidedBy['addresses'] {
  const ofFamily = (family: 4 | 6): string =>
    shares.reduce((sum, { sources }) => sum + setSize(sources[family]), 0n).toString();
  return { ipv4: ofFamily(4), ipv6: ofFamily(6) };
}
