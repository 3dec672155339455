import {
  intersect,
  isSame,
  isWithin,
  subtract,
  union,
  unionOf,
  type IntervalSet,
} from '../../net/interval-set.ts';
import { groupBy } from '../../group-by.ts';
import type { Scenario } from '../netfilter/scenario.ts';
import type { Firewall } from '../netfilter/machine/firewall.ts';
import { sendReply, sendRequest } from '../netfilter/packet-path.ts';
import { withoutAdmitted } from '../netfilter/machine/admitted.ts';
import { reachOf } from '../netfilter/owner.ts';
import type { Packet } from '../netfilter/packet.ts';
import { walkNeighbours, withNeighbours } from '../netfilter/neighbours/neighbours.ts';
import type { Outcome } from '../netfilter/outcome.ts';
import {
  collectedSet,
  drop,
  newEvaluation,
  type PacketState,
  type Evaluation,
  type Step,
} from '../netfilter/evaluation.ts';
import { joinAnswered } from './join-answered.ts';
import { knocksFor } from '../netfilter/matching/knock.ts';
import { splitScenario, type Split } from './cases/split-case.ts';
import { rememberCases } from './cases/remember-cases.ts';
import { combined, hasUnusualExceptions } from './cases/combine-cases.ts';
import { fairShare, isSpent, workOf } from '../netfilter/work.ts';
import { joinedNotes, newNotes } from '../netfilter/matching/notes.ts';

/** Splits the question of sources that hang on the same tests may be cut into before what is left stays undecided. */
const MAX_CASES = 512;

/** Groups of sources that hang on different tests; beyond them the rest is asked about together. */
const MAX_GROUPS = 1024;

/** Rules looked at before what is left stays undecided: marks that many rules change make each case a long one. */
const MAX_STEPS = 150_000;
const STEPS_A_RULE = 60;

/**
 * Decides a case for all its peers. Where the answer hangs on a source port or an interface that the question leaves
 * open, the peers it leaves undecided are asked again for each class of ports or names the rules tell apart.
 */
export function solve(
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
  assumptions: Set<string>,
  skipped: Evaluation['skipped'] = null,
): Outcome {
  const work = workOf(firewall);
  let groups = MAX_GROUPS;
  let steps = isSpent(firewall) ? fairShare(firewall) : MAX_STEPS + STEPS_A_RULE * firewall.ruleCount;
  const decide = (one: Scenario, many: IntervalSet, left: { cases: number }): Outcome => {
    if (steps <= 0) {
      work.isCut = true;
      return { ...NOBODY, undecided: many };
    }
    const { decided, outcome, split, steps: taken } = cut(firewall, one, many, assumptions, skipped);
    const { parts, quantifier } = split;
    const open = union(decided.undecided, outcome.undecided);
    steps -= taken;
    if (open.length === 0 || steps <= 0) return outcome;
    const isOnlyOne = parts.length <= 1 && quantifier !== 'plain';
    if (isOnlyOne) return outcome;
    const alike = groups > 0 ? groupsByTests(split, open) : [open];
    if (alike.length > 1) {
      groups -= alike.length;
      const outcomes = alike.map((each) => decide(one, each, { cases: left.cases }));
      return withParts(outcome, open, sumOf(outcomes));
    }
    if (parts.length > left.cases) {
      work.isCut = true;
      return outcome;
    }
    left.cases -= parts.length;
    const outcomes = parts.map((part) => ({ part, ...decide(part.case, open, left) }));
    if (hasUnusualExceptions(outcomes, quantifier))
      assumptions.add('clients connect from source ports 1024 and up');
    return withParts(outcome, open, combined(outcomes, quantifier));
  };
  return decide(asked, peers, { cases: MAX_CASES });
}

/** The outcome of a case whose open peers fare so in its parts. */
function withParts(
  outcome: Outcome,
  open: IntervalSet,
  { allowed, blocked, unresolved, depends, inPart }: Omit<Outcome, 'undecided'>,
): Outcome {
  const undecided = subtract(open, union(allowed, blocked, unresolved));
  return {
    allowed: union(outcome.allowed, allowed),
    blocked: union(outcome.blocked, blocked),
    undecided,
    unresolved: union(subtract(outcome.unresolved, open), unresolved),
    depends: intersect(undecided, depends),
    inPart,
  };
}

function sumOf(outcomes: readonly Outcome[]): Outcome {
  const all = (kind: keyof Outcome): IntervalSet => unionOf(outcomes.map((outcome) => outcome[kind]));
  return {
    ...{ allowed: all('allowed'), blocked: all('blocked'), undecided: all('undecided') },
    ...{ unresolved: all('unresolved'), depends: all('depends'), inPart: all('inPart') },
  };
}

/**
 * These peers, apart where a test that the case is cut by is open for some of them alone: each group hangs on few tests, all of them
 * together on all.
 */
