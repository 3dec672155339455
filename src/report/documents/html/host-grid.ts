import { groupBy } from '../../../group-by.ts';
import { CHARACTER, COLOR, cut, GAP, LINE, PAD, runsOf, type DiagramHost } from './diagram-host.ts';
import { SYMBOL, type ShownVerdict } from '../../text/parts/verdict-symbol.ts';

const COLUMNS = 4;
/** Symbols in a line of a card. */
const PER_LINE = 20;
const CARD_WIDTH = PER_LINE * CHARACTER + 2 * PAD;
const WIDTH = COLUMNS * (CARD_WIDTH + GAP) + GAP;
const MAX_NAME = 30;

/** Many hosts as cards side by side: who connects is counted above them and named in each, with a symbol a flow. */
export function hostGrid(hosts: readonly DiagramHost[]) {
  const counted = groupBy(
    hosts.flatMap(({ rows }) => rows),
    ({ who }) => who,
  ).map((rows) => ({
    who: rows[0]?.who ?? '',
    hosts: rows.length,
    flows: rows.flatMap(({ flows }) => flows),
  }));
  const top = GAP + counted.length * LINE + GAP;
  const cards = hosts.map((host) => ({ host, lines: linesOf(host) }));
  let y = top;
  const placed = chunks(cards, COLUMNS).flatMap((row) => {
    const height = Math.max(...row.map(({ lines }) => lines.length + 2)) * LINE + PAD;
    const at = y;
    y += height + GAP;
    return row.map((card, column) => ({ ...card, x: GAP + column * (CARD_WIDTH + GAP), y: at, height }));
  });
  const lines = placed.flatMap(({ lines: all, ...card }) =>
    all.map((line, index) => ({ ...line, x: card.x + PAD, y: card.y + (index + 3) * LINE })),
  );
  return {
    width: WIDTH,
    height: y,
    boxes: placed.map(({ host, x, y: at, height }) => ({
      ...{ x, y: at, width: CARD_WIDTH, height, color: COLOR.fail },
      isFailing: host.rows.some(({ verdict }) => verdict === 'fail'),
    })),
    lines: [],
    labels: [
      ...counted.map(({ who, hosts: count }, index) => ({
        ...{ x: GAP, y: GAP + (index + 1) * LINE, strong: true },
        text: `${cut(who, MAX_NAME)} → ${count} ${count === 1 ? 'host' : 'hosts'}`,
      })),
      ...placed.flatMap(({ host, x, y: at }) => [
        { x: x + PAD, y: at + LINE, text: cut(host.name, MAX_NAME), strong: true },
        { x: x + PAD, y: at + 2 * LINE, text: host.parts, strong: false },
      ]),
      ...lines.flatMap(({ label, x, y: at }) =>
        label === '' ? [] : [{ x, y: at, text: label, strong: false }],
      ),
    ],
    rows: [
      ...counted.map(({ flows }, index) => ({
        ...{ x: GAP + CARD_WIDTH + GAP, y: GAP + (index + 1) * LINE },
        runs: VERDICTS.flatMap((verdict) => {
          const count = flows.filter((flow) => flow.verdict === verdict).length;
          return count === 0
            ? []
            : [{ verdict, color: COLOR[verdict], symbols: `${SYMBOL[verdict]} ${count}   ` }];
        }),
      })),
      ...lines.flatMap(({ runs, x, y: at }) => (runs.length === 0 ? [] : [{ x, y: at, runs }])),
    ],
  };
}

const VERDICTS: readonly ShownVerdict[] = ['pass', 'fail', 'unproven', 'accepted'];

/** A line that names who connects, then their symbols. */
function linesOf({ rows }: DiagramHost) {
  return rows.flatMap(({ who, symbol, flows }) => [
    { label: `${symbol} ${cut(who, MAX_NAME - 2)}`, runs: [] },
    ...chunks(flows, PER_LINE).map((part) => ({ label: '', runs: runsOf(part) })),
  ]);
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
