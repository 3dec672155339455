/** What nft calls the IPv6 extension headers. */
export const EXTENSION_HEADERS: ReadonlySet<string> = new Set([
  'hbh',
  'rt',
  'rt0',
  'rt2',
  'srh',
  'frag',
  'dst',
  'mh',
]);

/** What `fib` may give. */
export const FIB_RESULTS: ReadonlySet<string> = new Set(['type', 'oif', 'oifname', 'check']);
