import type { AccessProof } from '../../firewall/proof/prove-access.ts';
import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import { FAMILIES, type Address, type Family } from '../../net/address.ts';
import type { Prefix } from '../../net/prefix.ts';
import type { AccessFlow } from '../../ports/access-flows.ts';
import type { Site } from '../../deployment/site.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import type { Invocation } from './ask-again.ts';
import { decidingEntry, ruleRef, translations, type Fate } from '../trace/deciding-rule.ts';
import { ruleLabel, rulePlace } from '../trace/rule-label.ts';
import {
  accepts,
  establishedAccept,
  refusals,
  translatedAccepts,
  type Selected,
  type Tool,
} from './inserted-rules.ts';
import { windowsCure, type WindowsCircumstances } from './windows-cure.ts';
import { neighbourProtocol, neighbourSteps } from './neighbour-advice.ts';
import { ownRules } from './own-rules.ts';
import { run, say, stepText, type Step } from '../findings/step.ts';
import type { Backend } from '../../firewall/model/ruleset.ts';
import type { Accept } from '../../firewall/netfilter/machine/with-accepts.ts';

/** Flows of one host that one rule fails alike. */
export interface Failing {
  readonly flows: readonly AccessFlow[];
  /** By which they fail; null: by the ports themselves. */
  readonly entrance: Entrance | null;
  readonly found: AccessProof;
  readonly fate: Fate;
}

/** What the advice needs to know of the run. */
export interface Circumstances {
  readonly site: Site;
  readonly invocation: Invocation;
  /** What loads each file; the firewall's own. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** Taken for granted of the rules or their machine, though an ordinary machine may make it false. */
  readonly unstated?: readonly Unstated[];
  /** Of a Windows computer; absent where nobody asked. */
  readonly windows?: WindowsCircumstances;
  /** The file of a collection was given for the machine with the rules. */
  readonly isCollected?: boolean;
  /** Other addresses stand in the file than those that may be asked about. */
  readonly areAddressesReplaced?: boolean;
  /** By which interface alone strict `rp_filter` lets sources in, the first that has an address counting; none where it is not strict. */
  readonly strictWays?: readonly { readonly from: Prefix; readonly name: string | null }[];
  /** By which interface answers to sources leave, as the routes say; sources may come in by others. */
  readonly routedWays?: readonly { readonly from: Prefix; readonly name: string | null }[];
  /** By which interface the machine with the rules reaches the host, as its routes say; null where nobody knows. */
  readonly wayOut?: string | null;
  /** Stated interfaces that may be typing errors. */
  readonly misspelled?: readonly Misspelled[];
  /** What was collected on the host beside its rules; null where nobody collected it. */
  readonly machine?: KnownHost | null;
}

/** Something taken for granted, and what settles it. */
export interface Unstated {
  readonly text: string;
  /** A flag that states it, what the machine tells beside its rules, or a check from those who must get in. */
  readonly settledBy: '--complete' | '--forwarding' | 'collect' | 'check';
}

/** A stated interface that no rule tests, and the one that it may stand for. */
export interface Misspelled {
  /** Role or network; null for everybody. */
  readonly who: string | null;
  readonly name: string;
  readonly nearest: string;
}

/** Another port of the host, or another address, from which destination NAT leads to the port that was asked about. */
export interface Entrance {
  readonly port: number;
  /** Null for any of the machine's addresses. */
  readonly to: Address | null;
}

/** A host as its own tools describe it, beside its rules. */
export interface KnownHost {
  readonly name: string;
  /** Those that other machines may reach. */
  readonly addresses: readonly Address[];
  /** Null where its sockets are not known. */
  readonly isListening: (endpoint: Pick<Endpoint, 'transport' | 'port'>) => boolean | null;
  /** Ports that the system keeps for itself. */
  readonly portRanges: readonly PortRange[];
  /** Firewall products that registered themselves, besides the one whose rules are read. */
  readonly otherFirewalls: readonly string[];
}

