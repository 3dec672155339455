import { expect, test } from 'vitest';
import { shareAdvice } from '../../../../src/report/text/parts/share-advice.ts';

const finding = (
  name: string,
  advice: readonly string[],
  severity: 'error' | 'warning' | 'note' = 'error',
) => ({
  name,
  severity,
  advice,
});

test('commands are reported once, after the last finding that they mend; sentences stay where they are', () => {
  const [load, other] = [['Load:', '$ sh a.sh'], ['$ sh b.sh']];
  const shown = shareAdvice([
    finding('a', load),
    finding('b', ['Look at it.']),
    finding('c', other),
    finding('d', load),
    finding('e', ['Look at it.']),
    finding('f', load, 'warning'),
  ]);
  expect(shown.map(({ name, advice }) => [name, advice])).toEqual([
    ['a', []],
    ['d', load],
    ['b', ['Look at it.']],
    ['c', other],
    ['e', ['Look at it.']],
    ['f', load],
  ]);
});

test('what settles several notes is said once, with their number', () => {
  const say = ['Outsiders may enter by any interface: block them on each.'];
  const shown = shareAdvice([
    finding('a', say, 'note'),
    finding('b', [], 'note'),
    finding('c', say, 'note'),
    finding('d', ['Another.'], 'note'),
  ]);
  expect(shown.map(({ name, advice }) => [name, advice])).toEqual([
    ['a', []],
    ['c', ['For the 2 above:', ...say]],
    ['b', []],
    ['d', ['Another.']],
  ]);
});
