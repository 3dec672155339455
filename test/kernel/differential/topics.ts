/**
 * What a ruleset can be mostly about, where answers are easily wrong though each rule looks plain: what follows a handshake,
 * headers that rules change, NAT to the machine itself and past the server that was asked, sets that rules fill, and
 * headers that a packet does not have.
 */
export const TOPICS = ['later packets', 'rewriting', 'translation', 'full sets', 'absent headers'] as const;

export type Topic = (typeof TOPICS)[number];