/** `excluded`: nobody can listen there; `dynamic`: given to any program that connects. */
export interface PortRange {
  readonly kind: 'excluded' | 'dynamic';
  readonly transports: readonly Endpoint['transport'][];
  readonly first: number;
  readonly last: number;
  /** An administrator reserved it, which keeps other programs away. */
  readonly isAdministered: boolean;
}

/**
 * What to do about flows that are blocked or exposed. Rules of our own help only where they are looked at before the rule that
 * decides: those of iptables stand first in INPUT or FORWARD; nft's own table can refuse, but not accept for another table.
 */
export function cure(failing: Failing, circumstances: Circumstances): readonly Step[] {
  const { found, fate } = failing;
  const [flow] = failing.flows;
  if (flow !== undefined && [...circumstances.backends.values()].includes('wfp')) {
    const entry = decidingEntry(found.proof.trace, fate);
    return windowsCure(entry, fate, circumstances, flow.host);
  }
  const steps = FAMILIES.flatMap((family) =>
    witnessesOf(failing, family).flatMap((witness) =>
      cureOfPath(witness, selected(failing, family, circumstances), failing, circumstances),
    ),
  );
  const known = new Set<string>();
  return steps.filter((step) => !known.has(stepText(step)) && known.add(stepText(step)));
}

/** One of each of the largest shares: what mends the one need not mend the other. */
function witnessesOf({ found, fate }: Failing, family: Family): readonly Address[] {
  const shares = fate === 'undecided' ? [] : found.sharesOf(fate).largest.slice(0, MAX_CURED);
  return shares.flatMap(({ witnesses }) => witnesses.filter((witness) => witness.family === family));
}

const MAX_CURED = 8;

function cureOfPath(
  witness: Address,
  them: Selected,
  failing: Failing,
  circumstances: Circumstances,
): readonly Step[] {
  const { found, fate } = failing;
  if (fate !== 'blocked') return keepOut(found.pathOf(witness), them, failing, circumstances);
  const steps: Step[] = [];
  const accepts: Accept[] = [];
  // Behind the rule that decides another may drop it, or what follows: all of them are told at once.
  for (let trace = found.pathOf(witness); accepts.length < MAX_BEHIND;) {
    const entry = decidingEntry(trace, 'blocked');
    if (entry === null) break;
    steps.push(...letIn(entry, trace, them, failing, circumstances));
    const accept = acceptBefore(entry, trace);
    if (accept === null || accepts.some((one) => isSame(one, accept))) break;
    accepts.push(accept);
    trace = found.pathWith(witness, accepts);
  }
  return steps;
}

/** Rules behind one another that are told at once. */
const MAX_BEHIND = 8;

