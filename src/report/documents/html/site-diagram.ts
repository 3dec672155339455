import type { Results } from '../../results/results.ts';
import type { ShownVerdict } from '../../text/parts/verdict-symbol.ts';
import {
  CHARACTER,
  COLOR,
  cut,
  diagramHosts,
  GAP,
  LINE,
  PAD,
  runsOf,
  type DiagramHost,
} from './diagram-host.ts';
import { hostGrid } from './host-grid.ts';

const ROLE_WIDTH = 170;
const HOST_X = 320;
const ROLE_IN_HOST = 150;
const MAX_NAME = 40;
/** More hosts than these are cards in a grid: lines to all of them would be a tangle. */
const MAX_LINED_UP = 6;

/** Lines tell what failed. */
const PLAIN_BOX = { isFailing: false, color: '' } as const;

/** Colour is never alone: what failed is dashed, what is unproven dotted; who is kept out has a few grey dots. */
const DASH: Readonly<Record<ShownVerdict, string>> = {
  pass: '',
  fail: '8 4',
  unproven: '2 4',
  accepted: '1 3',
};

/** The site as a picture, with a symbol a flow. Everything is in attributes, so it looks right without a style sheet. */
export function siteDiagram(results: Results) {
  const { summary } = results;
  const hosts = diagramHosts(results);
  const accepted = summary.accepted === undefined ? '' : `, ${summary.accepted} accepted`;
  const counts = `${summary.pass} flows proven, ${summary.fail} failed, ${summary.unproven} unproven${accepted}`;
  const number = `${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}`;
  const text = `${number}; ${counts}. The matrix has the same as a table.`;
  return { text, ...(hosts.length > MAX_LINED_UP ? hostGrid(hosts) : hostColumn(hosts)) };
}

/** Who connects on the left, a box a host on the right: its instances and allocator, and a line for each role. */
function hostColumn(hosts: readonly DiagramHost[]) {
  let y = GAP;
  const placed = hosts.map((host) => {
    const top = y;
    const height = (host.rows.length + 2) * LINE + PAD;
    y += height + GAP;
    return { ...host, top, height };
  });
  const height = Math.max(y, GAP + LINE);
  const whos = [...new Set(hosts.flatMap(({ rows }) => rows.map(({ who }) => who)))];
  // Of a tall picture the roles stay at the top, where a reader begins.
  const step = Math.max(3 * LINE, Math.min(height / Math.max(1, whos.length), 4 * LINE));
  const roles = whos.map((who, index) => ({ who, middle: Math.round(step * (index + 0.5)) }));
  const middleOf = new Map(roles.map(({ who, middle }) => [who, middle]));
  const most = Math.max(10, ...hosts.flatMap(({ rows }) => rows.map(({ flows }) => flows.length)));
  const width = HOST_X + ROLE_IN_HOST + most * CHARACTER + 2 * PAD;
  return {
    width,
    height: Math.max(height, Math.round(step * whos.length)),
    boxes: [
      ...roles.map(({ middle }) => ({
        ...{ x: PAD, y: middle - LINE, width: ROLE_WIDTH, height: 2 * LINE, ...PLAIN_BOX },
      })),
      ...placed.map(({ top, height: tall }) => ({
        ...{ x: HOST_X, y: top, width: width - HOST_X - PAD, height: tall, ...PLAIN_BOX },
      })),
    ],
    lines: placed.flatMap(({ top, rows }) =>
      rows.map(({ who, verdict, isKeptOut }, index) => ({
        ...{ x1: PAD + ROLE_WIDTH, y1: middleOf.get(who) ?? 0, x2: HOST_X, y2: rowY(top, index) - 5 },
        ...(isKeptOut
          ? { verdict: 'accepted' as const, color: COLOR.accepted, dash: '1 7' }
          : { verdict, color: COLOR[verdict], dash: DASH[verdict] }),
      })),
    ),
    labels: [
      ...roles.map(({ who, middle }) => ({ x: 2 * PAD, y: middle + 5, text: cut(who, 18), strong: true })),
      ...placed.flatMap(({ top, name, parts, rows }) => [
        { x: HOST_X + PAD, y: top + LINE, text: cut(name, MAX_NAME), strong: true },
        { x: HOST_X + PAD, y: top + 2 * LINE, text: parts, strong: false },
        ...rows.map(({ who, symbol }, index) => ({
          ...{
            x: HOST_X + PAD,
            y: rowY(top, index),
            text: `${symbol} ${cut(who, 16)}`,
            strong: false,
          },
        })),
      ]),
    ],
    rows: placed.flatMap(({ top, rows }) =>
      rows.map(({ flows }, index) => ({
        ...{ x: HOST_X + ROLE_IN_HOST, y: rowY(top, index), runs: runsOf(flows) },
      })),
    ),
  };
}

function rowY(top: number, index: number): number {
  return top + (index + 3) * LINE;
}
