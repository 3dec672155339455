import type { KnownOfTest } from '../../model/match.ts';

/**
 * What is known of a limit of bytes, whose bucket is full before the first packet (xt_hashlimit: a second's worth; nft: a unit's
 * worth and the burst).
 * @param ifPlain whether it matches within the limit
 * @param bytes in the full bucket
 */
export function byteRateKnown(ifPlain: boolean, bytes: number): KnownOfTest | undefined {
  if (bytes < BYTES_TO_GET_IN) return undefined;
  return { ifPlain, ...(bytes <= MAX_SENT ? { isEither: true } : {}) };
}

/** More than the packets of a handshake and a first segment have. */
const BYTES_TO_GET_IN = 10_000;

/** Whoever wants to exceed a limit sends so many bytes at once. */
const MAX_SENT = 1_000_000;
