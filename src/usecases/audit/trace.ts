import { InputError } from '../../input-error.ts';
import { destinationClasses } from '../../firewall/proof/destination-classes.ts';
import {
  answerCases,
  caseFates,
  evaluate,
  traceRules,
  type AnswerCase,
} from '../../firewall/proof/evaluate.ts';
import { hasUnorderedLists } from '../../firewall/proof/unordered/passed-over.ts';
import { sharesOf, type Shares } from '../../firewall/proof/shares/shares.ts';
import { portForwards } from '../../firewall/netfilter/machine/port-forwards.ts';
import { firstTelling, withoutWay, type NoWay } from '../../firewall/proof/without-way.ts';
import { workOf } from '../../firewall/netfilter/work.ts';
import { unspokenIn } from '../../firewall/netfilter/machine/firewall.ts';
import type { Destination, FilterHook, RouteBack } from '../../firewall/model/question.ts';
import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import { parsePacket, type PacketQuestion } from '../../firewall/proof/parse-packet.ts';
import type { Address, Family } from '../../net/address.ts';
import { LINK_LOCAL } from '../../net/special-addresses.ts';
import { prefixOf, type Prefix } from '../../net/prefix.ts';
import type { System } from '../../system/system.ts';
import type { TracedPacket, TraceReport } from '../../verdict/reports/trace-report.ts';
import type { Tool } from '../../verdict/reports/head.ts';
import { FEW_NOT_MATCHED } from '../../verdict/trace/not-matched-rules.ts';
import { summarizeTrace } from '../../verdict/trace/summarize-trace.ts';
import { refuseUnknownFiles, type Dialects } from './dialects.ts';
import { readInput, sourceName } from '../read-input.ts';
import { addressSet, onlyAddress, singleAddress, toPrefixes } from '../../net/address-set.ts';
import { isSame, isWithin, overlaps, unionOf, type IntervalSet } from '../../net/interval-set.ts';
import { knownMachine, type KnownMachine } from './machine/known-machine.ts';
import { gatewayAssumptions, unstatedOf } from './machine/unstated.ts';
import {
  areRoutesTold,
  bridgingOf,
  crossedSegment,
  sharedSegment,
  type Segment,
} from './machine/own-segment.ts';
import { mayPassBridge } from '../../firewall/proof/access.ts';
import { showsBridge } from '../../firewall/netfilter/machine/shows-bridge.ts';
import { refuseOwnOfGateway } from './machine/refuse-other-machine.ts';
import { unpassed } from './machine/bridged-frames.ts';
import { cutOff } from './machine/cut-off.ts';
import { strays, straysAsNoWays } from './machine/strays.ts';
import { refuseUnknownInterfaces } from './interfaces/doubtful-interfaces.ts';
import { refuseInterfacesOfWindows } from './interfaces/refuse-interfaces.ts';
import { refuseUnspokenHook } from './refuse-unspoken-hook.ts';
import { NOTHING_STATED, profileOf, refuseWindowsOptions, type WindowsOptions } from './windows-options.ts';
import { readRulesets, refuseRulesetFiles } from './read-rulesets.ts';

export interface TraceOptions {
  /** `-` is standard input. */
  readonly files: readonly string[];
  readonly dialects: Dialects;
  readonly hook: FilterHook;
  /** Every address of the machine that runs the rules; none where nobody said. */
  readonly selfAddresses: readonly Address[];
  /** It is known to forward packets. */
  readonly isForwarding: boolean;
  /** Of a Windows computer; where nothing is stated, none. */
  readonly windows?: WindowsOptions;
  readonly packets: readonly string[];
  /** Name every stronger rule that does not match, not the first few. */
  readonly isVerbose?: boolean;
  /** A file with one packet a line; `-` is standard input, null is none. */
  readonly list: string | null;
}

interface TraceContext {
  readonly system: System;
  readonly tool: Tool;
}

interface AskedPacket {
  readonly text: string;
  readonly question: PacketQuestion;
}

/**
 * What a ruleset does with packets, and the rules each of them meets.
 * @throws InputError for rules or packets that can't be read
 */
