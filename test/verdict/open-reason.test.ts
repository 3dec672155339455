import { expect, test } from 'vitest';
import { openReason } from '../../src/verdict/trace/open-reason.ts';

const LEFT_OPEN = {
  ...{ unspoken: null, isOrderOpen: false, noWay: null, isUndecided: true, trace: [] },
  isToldOtherwise: false,
};

test('what no rule leaves open has a reason nevertheless', () => {
  expect(openReason({ ...LEFT_OPEN, isCut: true })).toEqual({ code: 'too-many-cases' });
  expect(openReason({ ...LEFT_OPEN, isCut: false })).toEqual({ code: 'not-followed' });
  expect(openReason({ ...LEFT_OPEN, isCut: true, isToldOtherwise: true })).toBeNull();
  expect(openReason({ ...LEFT_OPEN, isCut: true, isUndecided: false })).toBeNull();
});
