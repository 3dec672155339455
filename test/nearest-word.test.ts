import { expect, test } from 'vitest';
import { nearestWord } from '../src/nearest-word.ts';

const WORDS = ['address', 'instances', 'allocator', 'web', 'ACCEPT'];

test.each([
  ['instance', 'instances'],
  ['Instances', 'instances'],
  ['instnaces', 'instances'],
  ['adress', 'address'],
  ['addresses', 'address'],
  ['alocater', 'allocator'],
  ['wbe', 'web'],
  ['ACEPT', 'ACCEPT'],
  ['accept', 'ACCEPT'],
  ['we', 'web'],
  ['xyz', undefined],
  ['a', undefined],
  ['', undefined],
  ['ports', undefined],
  ['instances'.repeat(20), undefined],
] as const)('%s: %s', (typed, word) => {
  expect(nearestWord(typed, WORDS)).toBe(word);
});
