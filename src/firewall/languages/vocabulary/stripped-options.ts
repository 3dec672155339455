import type { Effect } from '../../model/action.ts';
import { numberIn } from '../../model/match.ts';

/** What a connection does without if both ends never had it; one end that believes it has it breaks the connection. */
const [WINDOW_SCALE, TIMESTAMPS] = [3, 8];

/**
 * What taking options of TCP out of packets does. Of a SYN it only turns them off. Of the answer to it the server goes on with a window
 * scale that the client has not heard of; of any later segment the other end may refuse it for the missing timestamps.
 */
export function stripped(options: readonly number[], text: string): readonly Effect[] {
  const bits = options.includes(TIMESTAMPS) ? ACK : options.includes(WINDOW_SCALE) ? SYN | ACK : null;
  if (bits === null) return [];
  return [
    {
      kind: 'choose',
      cases: [
        {
          match: numberIn('tcp-flags', [bits, bits + 1], bits),
          effects: [{ kind: 'unknown', text, reason: { code: 'rewrites-packet' } }],
        },
        { match: { kind: 'all', of: [] }, effects: [{ kind: 'continue' }] },
      ],
    },
  ];
}

const [SYN, ACK] = [2, 16];
