import { stripped } from '../../vocabulary/stripped-options.ts';
import type { Target } from '../lower/extensions.ts';
import { targetOptions, valueOf } from './always.ts';

/** `-j TCPOPTSTRIP --strip-options wscale,8`: the tool has no other names than these. */
export const TCPOPTSTRIP: Target = {
  options: targetOptions({ '--strip-options': 1 }),
  lower: (options) => {
    const names = valueOf(options, '--strip-options') ?? '';
    const numbers = names.split(',').map((name) => OPTIONS.get(name) ?? Number(name));
    const effects = stripped(numbers, `-j TCPOPTSTRIP --strip-options ${names}`);
    return effects.length === 0 ? [{ kind: 'continue' }] : effects;
  },
};

const OPTIONS: ReadonlyMap<string, number> = new Map([
  ['wscale', 3],
  ['timestamp', 8],
]);
