import { expect, test } from 'vitest';
import { renderColumns } from '../../../../src/report/text/parts/columns.ts';
import { plain } from '../../check-report.ts';

const table = (width: number, why = 'no-response from anybody'): string =>
  renderColumns({
    head: ['PORT', 'WHY', 'VERDICT'],
    rows: [
      ['10103/tcp', why, '✗ fail'],
      ['10104/tcp', '', '✓ pass'],
    ],
    flexible: 1,
    style: plain(width),
  });

test('the flexible column is narrowed as far as it helps', () => {
  expect(table(40).split('\n')).toEqual([
    '  PORT       WHY                 VERDICT',
    '  10103/tcp  no-response from    ✗ fail',
    '             anybody',
    '  10104/tcp                      ✓ pass',
  ]);
});

test('where that leaves it too little it goes below its rows, and the columns after it stay whole', () => {
  expect(table(30).split('\n')).toEqual([
    '  PORT       VERDICT',
    '  10103/tcp  ✗ fail',
    '      no-response from anybody',
    '  10104/tcp  ✓ pass',
  ]);
});

test('a short column stays where it is', () => {
  expect(table(30, 'refused').split('\n')[1]).toBe('  10103/tcp  refused  ✗ fail');
});
