import fc from 'fast-check';
import { firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { compare, type Disagreement } from './compare.ts';
import { clear, dialectOf, type Dialect, type Mode } from './modes.ts';
import type { Oracle, Round } from './oracle.ts';
import { LANES, PORTS } from './places.ts';

export interface Totals {
  readonly mode: Mode;
  readonly rulesets: number;
  /** Rulesets that the engine did not take, of these. */
  readonly refused: number;
  readonly pairs: number;
  readonly undecided: number;
  readonly seconds: number;
}

export interface Limits {
  readonly seed: number;
  /** Goes on until at least so many pairs were compared, */
  readonly pairs: number;
  /** or until then (of `performance.now()`), but compares some. */
  readonly until: number;
}

/** Rulesets of one call of the property checker: few, to look at the clock between. */
const RULESETS_AT_ONCE = 5;

/**
 * Random rulesets of one mode, each loaded into the kernel, and packets sent through it.
 * @throws Error with the smallest ruleset and the packets of which kernel and evaluator disagree, and how to see it again.
 */
export async function runMode(oracle: Oracle, mode: Mode, { seed, pairs, until }: Limits): Promise<Totals> {
  const dialect = dialectOf(mode, oracle);
  const totals = nothingCounted();
  const started = performance.now();
  let chunk = seed | 0;
  do {
    await checkSome(oracle, mode, dialect, chunk, totals);
    if (totals.rulesets >= ENOUGH_RULESETS && totals.refused > totals.rulesets / 2)
      throw new Error(`${mode.name}, seed ${seed}: the engine refuses most of what is made for it`);
    chunk = (chunk + 1) | 0;
  } while (totals.pairs < pairs && performance.now() < until);
  clear(mode, oracle);
  return { mode, ...totals, seconds: (performance.now() - started) / 1000 };
}

/** Of fewer, chance may make most a kind of ruleset that no engine takes. */
const ENOUGH_RULESETS = 50;

type Counted = Record<'rulesets' | 'refused' | 'pairs' | 'undecided', number>;

function nothingCounted(): Counted {
  return { rulesets: 0, refused: 0, pairs: 0, undecided: 0 };
}

async function checkSome(
  oracle: Oracle,
  mode: Mode,
  dialect: Dialect,
  seed: number,
  totals: Counted,
): Promise<void> {
  let first = '';
  let shrinkUntil = Infinity;
  const drawn = fc.record({ text: dialect.text, sample: fc.noShrink(fc.nat()) });
  const property = fc.asyncProperty(drawn, async ({ text, sample }) => {
    const rounds = roundsOf(mode, sample);
    if (first === '') {
      totals.rulesets += 1;
      const found = await disagreementsIn(oracle, dialect, text, rounds, PATIENCE_MS, totals);
      if (found.length === 0) return;
      first = shown(found);
      shrinkUntil = performance.now() + SHRINK_MS;
      throw new Error(first);
    }
    // What is not tried any more counts as right, so that the smallest found so far stays.
    if (performance.now() > shrinkUntil) return;
    const found = await disagreementsIn(oracle, dialect, text, rounds, SHRINK_PATIENCE_MS, nothingCounted());
    if (found.length > 0) throw new Error(shown(found));
  });
  const details = await fc.check(property, { seed, numRuns: RULESETS_AT_ONCE });
  if (!details.failed) return;
  const { counterexample, errorInstance } = details;
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Error(
    `${mode.name}, seed ${seed}:\n${why}\n${counterexample?.[0].text ?? ''}\nbefore shrinking:\n${first}\n` +
      `again with: npm run test:differential -- --seed ${seed} --mode "${mode.name}"`,
  );
}

function shown(disagreements: readonly Disagreement[]): string {
  return disagreements
    .slice(0, 5)
    .map(({ text }) => text)
    .join('\n');
}

/**
 * How long each further look at a disagreement waits for packets: only what is seen every time counts. A busy machine may be
 * that slow, so the last ones wait long.
 */
const PATIENCE_MS = [30, 300, 2000] as const;

/** While a failure is made smaller, one look at each: thousands are tried. */
const SHRINK_PATIENCE_MS = [300] as const;

/** How long a failure is made smaller. */
const SHRINK_MS = 20_000;

async function disagreementsIn(
  oracle: Oracle,
  dialect: Dialect,
  text: string,
  rounds: readonly Round[],
  patience: readonly number[],
  totals: Counted,
): Promise<readonly Disagreement[]> {
  // Some combinations of tests no engine takes: what it does not load is no ruleset.
  if (!(await isLoaded(oracle, dialect, text))) {
    totals.refused += 1;
    return [];
  }
  const machine = firewall([dialect.read(text)]);
  const found: Disagreement[] = [];
  for (const round of seesSourcePort(text) ? rounds.flatMap(onePortEach) : rounds) {
    const { pairs, undecided, disagreements } = compare(machine, round, await oracle.ask(round));
    totals.pairs += pairs;
    totals.undecided += undecided;
    let left = disagreements;
    // A busy machine may lose or delay a packet; what the kernel does patiently, and again, it does.
    for (const patienceMs of patience) {
      if (left.length === 0) break;
      const again = compare(machine, round, await oracle.ask(round, patienceMs)).disagreements;
      const names = new Set(again.map(({ packet }) => packet));
      left = left.filter(({ packet }) => names.has(packet));
    }
    found.push(...left);
  }
  return found;
}

/** @throws Error where the engine takes all that this mode makes, but not this. */
async function isLoaded(oracle: Oracle, { command, isAllTaken }: Dialect, text: string): Promise<boolean> {
  if (isAllTaken) await oracle.load(command, text);
  else
    try {
      await oracle.load(command, text);
    } catch {
      return false;
    }
  return true;
}

/**
 * Of two connections from one source port that NAT leads to one place, the later gets another source port and a status that tells
 * so. Where rules look at either, no two may go from one port; over TCP they never do.
 */
function seesSourcePort(text: string): boolean {
  return /status.*snat/i.test(text) || (/dnat|redirect/i.test(text) && /sport|source-port/.test(text));
}

function onePortEach(round: Round): readonly Round[] {
  return round.transport === 'tcp' ? [round] : round.ports.map((port) => ({ ...round, ports: [port] }));
}

const PORTS_ASKED = { udp: 6, tcp: 3 } as const;
const TCP_SOURCES = 10;

/** One round a lane, with a part of the ports (and of the sources, over TCP) that hangs on the sample alone. */
function roundsOf({ family, transport }: Mode, sample: number): readonly Round[] {
  return LANES.map((lane, index) => {
    const draw = generator(sample + index);
    const sources = lane.sources[family];
    const destinations = lane.destinations[family];
    return {
      lane,
      family,
      transport,
      sources: transport === 'udp' ? sources : some(sources, TCP_SOURCES, draw),
      destination: destinations[draw() % destinations.length]!,
      ports: some(PORTS, PORTS_ASKED[transport], draw),
      opening: draw() % 3 > 0 ? 'plain' : transport === 'tcp' ? 'ecn' : 'odd',
    };
  });
}

/** So many of them, in their order. */
function some<T>(all: readonly T[], count: number, draw: () => number): readonly T[] {
  const drawn = all.map((one, index) => ({ one, index, rank: draw() }));
  return drawn
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ one }) => one);
}

/** Small numbers from a seed (a linear congruence, as in Numerical Recipes). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
