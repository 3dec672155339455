import { expect, test } from 'vitest';
import { paragraph } from '../../../../src/report/text/parts/paragraph.ts';

test('continuation lines begin at the indent, also where two spaces stood before the word', () => {
  expect(paragraph('    ', 'line 12  -A FORWARD -j ACCEPT  → accept', { width: 34 }).split('\n')).toEqual([
    '    line 12  -A FORWARD -j ACCEPT',
    '    → accept',
  ]);
  expect(paragraph('  ', 'a  b', { width: 20 })).toBe('  a  b');
});