export async function trace(options: TraceOptions, { system, tool }: TraceContext): Promise<TraceReport> {
  const { files, dialects, hook, windows = NOTHING_STATED, packets, list, isVerbose = false } = options;
  refuseRulesetFiles(list === null ? files : [...files, list]);
  refuseUnknownFiles(dialects, files);
  const given = packets.map((text): AskedPacket => ({ text, question: parsePacket(text, hook) }));
  const asked = [...given, ...(list === null ? [] : await readPackets(list, hook, system))];
  if (asked.length === 0) throw noPacket(list);
  const { firewall, firewallOf, facts } = await readRulesets(files, dialects, system, { ...windows, hook });
  refuseWindowsOptions(windows, [firewall], files);
  refuseUnspokenHook(firewall, hook, files, facts !== null);
  const known = knownMachine(options, facts);
  const { selfAddresses, isEverySelfKnown } = known;
  const named = asked.flatMap(({ text, question }) =>
    [question.interface, question.outInterface].flatMap((name) =>
      name === null ? [] : [{ place: `packet "${text}"`, name }],
    ),
  );
  refuseInterfacesOfWindows(named, [firewall]);
  refuseUnknownInterfaces(
    named.map(({ name }) => name),
    facts?.host ?? '',
    known.interfaceNames,
  );
  const isBridgeShown = hook === 'forward' && showsBridge(firewall);
  // What NAT leads on from an own address is forwarded.
  if (hook === 'forward' && facts?.isRedacted !== true && portForwards(firewall).length === 0)
    for (const { question } of asked)
      refuseOwnOfGateway(singleOf(question.destination), selfAddresses, files);
  const isWayOpen = hook !== 'output' && asked.some(({ question }) => question.interface === null);
  const routed = hook === 'forward' ? gatewayAssumptions(known, isBridgeShown) : [];
  const unstated = new Set<string>();
  const assumptions = new Set<string>([
    ...routed,
    ...known.assumptions,
    ...(isWayOpen ? known.unsureWays : []),
  ]);
  const isWayTold = areRoutesTold(known, hook);
  const classesOf = destinationClasses(firewall);
  const traced = asked.map(({ text, question }): TracedPacket => {
    const { destination } = question;
    const aims = singleOf(destination);
    const machine = firewallOf(hook === 'input' ? (facts?.programOf(question, aims) ?? null) : null);
    const profile = profileOf(windows) ?? known.profileOf(hook === 'input' ? aims : []);
    const asSeen = {
      ...question,
      interface: known.seenAs(question.interface),
      outInterface: known.seenAs(question.outInterface),
    };
    const wayIn = asSeen.interface ?? (isWayTold ? wayOf(question, known) : null);
    const routedOut = hook === 'forward' && isWayTold ? known.outInterfaceTo(aims) : null;
    const wayOut = asSeen.outInterface ?? routedOut;
    const segment = hook === 'forward' ? segmentOf(asSeen, known) : null;
    const classes = classesOf(destination);
    const parts = classes ?? [destination];
    const astray =
      hook === 'output'
        ? []
        : straysAsNoWays(strays([], asSeen.interface, { known, destinations: aims }), question.sources);
    const stated = [question.interface, question.outInterface].map((name) => ({ from: null, name }));
    const cut = cutOff(stated, known);
    // Frames from port to port of a bridge need no route.
    const frames = hook === 'forward' ? unpassed(segment === null ? [] : [segment], known) : [];
    const mayBeOwn = stated.every(({ name }) => name === null || name === 'lo');
    const deadOf = (part: Destination): readonly NoWay[] =>
      segment === null
        ? [...cut, ...known.deadFor(hook, aims, { aim: part, mayBeOwn }), ...astray, ...frames]
        : [...cut.filter(({ because }) => because.code === 'interface-down'), ...frames];
    const proofs = parts.map((part) => {
      const isForwarding = known.isForwarding[destination.family];
      const linkNetworks = known.linkedNetworks;
      const isBridging = hook === 'forward' && mayPassBridge(bridgingOf(known, isBridgeShown), wayIn, wayOut);
      const alone = isBridging ? ('unseen' as const) : ('none' as const);
      const framesOnLink = segment === null ? alone : (segment.bridged ?? ('unseen' as const));
      const machineOf = {
        selfAddresses,
        isEverySelfKnown,
        isForwarding,
        profile,
        framesOnLink,
        linkNetworks,
        routeBack: framesOnLink === 'none' ? routeBackOf(question, known) : null,
      };
      const about = { ...question, interface: wayIn, outInterface: wayOut, destination: part, ...machineOf };
      const pathOf = (source: Address): readonly TraceEntry[] =>
        traceRules(machine, { ...about, sources: [prefixOf(source)] });
      const found = withoutWay(evaluate(machine, about), deadOf(part));
      const shares = (kind: 'allowed' | 'blocked'): Shares =>
        sharesOf(machine, [
          {
            question: about,
            decided: {
              kind,
              sources: found[kind],
              unresolved: found.unresolved,
              inPart: found.inPart,
              to: null,
            },
          },
        ]);
      const casesOf = (source: Address): readonly AnswerCase[] =>
        answerCases(machine, { ...about, sources: [prefixOf(source)] });
      const areCasesOfAll = (source: Address): boolean => {
        const { family } = destination;
        if (isSame(found.undecided[family], singleAddress(source))) return true;
        const sources = toPrefixes(found.undecided[family], family, MAX_COMPARED);
        const fatesOf = (those: readonly Prefix[]): string =>
          caseFates(machine, { ...about, sources: those }).join();
        return sources.length < MAX_COMPARED && fatesOf(sources) === fatesOf([prefixOf(source)]);
      };
      const isUnordered = asked.length <= MAX_EXPLAINED && hasUnorderedLists(machine);
      return {
        destination: part,
        proof: found,
        isUnordered,
        pathOf,
        casesOf,
        areCasesOfAll,
        sharesOf: shares,
      };
    });
    for (const { proof } of proofs) for (const one of proof.assumptions) assumptions.add(one);
    const reliesOn = unstatedOf({
      ...{ firewall, known, isCollected: facts !== null, ofGateway: routed },
      interfaces: question.interface === null ? [] : [{ who: null, name: question.interface }],
      outInterface: question.outInterface,
    });
    const placed = {
      sources: hook === 'output' ? [] : question.sources,
      places: [{ from: null, name: asSeen.interface }],
      destinations: aims,
      aims:
        hook === 'forward' && isWayTold && segment === null
          ? { addresses: aims, sources: question.sources, name: asSeen.outInterface }
          : null,
    };
    for (const { proof } of proofs)
      for (const { text: one } of reliesOn({ isRoutedBack: true, ...placed, assumptions: proof.assumptions }))
        unstated.add(one);
    for (const one of unstated) assumptions.add(one);
    const { family } = destination;
    const unspoken = unspokenIn(machine, family);
    const isOrderOpen = machine.otherOrder !== null;
    const open = unionOf(proofs.map(({ proof }) => proof.undecided[family]));
    const noWay = firstNoWay(parts.flatMap(deadOf), open, family);
    return summarizeTrace(text, proofs, {
      ...{ unspoken, isOrderOpen, noWay },
      isCut: workOf(machine).isCut,
      isTooWide: classes === null,
      mostNotMatched: isVerbose ? Infinity : FEW_NOT_MATCHED,
    });
  });
  return {
    schemaVersion: 1,
    kind: 'trace',
    tool,
    assumptions: [...assumptions].sort(),
    unstated: [...unstated].sort(),
    hook,
    packets: traced,
  };
}

