/**
 * How a language writes its lines: a rule on one line of an `iptables-save`, indented in a listing of nft, an element on one line of
 * an `ipset save`. Damage on the way (lines wrapped or cut) looks different in each.
 */
export type LineForm = 'save' | 'listing' | 'set';

/** The lines of a text, without their ends. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return text.includes('\r') ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines;
}
