import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { linesOf, type LineForm } from '../../src/firewall/languages/listing/line-form.ts';
import { refuseWrapped } from '../../src/firewall/languages/listing/wrapped-text.ts';

const folder = `${import.meta.dirname}/coverage/fixtures`;
const formOf = (name: string): LineForm =>
  name.endsWith('.nft') ? 'listing' : name.endsWith('-save') ? 'save' : 'set';
const captures = readdirSync(folder).filter((name) => !name.endsWith('.json'));
const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8');

describe('a listing as its tool wrote it', () => {
  test.each(captures)('%s', (name) => {
    expect(() => {
      refuseWrapped(linesOf(read(name)), name, formOf(name));
    }).not.toThrow();
  });
});

describe('folded', () => {
  const long = captures.filter((name) =>
    read(name)
      .split('\n')
      .some((line) => /counter|^-A/.test(line) && line.length > 90),
  );
  test.each(long.flatMap((name) => [['-sw80', name] as const, ['-w80', name] as const]))(
    '%s %s',
    (option, name) => {
      const text = execFileSync('fold', [option], { input: read(name), encoding: 'utf8' });
      expect(() => {
        refuseWrapped(linesOf(text), name, formOf(name));
      }).toThrow('the text was wrapped');
    },
  );
});

test('rules continued with a backslash are not', () => {
  const text =
    'table inet t {\n  chain input {\n    ip saddr 10.30.0.0/16 tcp dport 102 counter \\\naccept\n  }\n}\n';
  expect(() => {
    refuseWrapped(linesOf(text), 'x', 'listing');
  }).not.toThrow();
});