/** Whether all of more prefixes fare alike is not looked at. */
const MAX_COMPARED = 512;

/** Of more packets nobody reads which rules do not match. */
const MAX_EXPLAINED = 64;

/** The interface that all sources come in by, as the machine's routes say; null where they leave it open. */
function wayOf({ hook, sources, destination }: PacketQuestion, known: KnownMachine): string | null {
  if (hook === 'output') return null;
  const { family } = destination;
  const asked = addressSet(sources, family);
  const first = known
    .interfacesTowards(singleOf(destination))
    .filter(({ from }) => from.family === family)
    .find(({ from }) => overlaps(addressSet([from], family), asked));
  if (first === undefined || first.isSure === false) return null;
  return isWithin(asked, addressSet([first.from], family)) ? first.name : null;
}

/** How answers to all of the sources leave; null where no routes are known. */
function routeBackOf({ sources, destination }: PacketQuestion, known: KnownMachine): RouteBack | null {
  const { family } = destination;
  const asked = addressSet(sources, family);
  if (isWithin(asked, LINK_LOCAL[family]) && family === 6) return null;
  const first = known
    .routesBack(singleOf(destination))
    .find(({ to }) => to.family === family && overlaps(addressSet([to], family), asked));
  if (first === undefined) return null;
  const isOfAll = isWithin(asked, addressSet([first.to], family));
  return { interface: isOfAll ? first.interface : null, hangsOnAddress: first.hangsOnAddress };
}

/** The network that both ends are in, unless the packet is said to come or leave by another interface. */
function segmentOf(question: PacketQuestion, known: KnownMachine): Segment | null {
  const { interface: from, outInterface: to, sources } = question;
  const crossed = from === to ? sources.map((source) => crossedSegment(source, from, known))[0] : null;
  if (crossed !== undefined && crossed !== null) return crossed;
  const segment = sharedSegment(sources, singleOf(question.destination), known);
  const isElsewhere = [from, to].some((name) => name !== null && name !== segment?.interface);
  // Who names both interfaces says that it passes here.
  const isStated = from !== null && to !== null;
  return isElsewhere || (isStated && (segment?.bridged ?? null) === null) ? null : segment;
}

/** Of those that concern some of the sources, one that can be named. */
function firstNoWay(dead: readonly NoWay[], sources: IntervalSet, family: Family): NoWay | null {
  const own = dead.filter(({ of }) => overlaps(of[family], sources));
  return firstTelling(own);
}

/** The address, where it is one. */
function singleOf({ family, in: set }: Destination): readonly Address[] {
  const only = onlyAddress(set, family);
  return only === undefined ? [] : [only];
}

/** One packet a line; empty lines and those that begin with `#` say nothing. */
async function readPackets(list: string, hook: FilterHook, system: System): Promise<readonly AskedPacket[]> {
  const file = sourceName(list);
  return (await readInput(list, system)).split('\n').flatMap((line, index) => {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return [];
    return [{ text, question: parsePacket(line, hook, { file, line: index + 1 }) }];
  });
}

function noPacket(list: string | null): InputError {
  const fix =
    'give --packet "tcp 10.30.0.5 > 10.20.0.11:102", or a file of packets, for example --packet-file packets.txt';
  return list === null
    ? new InputError({ code: 'no-packet', message: 'no packet is given', fix })
    : new InputError({ code: 'no-packet', message: 'the packet file contains no packet', value: list, fix });
}
