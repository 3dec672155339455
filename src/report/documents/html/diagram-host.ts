import { groupBy } from '../../../group-by.ts';
import type { ResultFlow, Results } from '../../results/results.ts';
import { SYMBOL, type ShownVerdict } from '../../text/parts/verdict-symbol.ts';
import { worstOf } from './matrix-view.ts';

/** Sizes of the diagram, in its units. */
export const LINE = 20;
export const GAP = 16;
export const PAD = 10;
/** What a symbol takes. */
export const CHARACTER = 12;

/** The colours without style: dark enough for white paper, and on black the style sheet has others. */
export const COLOR: Readonly<Record<ShownVerdict, string>> = {
  pass: '#116329',
  fail: '#b3140f',
  unproven: '#7a4b00',
  accepted: '#3b4652',
};

/** Symbols side by side with one verdict. */
interface SymbolRun {
  readonly verdict: ShownVerdict;
  readonly color: string;
  readonly symbols: string;
}

/** What one role, or one vantage point of a merged report, has to do with a host. */
interface DiagramRow {
  readonly who: string;
  readonly verdict: ShownVerdict;
  readonly flows: readonly ResultFlow[];
}

/** A host of the diagram. */
export interface DiagramHost {
  readonly name: string;
  readonly parts: string;
  readonly rows: readonly DiagramRow[];
}

/** The hosts that flows lead to, in the order of the report. */
export function diagramHosts({ flows, hosts }: Pick<Results, 'flows' | 'hosts'>): readonly DiagramHost[] {
  return groupBy(flows, ({ host }) => host).map((group) => toHost(group, hosts));
}

function toHost(flows: readonly ResultFlow[], hosts: Results['hosts']): DiagramHost {
  const { host = '' } = flows[0] ?? {};
  const { instances = 0, allocator = false, addresses = [] } = hosts[host] ?? {};
  const shown = addresses
    .slice(0, 2)
    .filter((address) => address !== host)
    .join(', ');
  return {
    name: shown === '' ? host : `${host} (${shown})`,
    parts: `${instances} ${instances === 1 ? 'instance' : 'instances'}${allocator ? ' + allocator' : ''}`,
    rows: groupBy(flows, ({ role, vantage }) => vantage ?? role).map((group) => ({
      who: group[0]?.vantage ?? group[0]?.role ?? '',
      verdict: worstOf(group),
      flows: group,
    })),
  };
}

/** A symbol a flow, those side by side with one verdict in one run. */
export function runsOf(flows: readonly ResultFlow[]): readonly SymbolRun[] {
  const runs: { verdict: ShownVerdict; color: string; symbols: string }[] = [];
  for (const { verdict } of flows) {
    const last = runs.at(-1);
    if (last?.verdict === verdict) last.symbols += SYMBOL[verdict];
    else runs.push({ verdict, color: COLOR[verdict], symbols: SYMBOL[verdict] });
  }
  return runs;
}

/** A text that fits, with an ellipsis where it is cut. */
export function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
