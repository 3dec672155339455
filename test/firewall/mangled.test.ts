import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/input-error.ts';
import { answersOf, isContradiction } from './mangled-answers.ts';
import { manglings } from './mangle.ts';

// Captures as they come from mail, a terminal, `fold`, `less`, `head` and the like: the same answers, undecided, or an error.
// test/soak/mangled.ts does the same with every capture and more widths.

const CAPTURES = [
  'own-nft.nft',
  'own-iptables.iptables-save',
  'own-nft.json',
  'firewalld-open.nft',
  'ufw-limit.iptables-save',
];

const read = (name: string): string =>
  readFileSync(`${import.meta.dirname}/coverage/fixtures/${name}`, 'utf8');

/** What is wrong with how the text is read; null for nothing. */
function wrongWith(text: string, name: string, whole: ReturnType<typeof answersOf>): string | null {
  try {
    const found = answersOf(text, name);
    return found.find((one, at) => isContradiction(one, whole[at]!))?.asked ?? null;
  } catch (error) {
    return error instanceof InputError ? null : String(error);
  }
}

describe.each(CAPTURES)('%s', (name) => {
  const text = read(name);
  const whole = answersOf(text, name);
  test.each(manglings(text, 1, 2).map((one) => [one.name, one.text]))('%s', (_, mangled) => {
    expect(wrongWith(mangled, name, whole)).toBeNull();
  });
});

const refusal = (text: string, name: string): string => {
  try {
    answersOf(text, name);
  } catch (error) {
    if (error instanceof InputError) return `${error.message}; ${error.problem.fix}`;
    throw error;
  }
  return '';
};

test('a rule within braces that ends on a line of its own', () => {
  const [wrapped] = manglings(read('firewalld-open.nft'), 1, 0).filter((one) => one.name === 'fold-s 80');
  expect(refusal(wrapped!.text, 'x.nft')).toContain('wrapped');
  const addresses = Array.from({ length: 4 }, (_, nth) => `2002:${nth}::/32`).join(', ');
  const rule = `    ip6 daddr { ${addresses},\n2002:9::/32, 2002:a::/32 } log prefix "a long one for the log: "\ndrop`;
  expect(refusal(`table inet t {\n  chain c {\n${rule}\n  }\n}\n`, 'x.nft')).toContain('wrapped');
});

test.each([
  ['a set of a test', 'ct state { new, established } tcp dport { 102, 10100 }', 'accept'],
  ['a set that is filled', 'ct state new add @busy { ip saddr ct count over 500 }', 'counter drop'],
  ['a comment of an extension', 'tcp dport 103 # match-set banned src', 'counter drop'],
])('a rule wrapped after %s', (_, rule, rest) => {
  const text = (indent: string, indentOfRest: string, end: string): string =>
    `table inet t {\n\tchain c {\n${indent}${rule}${end}\n${indentOfRest}${rest}\n\t}\n}\n`;
  expect(refusal(text('\t\t', '', ' '), 'x.nft')).toContain('wrapped');
  expect(refusal(text('\t\t', '', ''), 'x.nft')).toContain('wrapped');
  expect(refusal(text('\t\t', '\t\t', ''), 'x.nft')).toBe('');
});

test('a rule that ends with a map is whole', () => {
  const text =
    'table ip t {\nchain c {\nct state new tcp dport vmap { 102 : accept, 103 : drop }\ndrop\n}\n}\n';
  expect(refusal(text, 'x.nft')).toBe('');
});

test('a listing that ends after the name of a table', () => {
  const listing = 'table ip a {\n\tchain c {\n\t}\n}\ntable ip6 fil';
  expect(refusal(listing, 'x.nft')).toContain('name of a table');
  expect(refusal('table ip6 fil\ntable ip a {\n\tchain c {\n\t}\n}\n', 'x.nft')).toBe('');
});

test('lines cut within the mask of IPv6', () => {
  const rule =
    '-A INPUT -p tcp -m tcp --dport 22 -m recent --set --name DEFAULT --mask ffff:ffff:ffff:ffff:ff';
  const text = `*filter\n:INPUT DROP [0:0]\n${rule}\n${rule}\nCOMMIT\n`;
  expect(refusal(text, 'rules.ip6tables-save')).toContain('truncated');
});

test('text wrapped within quotes or after a keyword', () => {
  const rule = (comment: string): string =>
    `table inet t {\n  chain c {\n    tcp dport { 102, 103, 10100-10110 } counter accept ${comment}\n  }\n}\n`;
  for (const comment of [
    'comment "for the\nclients"',
    'comment\n"for the clients"',
    'comment "for\nclients"',
  ])
    expect(refusal(rule(comment), 'x.nft')).toContain('wrapped');
});

test.each([
  ['less', (text: string) => `${text}:`, 'pager'],
  ['the end of less', (text: string) => `${text}(END)`, 'pager'],
  ['a prompt before it', (text: string) => `root@maps-a:~# nft list ruleset\n${text}`, 'shell prompt'],
  ['a prompt after it', (text: string) => `${text}root@maps-a:~# `, 'shell prompt'],
  ['script', (text: string) => text.replaceAll('\n', '\u001b[K\r\n'), 'escape codes'],
])('%s is named', (_, mangle, named) => {
  for (const name of ['own-nft.nft', 'own-iptables.iptables-save', 'own-nft.json'])
    expect(refusal(mangle(read(name)), name)).toContain(named);
});
