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
