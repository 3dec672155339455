import type { Effect } from '../../../model/action.ts';
import { lowerRule } from './lower-rule.ts';
import type { TableContext } from './context.ts';
import type { Verdict } from '../syntax/syntax.ts';
import { PLAIN_VERDICTS } from '../syntax/verdict.ts';

/** What a verdict does; a chain written in place becomes one of the table. */
export function verdictEffect(verdict: Verdict, context: TableContext): Effect {
  if (!('chain' in verdict || 'block' in verdict)) return PLAIN_VERDICTS[verdict.kind];
  const chain = 'chain' in verdict ? verdict.chain : anonymousChain(verdict, context);
  const isKnown = 'block' in verdict || context.table.chains.has(chain);
  return isKnown
    ? { kind: verdict.kind, chain }
    : { kind: 'unknown', text: `${verdict.kind} ${chain}`, reason: { code: 'no-such-chain' } };
}

/** The same for verdicts that do the same. */
export function verdictId(verdict: Verdict): string {
  return 'chain' in verdict
    ? `${verdict.kind} ${verdict.chain}`
    : 'block' in verdict
      ? `block ${verdict.block[0]?.line ?? 0}`
      : verdict.kind;
}

/** nft calls these chains `__chain0` and on; no name a person can give begins so. */
function anonymousChain({ block }: Extract<Verdict, { block: unknown }>, context: TableContext): string {
  const name = `__chain${context.anonymous.length}`;
  const { line, at } = context;
  const chain = { name, line, base: null, rules: [] };
  const place = context.anonymous.push(chain) - 1;
  const rules = block.map((draft) => lowerRule(draft, context));
  context.anonymous[place] = { ...chain, rules };
  context.line = line;
  context.at = at;
  return name;
}
