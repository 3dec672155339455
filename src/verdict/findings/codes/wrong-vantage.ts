import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly as: string;
  readonly source: string;
  /** The addresses stated for the role; none for an outsider. */
  readonly stated: readonly string[];
  /** The roles the source is stated for. */
  readonly isStatedAs: readonly string[];
  readonly inSiteFile: boolean;
}

export const wrongVantage = {
  severity: 'warning',
  title: 'The check runs from an address without the role',
  meaning:
    'The role was claimed from an address that is not stated for it, so what was seen proves nothing for that role.',
  message: ({ as, source, stated, isStatedAs }) =>
    as === 'outsider'
      ? `This machine (${source}) is stated as ${isStatedAs.join(' and ')}: what it sees proves nothing for an outsider.`
      : `This machine (${source}) is none of the addresses of ${as} (${stated.length === 0 ? 'nobody' : shortened(stated)}): what it sees proves nothing for ${as}.`,
  advice: ({ as, source, stated, isStatedAs, inSiteFile }) => {
    if (as === 'outsider')
      return [
        `Check from a machine that is not stated, or state the role of this one: --as ${isStatedAs[0] ?? 'client'}`,
      ];
    const where = inSiteFile
      ? `${as} under peers in the site file`
      : `--allow ${as}=${[...stated, source].join(',')}`;
    return [
      ...otherFamily(source, stated),
      `Check from one of these addresses. If this machine has the role as well (or NAT on the path gives it one of them), state its address too: ${where}`,
    ];
  },
} as const satisfies FindingKind<Args>;

/** Nothing is stated in the family of the source: what the machine sees over the other one may count. */
function otherFamily(source: string, stated: readonly string[]): readonly string[] {
  const isIpv6 = source.includes(':');
  if (stated.length === 0 || stated.some((address) => address.includes(':') === isIpv6)) return [];
  return [
    `None of them is an ${isIpv6 ? 'IPv6' : 'IPv4'} address. If this machine has one of them as well, check with ${isIpv6 ? '-4' : '-6'}.`,
  ];
}

/** Addresses named in a sentence, at most. */
const MAX_ADDRESSES = 3;

function shortened(texts: readonly string[]): string {
  return texts.length > MAX_ADDRESSES
    ? `${texts.slice(0, MAX_ADDRESSES).join(', ')} and ${texts.length - MAX_ADDRESSES} more`
    : texts.join(', ');
}
