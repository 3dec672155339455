export const NO_EXTENSIONS = 'packets carry no IPv6 extension headers';
export const NO_FRAGMENTS = 'packets are not fragments';
export const NO_OPTIONS = 'packets carry no IPv4 options';
export const SETS_NOT_FULL = 'dynamic sets are not full';

/** What the TCP segment size that both ends offer is taken to be: the least every host must take, and more than jumbo frames hold. */
export const SEGMENT_SIZES = [536, 9001] as const;
export const USUAL_SEGMENT_SIZE = 'both ends offer a TCP segment size from 536 to 9,000 bytes';
/** A listing tells what a set holds at that moment; what leaves it by itself may be gone by the time of the packet. */
export const stillIn = (set: string): string => `set ${set}: elements with a timeout count as present`;

export const SYMMETRIC_ROUTES = 'routing is symmetric (reverse-path filter passes)';
