import type { IptablesPart } from './iptables-tables.ts';

/**
 * Which spaces of a listing are still there. Mail programs, editors and terminals remove spaces, and with them the only sign
 * of an extension that nft prints as nothing.
 */
export interface Layout {
  /** The indentation of rules; null where that of a rule with a gap before its first test cannot be told apart. */
  readonly indent: string | null;
  /** Whether two spaces in a row within a rule are kept. */
  readonly keepsInner: boolean;
  /** Whether spaces at the end of a line are kept. */
  readonly keepsEnd: boolean;
}

/** The layout of the rules of iptables in a listing, as far as their lines show it. */
export function layoutOf(text: string, parts: readonly IptablesPart[]): Layout {
  const lines = parts.flatMap(({ start, end }) => text.slice(start, end).match(IN_CHAIN) ?? []);
  const indents = lines.map(indentOf);
  const least = indents.reduce((known, one) => (one.length < known.length ? one : known), indents[0] ?? '');
  // The whole listing may be indented.
  const outer = indentOf(text.slice(parts[0]?.start ?? 0));
  const nftIndent = [`${outer}\t\t`, ...EXPANDED.map((blanks) => outer + blanks)].find(
    (usual) => least === usual || least === `${usual} `,
  );
  const indent = nftIndent ?? least;
  const isIndented = nftIndent !== undefined;
  const showsIndent = isIndented || indents.includes(`${indent} `);
  return {
    indent: showsIndent ? indent : null,
    keepsInner: isIndented || lines.some((line) => /[^ \t] {2}[^ \t]/.test(line)),
    keepsEnd: lines.some((line) => LOST_TARGET.test(line)),
  };
}

/** Rules, and the line that hooks a chain. */
const IN_CHAIN =
  /^[ \t]*(?:type (?:filter|nat|route) hook .*|(?!#(?! ?(?:xt_|match-set |[\w-]+:)))[^\n]*\bcounter\b[^\n]*)$/gm;

const LOST_TARGET = /\bcounter(?: packets \d+ bytes \d+)? +\r?$/;

/** The two tabs that nft indents rules by, as terminals and editors show them. */
const EXPANDED = [4, 8, 16].map((width) => ' '.repeat(width));

function indentOf(text: string): string {
  return /^[ \t]*/.exec(text)?.[0] ?? '';
}
