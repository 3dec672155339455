/** What an unknown test depends on, one clause each, in whatever language it is written. */
export const WHY = {
  earlier: 'depends on earlier packets',
  connections: 'depends on how many connections there are',
  connection: "depends on the connection's history",
  clock: 'depends on the time of day',
  chance: 'depends on chance or on earlier packets',
  header: 'depends on a header field the question leaves open',
  options: "depends on the packet's TCP options",
  payload: 'depends on the contents of the packet',
  machine: 'depends on the state of the machine',
  link: 'depends on the link layer',
  sockets: 'depends on the sockets of this machine',
  route: 'depends on the routing of this machine',
  ipsec: 'depends on IPsec',
  zone: 'answers are known again only in the same zone of conntrack',
  hops: 'depends on how many hops away the other end is',
  interfaces: "depends on this interface's own addresses",
  hostName: 'a host name: depends on what it resolves to when the rules are loaded',
} as const;

export const NO_EXTENSIONS = 'packets carry no IPv6 extension headers';
export const NO_FRAGMENTS = 'packets are not fragments';
export const NO_OPTIONS = 'packets carry no IPv4 options';

/** What the TCP segment size that both ends offer is taken to be: the least every host must take, and more than jumbo frames hold. */
export const SEGMENT_SIZES = [536, 9001] as const;
export const USUAL_SEGMENT_SIZE = 'both ends offer a TCP segment size from 536 to 9,000 bytes';
/** A listing tells what a set holds at that moment; what leaves it by itself may be gone by the time of the packet. */
export const stillIn = (set: string): string => `what expires by itself in set ${set} is still there`;

export const SYMMETRIC_ROUTES =
  'answers leave by the interface their question came in by (reverse path filters pass)';
