import { expect, test } from 'vitest';
import { outcomeOf } from '../../../src/cli/exit/outcome.ts';

const flow = (
  verdict: 'pass' | 'fail' | 'unproven',
  state: 'open' | 'closed' | 'open|filtered' | 'error',
  expected: 'reachable' | 'blocked' = 'reachable',
) => ({ id: `${verdict} ${state}`, verdict, state, expected });

test.each([
  ['all pass', [flow('pass', 'open')], [], {}, 0],
  ['nothing asked', [], [], {}, 3],
  ['nothing asked, unproven accepted', [], [], { accept: true }, 3],
  ['a failure', [flow('fail', 'closed'), flow('unproven', 'open|filtered')], ['error'], {}, 1],
  ['unproven', [flow('unproven', 'open|filtered')], ['note'], {}, 3],
  ['unproven accepted', [flow('unproven', 'open|filtered')], ['note'], { accept: true }, 0],
  ['an error is never accepted', [flow('unproven', 'error')], [], { accept: true }, 3],
  [
    'closed where blocked was expected is accepted',
    [flow('unproven', 'closed', 'blocked')],
    [],
    { accept: true },
    0,
  ],
  ['a warning', [flow('pass', 'open')], ['warning'], {}, 0],
  ['a warning that counts', [flow('pass', 'open')], ['warning'], { failOn: 'warning' }, 1],
  ['an error finding without a failed flow', [flow('pass', 'open')], ['error'], {}, 1],
  ['a note never fails', [flow('pass', 'open')], ['note'], { failOn: 'warning' }, 0],
  ['accepting unproven does not accept a failure', [flow('fail', 'closed')], ['error'], { accept: true }, 1],
] as const)(
  '%s',
  (
    _,
    flows,
    severities,
    { accept = false, failOn = 'error' }: { accept?: boolean; failOn?: 'error' | 'warning' },
    code,
  ) => {
    const findings = severities.map((severity) => ({ severity }));
    expect(outcomeOf({ flows, findings }, { 'fail-on': failOn, 'accept-unproven': accept })).toBe(code);
  },
);
