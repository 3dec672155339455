import { intersect, isWithin, subtract, union, type IntervalSet } from '../../net/interval-set.ts';
import { groupBy } from '../../group-by.ts';
import type { Scenario } from '../netfilter/scenario.ts';
import type { Firewall } from '../netfilter/machine/firewall.ts';
import { sendReply, sendRequest } from '../netfilter/packet-path.ts';
import { reachOf } from '../netfilter/machine/owner.ts';
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
import { splitScenario, type ScenarioPart } from './split-case.ts';
import { newNotes, type Notes } from '../netfilter/matching/match-packet.ts';

/** Splits one question may be cut into before what is left stays undecided. */
const MAX_CASES = 256;

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
  let cases = MAX_CASES;
  let steps = MAX_STEPS + STEPS_A_RULE * firewall.ruleCount;
  const decide = (one: Scenario, many: IntervalSet): Outcome => {
    if (steps <= 0) return { ...NOBODY, undecided: many };
    const notes = newNotes();
    const decided = decideAtOnce(newEvaluation(firewall, notes, null, skipped), firewall, one, many);
    const found = newNotes();
    const outcome = withNeighbours(firewall, one, decided, { notes: found, skipped });
    for (const assumption of [...notes.assumptions, ...found.assumptions]) assumptions.add(assumption);
    const open = union(decided.undecided, outcome.undecided);
    steps -= notes.steps + found.steps;
    if (open.length === 0 || steps <= 0) return outcome;
    const { parts, isChosen } = splitScenario(
      one,
      decided.undecided.length === 0 ? found : joined(notes, found),
    );
    if (parts.length <= 1 || parts.length > cases) return outcome;
    cases -= parts.length;
    const outcomes = parts.map((part) => ({ part, ...decide(part.case, open) }));
    const usual = isChosen ? outcomes : outcomes.filter(({ part }) => part.isUsual);
    const allowed = usual.map((part) => part.allowed).reduce(isChosen ? (a, b) => union(a, b) : intersect);
    const blocked = outcomes.map((part) => part.blocked).reduce(intersect);
    const unresolved = subtract(
      outcomes.map((part) => union(part.blocked, part.unresolved)).reduce(intersect),
      blocked,
    );
    if (!isChosen && outcomes.some(({ part, ...of }) => !part.isUsual && !isWithin(allowed, of.allowed))) {
      assumptions.add('clients connect from source ports 1024 and up');
    }
    return {
      allowed: union(outcome.allowed, allowed),
      blocked: union(outcome.blocked, blocked),
      undecided: subtract(open, union(allowed, blocked, unresolved)),
      unresolved: union(subtract(outcome.unresolved, open), unresolved),
    };
  };
  return decide(asked, peers);
}

function joined(a: Notes, b: Notes): Notes {
  return {
    ...a,
    interfacePatterns: new Set([...a.interfacePatterns, ...b.interfacePatterns]),
    steps: a.steps + b.steps,
  };
}

/**
 * The case as a sender who wants to get in chooses it for these peers, as far as there is a choice that gets them in; where they get
 * in by every interface, by one that no rule names.
 */
export function chosenScenario(firewall: Firewall, asked: Scenario, peers: IntervalSet): Scenario {
  const notes = newNotes();
  const { allowed } = decideAtOnce(newEvaluation(firewall, notes, null), firewall, asked, peers);
  if (isWithin(peers, allowed)) return asked;
  const { parts, isChosen } = splitScenario(asked, notes);
  const isIn = (one: ScenarioPart): boolean =>
    isWithin(peers, solve(firewall, one.case, peers, new Set()).allowed);
  const part = isChosen ? parts.find(isIn) : parts.every(isIn) ? parts.at(-1) : undefined;
  return part === undefined ? asked : chosenScenario(firewall, part.case, peers);
}

const NOBODY: Outcome = { allowed: [], blocked: [], undecided: [], unresolved: [] };

/** One run: peers that may only be accepted are allowed, those that may only be dropped are blocked. */
function decideAtOnce(run: Evaluation, firewall: Firewall, asked: Scenario, peers: IntervalSet): Outcome {
  const { mayPass, mayFail } = follow(run, firewall, asked, peers);
  if (run.budget <= 0) return { ...NOBODY, undecided: peers };
  const undecided = intersect(mayPass, mayFail);
  if (undecided.length === 0) return { ...NOBODY, allowed: mayPass, blocked: mayFail };
  return {
    allowed: subtract(mayPass, undecided),
    blocked: subtract(mayFail, undecided),
    undecided,
    unresolved: [],
  };
}

/** Visits every rule and policy the packets of these peers may meet: what finds their neighbours, where that matters, request before reply. */
export function walk(
  firewall: Firewall,
  asked: Scenario,
  peers: IntervalSet,
  visit: (step: Step) => void,
): void {
  const isShut = (): boolean =>
    isWithin(peers, solve(firewall, { ...asked, neighbours: 'known' }, peers, new Set()).blocked);
  if (walkNeighbours(firewall, asked, peers, visit, isShut) === 'goes-on')
    follow(newEvaluation(firewall, newNotes(), visit), firewall, asked, peers);
}

interface Fates {
  readonly mayPass: IntervalSet;
  readonly mayFail: IntervalSet;
}

function follow(run: Evaluation, firewall: Firewall, asked: Scenario, peers: IntervalSet): Fates {
  const arrived = sendRequest(run, firewall, asked, peers).filter((state) => reaches(run, asked, state));
  const arrivedPeers = peersOf(arrived);
  if (asked.state !== 'new') return { mayPass: arrivedPeers, mayFail: collectedSet(run.dropped) };
  const answers = arrived.map((state) => ({ state, back: sendReply(run, firewall, asked, [state]) }));
  const answered = peersOf(answers.flatMap(({ back }) => back));
  // A lone datagram has done its work without an answer, so for UDP a lost answer proves nothing either way.
  if (asked.transport === 'udp') return { mayPass: arrivedPeers, mayFail: collectedSet(run.dropped) };
  for (const { state, back } of answers)
    for (const same of groupBy(back, ({ packet }) => String(packet.isUntracked)))
      checkEstablished(
        run,
        firewall,
        establishedScenario(asked, state, same),
        subtract(peersOf(same), collectedSet(run.dropped)),
      );
  return { mayPass: answered, mayFail: collectedSet(run.dropped) };
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
  const quiet = newEvaluation(firewall, run.notes, null, run.skipped);
  roundTrip(quiet, firewall, later, connected);
  const stuck = quiet.budget > 0 ? intersect(collectedSet(quiet.dropped), connected) : connected;
  if (stuck.length === 0) return;
  drop(run, stuck);
  const { visit } = run;
  if (visit === null) return;
  const told = newEvaluation(firewall, newNotes(), (step) => {
    visit({ ...step, isLater: true });
  });
  roundTrip(told, firewall, later, stuck);
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
  return union(...states.map(({ peers }) => peers));
}