export function groupsByTests({ parts, openFor }: Split, open: IntervalSet): readonly IntervalSet[] {
  if (!parts.some(({ conditions }) => conditions.some(({ kind }) => kind === 'test'))) return [open];
  const groups: IntervalSet[] = [];
  let rest = open;
  for (const whose of openFor.values()) {
    const those = intersect(rest, collectedSet(whose));
    if (those.length === 0 || isSame(those, rest)) continue;
    groups.push(those);
    rest = subtract(rest, those);
  }
  return [...groups, rest];
}

/** What one look at a case tells, and how it is cut where that leaves something open. */
interface Cut {
  /** By the rules that its packets meet. */
  readonly decided: Outcome;
  /** With those that find the neighbours. */
  readonly outcome: Outcome;
  readonly split: Split;
  readonly steps: number;
  readonly assumptions: readonly string[];
}

export function cut(
  firewall: Firewall,
  one: Scenario,
  many: IntervalSet,
  assumptions = new Set<string>(),
  skipped: Evaluation['skipped'] = null,
): Cut {
  const find = (): Cut => cutAnew(firewall, one, many, skipped);
  const found = skipped === null ? remembered(firewall, one, many, find) : find();
  for (const assumption of found.assumptions) assumptions.add(assumption);
  return found;
}

/** Those of a few questions. */
const remembered = rememberCases<Cut>(4096);

function cutAnew(firewall: Firewall, one: Scenario, many: IntervalSet, skipped: Evaluation['skipped']): Cut {
  const notes = newNotes();
  const decided = decideAtOnce(newEvaluation(firewall, notes, null, skipped), firewall, one, many);
  const { undecided } = decided.outcome;
  const found = newNotes();
  const outcome = withNeighbours(firewall, one, decided.outcome, () => decided.arrived, {
    notes: found,
    skipped,
  });
  const open = union(undecided, outcome.undecided);
  const about =
    undecided.length === 0
      ? { ...found, added: new Set([...notes.added, ...found.added]) }
      : joinedNotes(notes, found);
  return {
    ...{ decided: decided.outcome, outcome, steps: notes.steps + found.steps },
    split:
      open.length > 0
        ? splitScenario(one, about, (test) => knocksFor(firewall, one, test, open))
        : { parts: [], quantifier: 'cases', openTests: new Map(), openFor: new Map() },
    assumptions: [...notes.assumptions, ...found.assumptions],
  };
}

const NOBODY: Outcome = {
  ...{ allowed: [], blocked: [], undecided: [] },
  ...{ unresolved: [], depends: [], inPart: [] },
};

/** One run: peers that may only be accepted are allowed, those that may only be dropped are blocked. */
function decideAtOnce(
  run: Evaluation,
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
): { readonly outcome: Outcome; readonly arrived: readonly PacketState[] } {
  const { arrived, mayPass } = follow(run, firewall, asked, peers);
  if (run.budget <= 0) run.work.isCut = true;
  return run.budget <= 0
    ? { outcome: { ...NOBODY, undecided: peers }, arrived: [] }
    : { outcome: outcomeOf(mayPass, collectedSet(run.dropped)), arrived };
}

function outcomeOf(mayPass: IntervalSet, mayFail: IntervalSet): Outcome {
  const undecided = intersect(mayPass, mayFail);
  if (undecided.length === 0) return { ...NOBODY, allowed: mayPass, blocked: mayFail };
  return {
    ...NOBODY,
    allowed: subtract(mayPass, undecided),
    blocked: subtract(mayFail, undecided),
    undecided,
  };
}

/**
 * Visits every rule and policy the packets of these peers may meet: what finds their neighbours, where that matters, request before
 * reply. False where there are too many to visit all.
 */
export function walk(
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
  visit: (step: Step) => void,
  areJoinedKept = false,
): boolean {
  const isShut = (): boolean =>
    isWithin(peers, solve(firewall, { ...asked, neighbours: 'known' }, peers, new Set()).blocked);
  const findArrived = (): readonly PacketState[] =>
    decideAtOnce(newEvaluation(firewall, newNotes(), null), firewall, asked, peers).arrived;
  if (walkNeighbours(firewall, asked, peers, findArrived, visit, isShut) === 'ends') return true;
  const run = newEvaluation(firewall, newNotes(), visit, null, areJoinedKept);
  follow(run, firewall, asked, peers);
  return run.budget > 0;
}

interface Followed {
  /** The packets that get to the destination, as they do. */
  readonly arrived: readonly PacketState[];
  readonly mayPass: IntervalSet;
}

/** Those who may fail are the run's dropped. */
function follow(run: Evaluation, firewall: Firewall, asked: Scenario, peers: IntervalSet): Followed {
  const arrived = sendRequest(run, firewall, asked, peers)
    .filter((state) => reaches(run, asked, state))
    .flatMap((state) => withoutAdmitted(run, asked, state));
  const arrivedPeers = peersOf(arrived);
  if (asked.state !== 'new') return { arrived, mayPass: arrivedPeers };
  const states = joinAnswered(arrived, (state) => isAnswered(run, firewall, asked, state));
  const answered = followAnswers(run, firewall, asked, states);
  // A lone datagram has done its work without an answer, so for UDP a lost answer proves nothing either way.
  return { arrived, mayPass: asked.transport === 'udp' ? arrivedPeers : answered };
}

