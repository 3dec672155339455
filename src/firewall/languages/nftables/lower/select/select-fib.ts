import { ALL_BITS } from '../../../../model/action.ts';
import { NO_OPERATION } from '../bits.ts';
import { TYPES } from '../values/number-type.ts';
import type { Selection, Selector } from './selector.ts';
import { SYMMETRIC_ROUTES } from '../../../../model/assumptions.ts';
import type { Reason } from '../../../../model/reason.ts';

const opaque = (reason: Reason): Selection => ({ selector: { kind: 'opaque', reason }, dependencies: [] });

/** The reverse path filter: whether answers would leave by the interface the packet came in by; `missing` is 0. */
const REVERSE_PATH: Selector = {
  kind: 'constant',
  type: TYPES.presence,
  known: ALL_BITS,
  value: 1,
  bits: NO_OPERATION,
  assumption: SYMMETRIC_ROUTES,
};

/** `fib daddr type`, `fib saddr . iif oif`: what the routing table says about an address. */
export function selectFib(inputs: readonly string[], result: string): Selection {
  const [address, ...rest] = inputs.filter((input) => input !== 'mark');
  if (result === 'type') {
    if (inputs.includes('mark')) return opaque({ code: 'routing' });
    if (rest.length > 0) return opaque({ code: 'interface-addresses' });
    const field = address === 'daddr' ? 'destination-type' : 'source-type';
    return {
      selector: { kind: 'number', field, type: TYPES.addressType, bits: NO_OPERATION },
      dependencies: [],
    };
  }
  const isReversePath = address === 'saddr' && rest.length === 1 && rest[0] === 'iif' && result !== 'oifname';
  return isReversePath ? { selector: REVERSE_PATH, dependencies: [] } : opaque({ code: 'routing' });
}
