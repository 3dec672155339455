import { groupBy } from '../../../group-by.ts';
import type { ResultFlow, Results } from '../../results/results.ts';
import { matrixSymbol, SYMBOL, type ShownVerdict } from '../../text/parts/verdict-symbol.ts';
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
  /** Nothing of it gets in, as it must be: no line that looks like a way in. */
  readonly isKeptOut: boolean;
  /** The sign before the name. */
  readonly symbol: string;
  readonly flows: readonly ResultFlow[];
}

/** A host of the diagram. */
export interface DiagramHost {
  readonly name: string;
  readonly parts: string;
  readonly rows: readonly DiagramRow[];
}

/** As in the matrix: blocked, as it must be. */
const KEPT_OUT = matrixSymbol({ expected: 'blocked', verdict: 'pass' });

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
    rows: groupBy(flows, ({ role, vantage }) => vantage ?? role).map((group) => {
      const verdict = worstOf(group);
      const isKeptOut = verdict === 'pass' && group.every(({ expected }) => expected === 'blocked');
      const symbol = isKeptOut ? KEPT_OUT : SYMBOL[verdict];
      return { who: group[0]?.vantage ?? group[0]?.role ?? '', verdict, isKeptOut, symbol, flows: group };
    }),
  };
}

/** A symbol a flow, those side by side with one verdict in one run. */
export function runsOf(flows: readonly ResultFlow[]): readonly SymbolRun[] {
  const runs: { verdict: ShownVerdict; color: string; symbols: string }[] = [];
  for (const flow of flows) {
    const { verdict } = flow;
    const symbol = matrixSymbol(flow);
    const last = runs.at(-1);
    if (last?.verdict === verdict) last.symbols += symbol;
    else runs.push({ verdict, color: COLOR[verdict], symbols: symbol });
  }
  return runs;
}

/** A text that fits, with an ellipsis where it is cut. */
export function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
