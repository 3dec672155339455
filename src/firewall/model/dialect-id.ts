/** Every language a ruleset can be given in; where a content fits several, the first counts. */
export const DIALECT_IDS = ['windows', 'nft-json', 'ipset', 'ip6tables', 'iptables', 'nft'] as const;

export type DialectId = (typeof DIALECT_IDS)[number];
