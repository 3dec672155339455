import type { Verdict } from '../syntax/syntax.ts';
import { isObject, tagged } from './shape.ts';

/** `{"accept": null}`, `{"jump": {"target": "chain"}}`; `undefined` for anything else. */
export function readVerdict(value: unknown): Verdict | undefined {
  const verdict = tagged(value);
  switch (verdict?.tag) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      return { kind: verdict.tag };
    case 'jump':
    case 'goto': {
      const { tag, content } = verdict;
      return isObject(content) && typeof content.target === 'string'
        ? { kind: tag, chain: content.target }
        : undefined;
    }
    default:
      return undefined;
  }
}
