/**
 * How a language writes its lines: a rule on one line of an `iptables-save`, indented in a listing of nft, an element on one line of
 * an `ipset save`. Damage on the way (lines wrapped or cut) looks different in each.
 */
export type LineForm = 'save' | 'listing' | 'set';