/** What {@link letIn} puts in before the rule; null where something else is changed. */
function acceptBefore(entry: TraceEntry, trace: readonly TraceEntry[]): Accept | null {
  if (entry.type !== 'filter' || neighbourProtocol(entry) !== null) return null;
  if (entry.direction === 'request')
    return isLeftByForwarding(entry) ? null : { before: entry, of: 'source' };
  return isUntracked(trace) ? null : { before: entry, of: 'established' };
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
    if (entry.type !== 'filter' || isUntracked(trace)) return [change(entry)];
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

/** Who is in doubt only because what comes after the first packet is dropped gets through by a rule for established connections. */
export function goOn(
  entry: TraceEntry,
  trace: readonly TraceEntry[],
  circumstances: Circumstances,
): readonly Step[] {
  const isOfConnection = AFTER_THE_FIRST.includes(entry.direction) && entry.effect === 'drop';
  const isWindows = [...circumstances.backends.values()].includes('wfp');
  if (!isOfConnection || isWindows || entry.type !== 'filter' || isUntracked(trace)) return [];
  return acceptEstablished(entry, circumstances);
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

/** Where an inserted rule goes, so that it stays. */
function toKeep({ table }: TraceEntry, what: 'the rule' | 'the rules'): string {
  if (table !== FIREWALLD) return `, and save ${what} with the others:`;
  return `. firewalld builds its table anew when it reloads: what nft inserts lasts until then, so give ${what} to firewalld too (firewall-cmd --permanent, in the zone of the interface):`;
}

/** The table that firewalld makes and removes. */
const FIREWALLD = 'firewalld';

function keepOut(
  trace: readonly TraceEntry[],
  them: Selected,
  { flows }: Failing,
  circumstances: Circumstances,
): readonly Step[] {
  const [flow] = flows;
  const [sent] = translations(trace);
  const entry = sent ?? decidingEntry(trace, 'allowed');
  if (flow === undefined) return [];
  const tool = toolOf(entry, circumstances);
  if (sent !== undefined) {
    const isHost = circumstances.invocation.hook === 'input';
    const steps = refusals(tool, sent, them, isHost);
    return [say(`Refuse everyone else before ${placeOf(sent)}${toKeep(sent, 'the rules')}`), ...steps];
  }
  return ownOf(tool, flow, circumstances);
}

function ownOf(tool: Tool, { host }: AccessFlow, circumstances: Circumstances): readonly Step[] {
  const { site } = circumstances;
  const placement = placementOf(circumstances);
  if (placement === 'gateway' && site.hosts.some(({ addresses }) => addresses.length === 0))
    return [
      say('Give the addresses of the hosts with --host or a site file: rules for a gateway need them.'),
    ];
  return [
    say('Generate rules that admit only the permitted addresses:'),
    ...ownRules(tool.language, site, host, { placement, backEnd: backEndOf(tool) }),
  ];
}

function placeOf(entry: TraceEntry): string {
  const place = rulePlace(entry, { withFile: true });
  return entry.kind === 'policy' ? `the policy of chain ${entry.chain} (${place})` : place;
}

function change(entry: TraceEntry): Step {
  return say(`Change ${ruleLabel(ruleRef(entry))}: no rule inserted elsewhere can admit them.`);
}

/** The connections of these flows; on a gateway, or on a machine that connects, only those to the host. */
function selected(
  { flows, entrance }: Failing,
  family: Family,
  { invocation: { hook } }: Circumstances,
): Selected {
  const [flow] = flows;
  const stated = flow?.host.addresses ?? [];
  const addresses = entrance === null ? stated : entrance.to === null ? [] : [entrance.to];
  return {
    family,
    ports: flows.map(({ endpoint: { transport, port } }) => ({ transport, port: entrance?.port ?? port })),
    destinations: hook === 'input' ? [] : addresses.filter((address) => address.family === family),
    permitted: (flow?.permitted ?? []).filter((prefix) => prefix.family === family),
  };
}

/** In whose words rules are advised; Windows has advice of its own. */
const TOOL: Readonly<Record<Exclude<Backend, 'wfp'>, Tool>> = {
  xtables: { language: 'iptables', backEnd: null },
  'xtables-legacy': { language: 'iptables', backEnd: 'legacy' },
  'xtables-nft': { language: 'iptables', backEnd: 'nft' },
  nf_tables: { language: 'nft' },
};

/** What loads the rule that decides. */
export function toolOf(entry: TraceEntry | null, { backends }: Pick<Circumstances, 'backends'>): Tool {
  const backend = backends.get(entry?.file ?? '') ?? [...backends.values()][0];
  return backend === undefined || backend === 'wfp' ? TOOL.nf_tables : TOOL[backend];
}

function backEndOf(tool: Tool): string | null {
  return tool.language === 'iptables' ? tool.backEnd : null;
}

function placementOf({ invocation: { hook } }: Circumstances): 'host' | 'gateway' {
  return hook === 'forward' ? 'gateway' : 'host';
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

/** What a rule takes out of connection tracking belongs to no connection. */
function isUntracked(trace: readonly TraceEntry[]): boolean {
  return trace.some(({ actions }) => actions.includes('untrack'));
}
