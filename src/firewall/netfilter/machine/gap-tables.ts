import type { Effect } from '../../model/action.ts';
import type { Gap } from '../../model/gap.ts';
import { PRIORITY, type BaseChain, type Chain, type Hook, type Table } from '../../model/ruleset.ts';

/**
 * A gap as the evaluator sees it: a rule on each hook where a packet or its answer arrives, which may do what the missing rules
 * may. What they can't change stays decided.
 */
export function gapTables(gaps: readonly Gap[]): readonly Table[] {
  return gaps.flatMap((gap) =>
    gap.families.map((family): Table => {
      const chains = (['prerouting', 'output'] as const).map((hook) => gapChain(gap, hook));
      return {
        file: gap.file,
        family: family === 4 ? 'ip' : 'ip6',
        name: gap.code,
        isDormant: false,
        chains: new Map(chains.map((chain) => [chain.name, chain])),
      };
    }),
  );
}

function gapChain(gap: Gap, hook: Hook): Chain {
  return {
    name: hook,
    line: gap.line,
    base: { ...hooked(gap), hook, policy: 'accept', devices: [] },
    rules: [{ kind: 'placeholder', line: gap.line, text: MISSING, matches: [], effects: effectsOf(gap) }],
  };
}

/** NAT is asked for the first packet of a connection only; all else may happen to every one, once conntrack has seen it. */
function hooked({ code }: Gap): Pick<BaseChain, 'type' | 'priority'> {
  return code === 'missing-nat'
    ? { type: 'nat', priority: PRIORITY.dstnat }
    : { type: 'filter', priority: PRIORITY.mangle + 1 };
}

function effectsOf(gap: Gap): readonly Effect[] {
  if (gap.code !== 'missing-marks')
    return [{ kind: 'unknown', text: MISSING, reason: { code: 'missing-rules', gap } }];
  return [
    { kind: 'assign', field: 'mark', value: null, isForeign: true },
    { kind: 'assign', field: 'ct-mark', value: null, isForeign: true },
  ];
}

/** Stands where the text of a rule would. */
const MISSING = '(rules missing from the file)';