/** Sends the answers to the packets that arrived, and what follows the handshake. @returns the peers that may get an answer */
function followAnswers(
  run: Evaluation,
  firewall: Firewall,
  asked: Scenario,
  arrived: readonly PacketState[],
): IntervalSet {
  const answers = arrived.map((state) => ({ state, back: sendReply(run, firewall, asked, [state]) }));
  // Whoever must not get in has done so with one datagram.
  for (const { state, back } of asked.transport === 'udp' && asked.sender === 'anybody' ? [] : answers) {
    if (run.budget <= 0) break;
    for (const same of groupBy(back, ({ packet }) => String(packet.isUntracked))) {
      const later = establishedScenario(asked, state, same);
      // Of datagrams that conntrack sees no answer of, each is like the first.
      if (asked.transport === 'udp' && later.seen !== 'whole') continue;
      checkEstablished(run, firewall, later, subtract(peersOf(same), collectedSet(run.dropped)));
    }
  }
  return peersOf(answers.flatMap(({ back }) => back));
}

/** Whether all of these peers surely get an answer, and can go on. */
function isAnswered(run: Evaluation, firewall: Firewall, asked: Scenario, state: PacketState): boolean {
  const quiet = newEvaluation(firewall, newNotes(), null, run.skipped);
  const answered = followAnswers(quiet, firewall, asked, [state]);
  run.notes.steps += quiet.notes.steps;
  return quiet.budget > 0 && collectedSet(quiet.dropped).length === 0 && isWithin(state.peers, answered);
}

/** What NAT leads away from the host asked about is lost to it; what it may lead away may be. */
function reaches(run: Evaluation, asked: Scenario, { packet, peers }: PacketState): boolean {
  const reach = reachOf(asked, packet, run.notes);
  if (reach !== 'reached') drop(run, peers);
  return reach !== 'away';
}

/** What comes once the handshake is done. Rules on the way of either packet of it may have set the connection's mark. */
function establishedScenario(
  asked: Scenario,
  { packet }: PacketState,
  back: readonly PacketState[],
): Scenario {
  const isAnswerUntracked = back.some((answer) => answer.packet.isUntracked);
  const seen = packet.isUntracked ? 'nothing' : isAnswerUntracked ? 'request' : 'whole';
  const [mark = null, ...others] = new Set(back.map((answer) => answer.packet.numbers['ct-mark']));
  const numbers = { ...packet.numbers, 'ct-mark': others.length === 0 ? mark : null };
  const opened = seen === 'whole' ? { ...packet, numbers, opened: null } : null;
  return { ...asked, state: 'established', seen, original: opened };
}

/**
 * A handshake after which the packets of a side are dropped is neither in nor out: the client believes it is connected, and nobody
 * can talk. Whose later packets may be dropped may
 * have failed, however sure the handshake is.
 */
function checkEstablished(
  run: Evaluation,
  firewall: Firewall,
  later: Scenario,
  connected: IntervalSet,
): void {
  if (connected.length === 0) return;
  const quiet = { ...newEvaluation(firewall, run.notes, null, run.skipped), lastStep: run.lastStep };
  roundTrip(quiet, firewall, later, connected);
  if (run.notes.steps > run.lastStep) run.budget = 0;
  const stuck = quiet.budget > 0 ? intersect(collectedSet(quiet.dropped), connected) : connected;
  if (stuck.length === 0) return;
  drop(run, stuck);
  const { visit } = run;
  if (visit === null) return;
  const visitLater = (step: Step): void => {
    visit({ ...step, isLater: true });
  };
  const again = newEvaluation(firewall, newNotes(), visitLater, null, run.areJoinedKept);
  roundTrip(again, firewall, later, stuck);
}

/** A packet of either side. */
function roundTrip(run: Evaluation, firewall: Firewall, later: Scenario, peers: IntervalSet): void {
  const arrived = sendRequest(run, firewall, later, peers);
  const back = sendReply(run, firewall, later, arrived);
  for (const state of arrived) if (!isTranslatedAlike(state, later.original)) drop(run, state.peers);
  if (later.seen !== 'whole') {
    for (const state of back) if (!isTranslatedAlike(state, null)) drop(run, state.peers);
  } else if (back.some(({ packet }) => packet.isUntracked)) {
    sendRequest(run, firewall, { ...later, seen: 'one-side' }, peers);
  }
}

/** What is never tracked is not translated, and what was not tracked before may be picked up as new and translated only now. */
function isTranslatedAlike({ packet }: PacketState, opened: Packet | null): boolean {
  return (
    packet.isSourceTranslated === (opened?.isSourceTranslated ?? false) &&
    packet.isDestinationTranslated === (opened?.isDestinationTranslated ?? false)
  );
}

function peersOf(states: readonly PacketState[]): IntervalSet {
  return unionOf(states.map(({ peers }) => peers));
}
