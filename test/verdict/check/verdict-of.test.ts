import { describe, expect, test } from 'vitest';
import { REASONS, STATES, type Reason, type State } from '../../../src/probe/probes/observation.ts';
import type { Expected, Verdict } from '../../../src/verdict/reports/report.ts';
import { verdictOf } from '../../../src/verdict/check/verdict-of.ts';

/** The table of docs/design.md, a row a test. */
const ROWS: readonly (readonly [Expected, State, Reason, { http?: boolean; answered?: boolean }, Verdict])[] =
  [
    ['reachable', 'open', 'syn-ack', {}, 'pass'],
    ['reachable', 'open', 'http-response', { http: true }, 'pass'],
    ['reachable', 'open', 'not-http', { http: true }, 'fail'],
    ['reachable', 'open', 'no-http-answer', { http: true }, 'unproven'],
    ['blocked', 'open', 'no-http-answer', { http: true }, 'fail'],
    ['reachable', 'open', 'udp-response', {}, 'pass'],
    ['reachable', 'open', 'socket-table', {}, 'pass'],
    ['reachable', 'closed', 'conn-refused', {}, 'fail'],
    ['reachable', 'closed', 'port-unreach', {}, 'fail'],
    ['reachable', 'filtered', 'no-response', {}, 'fail'],
    ['reachable', 'filtered', 'no-response', { answered: true }, 'fail'],
    ['reachable', 'filtered', 'admin-prohibited', {}, 'fail'],
    ['reachable', 'unreachable', 'host-unreach', {}, 'fail'],
    ['reachable', 'unreachable', 'no-such-host', {}, 'fail'],
    ['reachable', 'open|filtered', 'no-response', {}, 'unproven'],
    ['reachable', 'error', 'local-policy', {}, 'unproven'],
    ['blocked', 'open', 'syn-ack', {}, 'fail'],
    ['blocked', 'open', 'not-http', { http: true }, 'fail'],
    ['blocked', 'filtered', 'admin-prohibited', {}, 'pass'],
    ['blocked', 'filtered', 'port-unreach', {}, 'pass'],
    ['blocked', 'filtered', 'no-response', { answered: true }, 'pass'],
    ['blocked', 'filtered', 'no-response', {}, 'unproven'],
    ['blocked', 'closed', 'conn-refused', { answered: true }, 'unproven'],
    ['blocked', 'unreachable', 'host-unreach', {}, 'unproven'],
    ['blocked', 'open|filtered', 'no-response', { answered: true }, 'unproven'],
    ['blocked', 'error', 'no-descriptor', {}, 'unproven'],
  ];

describe('the verdict table', () => {
  test.each(ROWS)(
    '%s, seen %s (%s) %j → %s',
    (expected, state, reason, { http = false, answered = false }, verdict) => {
      const seen = { state, reason, application: http ? ('http' as const) : null };
      expect(verdictOf(expected, seen, { addressAnswered: answered })).toBe(verdict);
    },
  );

  test('nothing but state open ever passes where reachable is expected, whatever the reason', () => {
    for (const state of STATES) {
      for (const reason of REASONS) {
        for (const addressAnswered of [true, false]) {
          const verdict = verdictOf('reachable', { state, reason, application: null }, { addressAnswered });
          if (state !== 'open') expect(verdict).not.toBe('pass');
          if (state === 'error') expect(verdict).toBe('unproven');
        }
      }
    }
  });
});
