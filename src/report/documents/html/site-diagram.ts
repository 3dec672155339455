import { groupBy } from '../../../group-by.ts';
import type { ResultFlow, Results } from '../../results/results.ts';
import { SYMBOL, type ShownVerdict } from '../../text/parts/verdict-symbol.ts';
import { worstOf } from './matrix-view.ts';

const LINE = 20;
const GAP = 16;
const PAD = 10;
const ROLE_WIDTH = 170;
const HOST_X = 320;
const ROLE_IN_HOST = 150;
const CHARACTER = 12;
const MAX_NAME = 40;

/** The colours without style: dark enough for white paper, and on black the style sheet has others. */
const COLOR: Readonly<Record<ShownVerdict, string>> = {
  pass: '#116329',
  fail: '#b3140f',
  unproven: '#7a4b00',
  accepted: '#3b4652',
};

/** Colour is never alone: what failed is dashed, what is unproven dotted. */
const DASH: Readonly<Record<ShownVerdict, string>> = {
  pass: '',
  fail: '8 4',
  unproven: '2 4',
  accepted: '1 3',
};

/**
 * Who connects on the left, a box a host on the right: its instances and allocator, and a line for each role with a symbol a flow.
 * Everything is in attributes, so it looks right without a style sheet.
 */
export function siteDiagram({ flows, hosts, summary }: Results) {
  const byHost = groupBy(flows, ({ host }) => host).map((group) => hostView(group, hosts));
  let y = GAP;
  const placed = byHost.map((host) => {
    const top = y;
    y += host.height + GAP;
    return { ...host, top };
  });
  const height = Math.max(y, GAP + LINE);
  const whos = [...new Set(byHost.flatMap(({ rows }) => rows.map(({ who }) => who)))];
  // Of a tall picture the roles stay at the top, where a reader begins.
  const step = Math.min(height / Math.max(1, whos.length), 4 * LINE);
  const roles = whos.map((who, index) => ({ who, middle: Math.round(step * (index + 0.5)) }));
  const middleOf = new Map(roles.map(({ who, middle }) => [who, middle]));
  const most = Math.max(10, ...byHost.map(({ width }) => width));
  const width = HOST_X + ROLE_IN_HOST + most * CHARACTER + 2 * PAD;
  return {
    width,
    height,
    text: `${byHost.length} hosts; ${summary.pass} flows proven, ${summary.fail} failed, ${summary.unproven} unproven${summary.accepted === undefined ? '' : `, ${summary.accepted} accepted`}. The matrix has the same as a table.`,
    boxes: [
      ...roles.map(({ middle }) => ({ x: PAD, y: middle - LINE, width: ROLE_WIDTH, height: 2 * LINE })),
      ...placed.map(({ top, height: tall }) => ({
        x: HOST_X,
        y: top,
        width: width - HOST_X - PAD,
        height: tall,
      })),
    ],
    lines: placed.flatMap(({ top, rows }) =>
      rows.map(({ who, verdict }, index) => ({
        ...{ x1: PAD + ROLE_WIDTH, y1: middleOf.get(who) ?? 0, x2: HOST_X, y2: rowY(top, index) - 5 },
        ...{ verdict, color: COLOR[verdict], dash: DASH[verdict] },
      })),
    ),
    labels: [
      ...roles.map(({ who, middle }) => ({ x: 2 * PAD, y: middle + 5, text: cut(who, 18), strong: true })),
      ...placed.flatMap(({ top, name, parts, rows }) => [
        { x: HOST_X + PAD, y: top + LINE, text: name, strong: true },
        { x: HOST_X + PAD, y: top + 2 * LINE, text: parts, strong: false },
        ...rows.map(({ who, verdict }, index) => ({
          x: HOST_X + PAD,
          y: rowY(top, index),
          text: `${SYMBOL[verdict]} ${cut(who, 16)}`,
          strong: false,
        })),
      ]),
    ],
    rows: placed.flatMap(({ top, rows }) =>
      rows.map(({ runs }, index) => ({ x: HOST_X + ROLE_IN_HOST, y: rowY(top, index), runs })),
    ),
  };
}

function hostView(flows: readonly ResultFlow[], hosts: Results['hosts']) {
  const { host = '' } = flows[0] ?? {};
  const { instances = 0, allocator = false, addresses = [] } = hosts[host] ?? {};
  const rows = groupBy(flows, ({ role, vantage }) => vantage ?? role).map((group) => ({
    who: group[0]?.vantage ?? group[0]?.role ?? '',
    verdict: worstOf(group),
    runs: runsOf(group),
  }));
  const shown = addresses
    .slice(0, 2)
    .filter((address) => address !== host)
    .join(', ');
  return {
    rows,
    name: cut(shown === '' ? host : `${host} (${shown})`, MAX_NAME),
    parts: `${instances} ${instances === 1 ? 'instance' : 'instances'}${allocator ? ' + allocator' : ''}`,
    height: (rows.length + 2) * LINE + PAD,
    width: Math.max(...rows.map(({ runs }) => runs.reduce((sum, { symbols }) => sum + symbols.length, 0))),
  };
}

/** A symbol a flow, those side by side with one verdict in one run. */
function runsOf(flows: readonly ResultFlow[]) {
  const runs: { verdict: ShownVerdict; color: string; symbols: string }[] = [];
  for (const { verdict } of flows) {
    const last = runs.at(-1);
    if (last?.verdict === verdict) last.symbols += SYMBOL[verdict];
    else runs.push({ verdict, color: COLOR[verdict], symbols: SYMBOL[verdict] });
  }
  return runs;
}

function rowY(top: number, index: number): number {
  return top + (index + 3) * LINE;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
