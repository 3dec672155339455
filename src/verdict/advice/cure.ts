import type { Accept } from '../../firewall/netfilter/machine/with-accepts.ts';
import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import type { Change } from '../../firewall/proof/prove-access.ts';
import { FAMILIES, type Address, type Family } from '../../net/address.ts';
import { decidingEntry, ruleRef, translations } from '../trace/deciding-rule.ts';
import { ruleLabel } from '../trace/rule-label.ts';
import { isOfWindows, type Circumstances, type Failing, type Forbidden } from './circumstances.ts';
import { accepts, establishedAccept, translatedAccepts, type Selected, type Tool } from './inserted-rules.ts';
import { keepOut, ownOf, placeOf, selected, shutFirst, toKeep, toolOf, witnessesOf } from './keep-out.ts';
import { neighbourProtocol, neighbourSteps } from './neighbour-advice.ts';
import { run, say, stepText, type Step } from '../findings/step.ts';
import { windowsCure } from './windows-cure.ts';

/**
 * What to do about flows that are blocked or exposed. Rules of our own help only where they are looked at before the rule that
 * decides: those of iptables stand first in INPUT or FORWARD; nft's own table can refuse, but not accept for another table.
 * @param forbidden flows of the host that stay shut
 */
export function cure(
  failing: Failing,
  circumstances: Circumstances,
  forbidden: readonly Forbidden[],
): readonly Step[] {
  const { found, fate } = failing;
  const [flow] = failing.flows;
  if (flow !== undefined && isOfWindows(circumstances)) {
    const entry = decidingEntry(found.proof.trace, fate);
    return windowsCure(entry, fate, circumstances, flow.host);
  }
  const cures = FAMILIES.flatMap((family) =>
    witnessesOf(failing, family).map((witness) =>
      cureOfPath(witness, selected(failing, family, circumstances), failing, circumstances),
    ),
  );
  const change = {
    accepts: cures.flatMap((one) => one.accepts),
    forwards: cures.flatMap((one) => one.forwards),
  };
  const steps = [...shutFirst(change, forbidden, circumstances), ...cures.flatMap((one) => one.steps)];
  return unique(steps);
}

function unique(steps: readonly Step[]): readonly Step[] {
  const known = new Set<string>();
  return steps.filter((step) => !known.has(stepText(step)) && known.add(stepText(step)));
}

/** Steps, and what they change of the machine. */
type Cure = Change & { readonly steps: readonly Step[] };

function cureOfPath(witness: Address, them: Selected, failing: Failing, circumstances: Circumstances): Cure {
  const { found, fate } = failing;
  const steps: Step[] = [];
  const accepts: Accept[] = [];
  const forwards: Family[] = [];
  if (fate !== 'blocked') steps.push(...keepOut(found.pathOf(witness), them, failing, circumstances));
  // Behind the rule that decides another may drop it, or what follows: all of them are told at once.
  for (let trace = found.pathOf(witness); fate === 'blocked' && accepts.length < MAX_BEHIND;) {
    const entry = decidingEntry(trace, 'blocked');
    if (entry === null) break;
    steps.push(...letIn(entry, trace, them, failing, circumstances));
    if (isLeftByForwarding(entry)) forwards.push(witness.family);
    const accept = acceptBefore(entry, trace);
    if (accept === null || accepts.some((one) => isSame(one, accept))) break;
    accepts.push(accept);
    trace = found.pathWith(witness, accepts);
  }
  return { steps, accepts, forwards };
}

/** Rules behind one another that are told at once. */
const MAX_BEHIND = 8;

/** What {@link letIn} puts in before the rule, or where nobody knows how its chain is changed, the most that it may come to; null where another thing is changed. */
function acceptBefore(entry: TraceEntry, trace: readonly TraceEntry[]): Accept | null {
  if (neighbourProtocol(entry) !== null) return { before: entry, of: 'neighbours' };
  if (entry.type !== 'filter') return null;
  if (entry.direction === 'request')
    return isLeftByForwarding(entry) ? null : { before: entry, of: 'source' };
  return { before: entry, of: isUntracked(entry, trace) ? 'everything' : 'established' };
}

function isSame(one: Accept, other: Accept): boolean {
  const of = ({ of: whom, before: { file, family, table, base, hook } }: Accept): string =>
    JSON.stringify([whom, file, family, table, base, hook]);
  return of(one) === of(other);
}

