import { describe, expect, test } from 'vitest';
import { showExtensions } from '../../../src/firewall/languages/nftables/quirks/restore-xt-comments.ts';

// What `nft list` makes of rules with extensions of iptables. The comments are those of nft 0.9, the gaps those of 1.0.6
// (test/firewall/coverage/fixtures/docker.nft has real ones).

const COUNTS = 'counter packets 3 bytes 180';

/** One rule of a table, after. */
function shown(rule: string, table = 'table ip6 filter'): string {
  const [before, after] = [`${table} {\n\tchain INPUT {\n`, '\n\t}\n}\n'];
  const text = showExtensions(`${before}${rule}${after}`);
  expect(text.startsWith(before) && text.endsWith(after)).toBe(true);
  return text.slice(before.length, -after.length);
}

describe('what decides becomes visible', () => {
  test.each<[string, string]>([
    [`\t\ttcp dport 102 ${COUNTS} `, `\t\ttcp dport 102 ${COUNTS} xt target "?"`],
    [`\t\ttcp dport 102 ${COUNTS}  # handle 7`, `\t\ttcp dport 102 ${COUNTS} xt target "?"`],
    [`\t\t ${COUNTS} accept`, `\t\txt match "?" ${COUNTS} accept`],
    [`\t\ttcp dport 102  ${COUNTS} accept`, `\t\txt match "?" tcp dport 102 ${COUNTS} accept`],
    [
      `\t\tip6 saddr ::1  tcp dport 102 ${COUNTS} drop`,
      `\t\txt match "?" ip6 saddr ::1  tcp dport 102 ${COUNTS} drop`,
    ],
    [`\t\t# xt_conntrack ${COUNTS} drop # handle 20`, `\t\txt match "conntrack" ${COUNTS} drop`],
    [`        # xt_conntrack ${COUNTS} drop`, `        xt match "conntrack" ${COUNTS} drop`],
    [`\t\t${COUNTS} # xt_REJECT # handle 21`, `\t\t${COUNTS} xt target "REJECT"`],
    [`\t\tudp dport 68 ${COUNTS} # CHECKSUM fill`, `\t\tudp dport 68 ${COUNTS} xt target "CHECKSUM fill"`],
    [
      `\t\tmeta l4proto tcp # recent: SET name: "x" side: source ${COUNTS} jump limited`,
      `\t\tmeta l4proto tcp xt match "recent: SET name: 'x' side: source" ${COUNTS} jump limited`,
    ],
    [
      `\t\tmeta l4proto tcp # xt_multiport # match-set bad src ${COUNTS} # xt_DNAT`,
      `\t\tmeta l4proto tcp xt match "multiport" xt match "match-set bad src" ${COUNTS} xt target "DNAT"`,
    ],
  ])('%j', (rule, expected) => {
    expect(shown(rule)).toBe(expected);
  });
});

describe('what decides nothing stays as it is', () => {
  test.each<[string, string?]>([
    [`\t\ttcp dport 102 ${COUNTS} accept`],
    [`\t\ttcp dport 102 ${COUNTS} accept # handle 4`],
    [`\t\ttcp dport 102 ${COUNTS} # handle 4`],
    [`\t\t${COUNTS} log prefix "[A  B] "`],
    [`\t\ttcp dport 102 ${COUNTS} accept # let them in`],
    [`\t\t# tcp dport 102 ${COUNTS} accept`],
    ['\t\ttcp dport 102 accept  # ours'],
    // A comment of iptables, which nft 1.0.6 leaves out.
    [`\t\ttcp dport 102  ${COUNTS} accept`, 'table ip filter'],
    [`\t\ttcp dport 102  ${COUNTS} `, 'table inet filter'],
    [`\t\ttcp dport 102  ${COUNTS} `, 'table ip viz'],
  ])('%j %s', (rule, table) => {
    expect(shown(rule, table)).toBe(rule);
  });
});

test('many tables, open ones too, take no longer than one', () => {
  const open = 'table ip filter {\n'.repeat(50_000);
  expect(showExtensions(open)).toBe(open);
  expect(showExtensions(`${open}}\n`)).toBe(`${open}}\n`);
});
