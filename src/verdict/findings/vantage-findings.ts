import type { FindingKind } from './findings.ts';

/** What this machine cannot prove for the role it claims. */
export interface VantageFindingArgs {
  readonly 'own-machine': { readonly host: string; readonly address: string | null; readonly as: string };
  readonly 'wrong-vantage': {
    readonly as: string;
    readonly source: string;
    /** The addresses stated for the role; none for an outsider. */
    readonly stated: readonly string[];
    /** The roles the source is stated for. */
    readonly isStatedAs: readonly string[];
    readonly inSiteFile: boolean;
  };
}

/** Addresses named in a sentence, at most. */
const MOST = 3;

const listed = (texts: readonly string[]): string =>
  texts.length > MOST
    ? `${texts.slice(0, MOST).join(', ')} and ${texts.length - MOST} more`
    : texts.join(', ');

export const VANTAGE_FINDINGS: {
  readonly [C in keyof VantageFindingArgs]: FindingKind<VantageFindingArgs[C]>;
} = {
  'own-machine': {
    severity: 'note',
    message: ({ host, address, as }) =>
      `${address === null || address === host ? host : `${host} (${address})`} is this machine: packets to it use loopback, past the firewall for others. Nothing is proven for ${as}.`,
    advice: ({ as }) => [`Check from another machine that has the role: --as ${as} there.`],
  },
  'wrong-vantage': {
    severity: 'warning',
    message: ({ as, source, stated, isStatedAs }) =>
      as === 'outsider'
        ? `This machine (${source}) is stated as ${isStatedAs.join(' and ')}: what it sees proves nothing for an outsider.`
        : `This machine (${source}) is none of the addresses of ${as} (${stated.length === 0 ? 'nobody' : listed(stated)}): what it sees proves nothing for ${as}.`,
    advice: ({ as, source, stated, isStatedAs, inSiteFile }) => {
      if (as === 'outsider')
        return [
          `Check from a machine that is not stated, or state the role of this one: --as ${isStatedAs[0] ?? 'client'}`,
        ];
      const where = inSiteFile
        ? `${as} under peers in the site file`
        : `--allow ${as}=${[...stated, source].join(',')}`;
      return [
        `Check from one of these addresses. If this machine has the role as well (or NAT on the path gives it one of them), state its address too: ${where}`,
      ];
    },
  },
};