function letIn(
  entry: TraceEntry,
  trace: readonly TraceEntry[],
  them: Selected,
  { flows }: Failing,
  circumstances: Circumstances,
): readonly Step[] {
  const [flow] = flows;
  if (flow === undefined) return [];
  const tool = toolOf(entry, circumstances);
  if (neighbourProtocol(entry) !== null) return neighbourSteps(entry, tool);
  if (entry.direction !== 'request') {
    if (entry.type !== 'filter' || isUntracked(entry, trace)) return [change(entry)];
    return acceptEstablished(entry, circumstances);
  }
  if (isLeftByForwarding(entry)) return startForwarding(them.family);
  if (entry.type === 'nat') return [change(entry)];
  const isTranslated = translations(trace).length > 0;
  if (isTranslated) {
    const steps = translatedAccepts(tool, entry, them);
    return steps.length === 0 ? [change(entry)] : [letInBefore(entry), ...steps];
  }
  const rules = isOwn(entry, tool) || isFirstWithIptables(entry, tool, circumstances);
  if (rules) return ownOf(tool, flow, circumstances);
  const steps = accepts(tool, entry, them);
  return steps.length === 0 ? [change(entry)] : [letInBefore(entry), ...steps];
}

/**
 * How those get through who are in doubt only because what comes after the first packet is dropped, or what finds neighbours; nothing
 * where the rule is about something else.
 */
export function goOn(
  entry: TraceEntry,
  trace: readonly TraceEntry[],
  circumstances: Circumstances,
  forbidden: readonly Forbidden[],
): readonly Step[] {
  if (isOfWindows(circumstances)) return [];
  const isAboutNeighbours = neighbourProtocol(entry) !== null;
  const isOfConnection = AFTER_THE_FIRST.includes(entry.direction) && entry.effect === 'drop';
  if (!isAboutNeighbours && (!isOfConnection || entry.type !== 'filter' || isUntracked(entry, trace)))
    return [];
  const accept: Accept = { before: entry, of: isAboutNeighbours ? 'neighbours' : 'established' };
  const steps = isAboutNeighbours
    ? neighbourSteps(entry, toolOf(entry, circumstances))
    : acceptEstablished(entry, circumstances);
  return unique([...shutFirst({ accepts: [accept], forwards: [] }, forbidden, circumstances), ...steps]);
}

/** What decides of a flow that is open is met by no packet that opens it. */
const AFTER_THE_FIRST: readonly TraceEntry['direction'][] = ['reply', 'request', 'later'];

function acceptEstablished(entry: TraceEntry, circumstances: Circumstances): readonly Step[] {
  return [say('Accept established connections:'), establishedAccept(toolOf(entry, circumstances), entry)];
}

/** NAT sends it to another machine, and this one does not forward. */
function isLeftByForwarding({ reasons }: TraceEntry): boolean {
  return reasons.some((reason) => reason.code === 'translated' && reason.lead === 'not-forwarded');
}

function startForwarding(family: Family): readonly Step[] {
  const setting = family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding';
  return [
    say(
      'The rule sends them to another machine, and this one does not forward packets. Let it forward, and collect again:',
    ),
    run('sysctl', '-w', `${setting}=1`),
  ];
}

function letInBefore(entry: TraceEntry): Step {
  return say(`Accept them before ${placeOf(entry)}${toKeep(entry, 'the rule')}`);
}

function change(entry: TraceEntry): Step {
  const why = entry.isUntracked === true ? ' (where it stands no connection is known yet)' : '';
  return say(`Change ${ruleLabel(ruleRef(entry))}${why}: no rule inserted elsewhere can admit them.`);
}

/** Written by `vwaudit rules`: written anew it takes the place of the old one. */
function isOwn({ table, chain }: TraceEntry, { language }: Tool): boolean {
  return language === 'nft' ? table === 'vwaudit' : chain === 'VWAUDIT';
}

function isFirstWithIptables(
  { table, hook, type }: TraceEntry,
  { language }: Tool,
  { invocation }: Circumstances,
): boolean {
  const isThere = invocation.hook !== 'output' && hook === invocation.hook;
  return language === 'iptables' && table === 'filter' && type === 'filter' && isThere;
}

/** What a rule takes out of connection tracking belongs to no connection, and nothing does in a chain before it. */
function isUntracked(entry: TraceEntry, trace: readonly TraceEntry[]): boolean {
  return entry.isUntracked === true || trace.some(({ actions }) => actions.includes('untrack'));
}
