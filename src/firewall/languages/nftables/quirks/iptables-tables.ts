/** A part of a text that lists a table of iptables, or one of several parts of it. */
export interface IptablesPart {
  readonly start: number;
  readonly end: number;
  readonly isIpv6: boolean;
}

/**
 * Where a text lists tables that iptables with the nf_tables back end keeps, going by their names and the names of their base
 * chains, or by the extensions in them. A table may be listed chain by chain: then what one part shows counts for all.
 */
export function iptablesParts(text: string): readonly IptablesPart[] {
  const heads = Array.from(text.matchAll(TABLE));
  const parts = heads.map(({ index, 1: family = '', 2: name = '' }, nth) => ({
    id: `${family} ${name}`,
    start: index,
    end: heads[nth + 1]?.index ?? text.length,
    isIpv6: family === 'ip6',
  }));
  const known = parts.filter(({ id }) => OF_IPTABLES.test(id));
  const shown = new Set(
    known.filter(({ start, end }) => SIGN.test(text.slice(start, end))).map(({ id }) => id),
  );
  return known.filter(({ id }) => shown.has(id));
}

const TABLE = /^[ \t]*table[ \t]+(?:(ip6?|inet|arp|bridge|netdev)[ \t]+)?(\S+)[ \t]*\{/gm;

const OF_IPTABLES = /^ip6? (?:raw|mangle|nat|filter|security)$/;

const SIGN = /^[ \t]*chain (?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) \{|# ?xt_|\bxt (?:match|target) /m;
