/** Something taken for granted that decides a test. */
export interface Assumption {
  readonly text: string;
  /** Whoever sends the packet can make it false. */
  readonly isSendersChoice?: true;
  /** It is about fragments: where these have been put together it is so. */
  readonly isOfFragments?: true;
  /** It is about the interface that answers leave by: where the routes are known, they tell. */
  readonly isOfRouteBack?: true;
}

const ofSender = (text: string): Assumption => ({ text, isSendersChoice: true });

export const NO_EXTENSIONS = ofSender('packets carry no IPv6 extension headers');
export const NO_FRAGMENTS: Assumption = { ...ofSender('packets are not fragments'), isOfFragments: true };

export const USUAL_FLAGS = ofSender('TCP connections open with SYN alone, or with SYN, ECE and CWR (ECN)');
export const NO_OPTIONS = ofSender('packets carry no IPv4 options');
export const WHOLE_OPTIONS = ofSender('TCP options have the length they must have');
export const SETS_NOT_FULL: Assumption = { text: 'dynamic sets are not full' };

/** What the TCP segment size that both ends offer is taken to be: the least every host must take, and more than jumbo frames hold. */
export const SEGMENT_SIZES = [536, 9001] as const;
export const USUAL_SEGMENT_SIZE = ofSender('both ends offer a TCP segment size from 536 to 9,000 bytes');

/** Answers leave by the interface that the packet came in by. */
export const SYMMETRIC_ROUTES: Assumption = {
  text: 'routing is symmetric (reverse-path filter passes)',
  isOfRouteBack: true,
};
/** Answers leave by any interface. */
export const ROUTE_BACK: Assumption = {
  text: 'there is a route back to every source (loose reverse-path filter passes)',
};

/** Of a gateway's NAT: the rules of the host meet another source than the one that is asked about. */
export const SEEN_AS_ANOTHER: Assumption = {
  text: 'the host lets in the address that source NAT of this gateway gives to these connections',
};

/** Of the host's own NAT. */
export const FORWARDS_NAT: Assumption = {
  text: 'the machine forwards packets that NAT sends to another machine (sysctl net.ipv4.ip_forward, net.ipv6.conf.all.forwarding)',
};

/** Likewise; who asks for the host's server is answered by whoever has the other address. */
export const SERVED_ELSEWHERE: Assumption = {
  text: 'the machine that NAT of this host leads to answers in its place (Viz World runs there)',
};
