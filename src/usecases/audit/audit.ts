import { accessProver, type AccessProof } from '../../firewall/proof/prove-access.ts';
import type { FilterHook } from '../../firewall/model/question.ts';
import { accessFlows, type AccessFlow } from '../../ports/access-flows.ts';
import { FAMILIES, formatAddress, type Address, type Family } from '../../net/address.ts';
import { addressSet, eachFamily, EVERY_ADDRESS } from '../../net/address-set.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { NoWay } from '../../firewall/proof/without-way.ts';
import { assumptionsOf } from '../../ports/peers.ts';
import {
  interfaceOfOthers,
  interfacesOf,
  interfaceTowards,
  mayComeByAny,
  statedOnGateway,
  type InterfaceOf,
  type StatedInterface,
} from '../../ports/stated-interfaces.ts';
import type { Host, Site } from '../../deployment/site.ts';
import type { System } from '../../system/system.ts';
import type { AuditReport } from '../../verdict/reports/audit-report.ts';
import { reportHead, type Tool } from '../../verdict/reports/head.ts';
import type { Invocation } from '../../verdict/advice/ask-again.ts';
import { judgeAudit, type Audited } from '../../verdict/audit/judge-audit.ts';
import { siteArguments } from '../../verdict/advice/site-arguments.ts';
import { PROFILES } from '../../firewall/languages/windows/policy/profile.ts';
import type { ListeningProgram, MachineFacts } from '../../facts/machine-facts.ts';
import type { Firewall } from '../../firewall/netfilter/machine/firewall.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import { refuseUnknownFiles, type Dialects } from './dialects.ts';
import {
  addressesOf,
  knownHost,
  knownMachine,
  unstatedAddresses,
  type KnownMachine,
} from './known-machine.ts';
import { readRulesets, refuseRulesetFiles } from './read-rulesets.ts';
import { doubtfulInterfaces } from './doubtful-interfaces.ts';
import { hostInterfaces } from './host-interfaces.ts';
import {
  passingFlow,
  bridgingOf,
  shareLink,
  takenForGranted,
  exceptFrames,
  segmentNotes,
  segmentsOf,
  type PassingFlow,
  type Segment,
} from './own-segment.ts';
import { interfacesOfRules, interfacesTested } from '../../firewall/proof/named-interfaces.ts';
import { showsBridge } from '../../firewall/netfilter/machine/shows-bridge.ts';
import { refuseOtherMachine } from './refuse-other-machine.ts';
import { unknownInterfaces } from './unknown-interfaces.ts';
import { refuseUnspokenHook } from './refuse-unspoken-hook.ts';
import { orUnknownHost, rulesetsOfHosts } from './rulesets-of-hosts.ts';
import {
  NOTHING_STATED,
  profileOf,
  refuseWindowsOptions,
  windowsArguments,
  type WindowsOptions,
} from './windows-options.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';

export interface AuditOptions {
  /** `FILE` or `HOST=FILE`; `-` is standard input. */
  readonly files: readonly string[];
  readonly dialects: Dialects;
  readonly hook: FilterHook;
  readonly interfaces: readonly StatedInterface[];
  /** On a gateway the interface towards the hosts; null where nobody named it. */
  readonly outInterface?: string | null;
  /** The host of the site whose rules these are. */
  readonly rulesOf: string | null;
  /** Every address of the machine that runs the rules; none where nobody said. */
  readonly selfAddresses: readonly Address[];
  /** It is known to forward packets. */
  readonly isForwarding: boolean;
  /** Of a Windows computer; where nothing is stated, none. */
  readonly windows?: WindowsOptions;
}

interface AuditContext {
  readonly system: System;
  readonly tool: Tool;
}

/**
 * Proves what existing rules do with every flow of the site; nothing is sent, and nothing needs to run.
 * @throws InputError for rules that can't be read
 */
export async function audit(
  site: Site,
  given: AuditOptions,
  { system, tool }: AuditContext,
): Promise<AuditReport> {
  const { files, dialects, hook, rulesOf } = given;
  refuseRulesetFiles(files);
  refuseUnknownFiles(dialects, files);
  const owned = rulesetsOfHosts(files, rulesOf, site);
  const roles = new Set(owned.flatMap(({ host }) => flowsOf(host, site, hook).map(({ role }) => role)));
  const stated = hook === 'forward' ? statedOnGateway(given.interfaces, roles) : given.interfaces;
  const interfaces = [...stated, ...(site.interfaces ?? [])];
  const firewalls = new Map<string, Promise<Machine>>();
  const read = (names: readonly string[]): Promise<Machine> => {
    const key = names.join('\0');
    const known =
      firewalls.get(key) ??
      readRulesets(names, dialects, system, given.windows ?? NOTHING_STATED).then(
        ({ firewall, firewallOf, facts }) => {
          refuseUnspokenHook(firewall, hook, names);
          const provers = new Map<Firewall, Prover>();
          const proverOf = (program: ListeningProgram | null): Prover => {
            const own = firewallOf(program);
            const prove = provers.get(own) ?? accessProver(own);
            provers.set(own, prove);
            return prove;
          };
          const isCollected = facts !== null && facts.listeners !== null;
          const setAside = isCollected ? [] : setAsideOn(firewall, hook);
          let found: ReadonlySet<string> | undefined;
          const namesInRules = (): ReadonlySet<string> => (found ??= interfacesOfRules(firewall));
          return { proverOf, firewall, facts, setAside, namesInRules };
        },
        (error: unknown) => {
          throw orUnknownHost(error, site);
        },
      );
    firewalls.set(key, known);
    return known;
  };
  const answers: (Answer & Pick<Audited, 'circumstances'>)[] = [];
  const invocation = invocationOf(site, { ...given, interfaces: stated });
  const machines = new Set<KnownMachine>();
  const unused = new Set<string>();
  const routed = new Set<string>();
  const passing: PassingFlow[] = [];
  const segments: Segment[] = [];
  for (const { host, files: names } of owned) {
    const { proverOf, firewall, facts, namesInRules } = await read(names);
    if (hook === 'input' && given.selfAddresses.length === 0) refuseOtherMachine(host, facts, names);
    const { backends, withoutLocalRules } = firewall;
    const known = knownMachine(given, facts);
    machines.add(known);
    const addresses = hook === 'input' ? addressesOf(host.addresses, facts) : host.addresses;
    const machine = hook === 'input' ? knownHost(facts, addresses) : null;
    const profile = profileAt(addresses, known, given);
    const windows = { profile: profile === null ? null : (PROFILES[profile] ?? null), withoutLocalRules };
    const circumstances = { site, invocation, backends, windows, machine };
    const listening = addresses.length > 0 ? addresses : (facts?.addresses ?? []);
    const programOf: Asked['programOf'] = (port) =>
      hook === 'input' ? (facts?.programOf(port, listening) ?? null) : null;
    const { interfaces: own, assumption } = hostInterfaces(host, { site, hook, stated, facts, namesInRules });
    if (assumption !== null) unused.add(assumption);
    const outInterface = given.outInterface ?? interfaceTowards(host, own);
    const doubt = doubtfulInterfaces({
      host: facts?.host ?? host.key,
      interfaces: own,
      outInterface: hook === 'forward' ? outInterface : null,
      collected: known.interfaceNames,
      tested: {
        in: interfacesTested(firewall, hook === 'output' ? 'out-interface' : 'in-interface'),
        out: interfacesTested(firewall, 'out-interface'),
      },
    });
    for (const note of doubt.notes) unused.add(note);
    for (const note of unknownInterfaces({ hook, facts, stated: own, namesInRules })) unused.add(note);
    const options = { ...given, interfaces: own, outInterface };
    const isBridgeShown = hook === 'forward' && showsBridge(firewall);
    const unstated = hook === 'input' ? unstatedAddresses(addresses, facts) : [];
    if (unstated.length > 0) unused.add(alsoReached(host, unstated));
    const asked = auditHost(host, {
      ...{ site, options, addresses, unstated, known, isBridgeShown, proverOf, programOf },
      doubtful: doubt.names,
    });
    for (const one of asked.routed) routed.add(one);
    answers.push(...asked.answers.map((answer) => ({ ...answer, circumstances })));
    passing.push(...asked.passing);
    segments.push(...asked.segments);
  }
  const all = await Promise.all(firewalls.values());
  refuseWindowsOptions(
    given.windows ?? NOTHING_STATED,
    all.map(({ firewall }) => firewall),
    files,
  );
  const setAside = all.flatMap((machine) => machine.setAside);
  const audited = answers.flatMap(({ flow, found, circumstances }) =>
    found === null ? [] : [{ flow, found, circumstances }],
  );
  const assumed = audited.flatMap(({ found }) => found.proof.assumptions);
  const isShared = hook === 'input' && owned.length > 1 && firewalls.size < owned.length;
  const assumptions = [
    ...assumptionsOf(site),
    ...(isShared
      ? [
          'hosts without a file of their own run the same rules (give HOST=FILE for each, for example maps-a=rules-a.txt)',
        ]
      : []),
    ...(hook === 'output' ? ['--hook output: only required flows are checked'] : []),
    ...(hook === 'forward' ? ['both directions of a connection pass through this gateway'] : []),
    ...routed,
    ...assumedInterfaces(stated, hook),
    ...(given.outInterface === null || given.outInterface === undefined
      ? []
      : [`the hosts are reached by ${given.outInterface} (--out-interface)`]),
    ...(setAside.length === 0
      ? []
      : [
          `${setAside.length} active rules are for other programs (Windows components, services, app packages)`,
        ]),
    ...unused,
    ...segmentNotes(passing, segments),
    ...new Set([...machines].flatMap((machine) => machine.assumptions)),
    ...(hook === 'output' || stated.some(({ who }) => who === null)
      ? []
      : new Set([...machines].flatMap((machine) => machine.unsureWays))),
    ...new Set(answers.flatMap(unreachable)),
    ...[...new Set(assumed)].sort(),
  ];
  return {
    ...reportHead('audit', { tool, site, assumptions }),
    hook,
    interface: interfaces.find(({ who }) => who === null)?.name ?? null,
    interfaces: interfaces.map(({ who, name }) => ({ who: whoText(who), name })),
    ...(setAside.length === 0 ? {} : { setAside }),
    ...judgeAudit(audited),
  };
}

type Prover = ReturnType<typeof accessProver>;

interface Machine {
  readonly proverOf: (program: ListeningProgram | null) => Prover;
  readonly firewall: Firewall;
  /** Rules for other programs than an ordinary one. */
  readonly setAside: readonly RuleRef[];
  readonly facts: MachineFacts | null;
  /** The interfaces that the rules name. */
  readonly namesInRules: () => ReadonlySet<string>;
}

/** Where it is collected what listens, nothing is left out for want of it. */
function setAsideOn({ setAside }: Firewall, hook: FilterHook): readonly RuleRef[] {
  return setAside.filter((one) => one.hook === hook).map(({ rule }) => rule);
}

function invocationOf(site: Site, options: AuditOptions): Invocation {
  const { files, dialects, hook, interfaces, outInterface, rulesOf, selfAddresses, isForwarding } = options;
  const named = interfaces.map(({ who, name }) => (who === null ? name : `${whoText(who) ?? ''}=${name}`));
  const argv = [
    ...['vwaudit', 'audit', ...files],
    ...Array.from(dialects.ofFile, ([file, dialect]) => ['--dialect', `${file}=${dialect}`]).flat(),
    ...(dialects.ofOthers === null ? [] : ['--dialect', dialects.ofOthers]),
    ...(hook === 'input' ? [] : ['--hook', hook]),
    ...named.flatMap((text) => ['--interface', text]),
    ...(outInterface === null || outInterface === undefined ? [] : ['--out-interface', outInterface]),
    ...(rulesOf === null ? [] : ['--rules-of', rulesOf]),
    ...selfAddresses.flatMap((address) => ['--self-address', formatAddress(address)]),
    ...(isForwarding ? ['--forwarding'] : []),
    ...windowsArguments(options.windows ?? NOTHING_STATED),
    ...siteArguments(site, 'all'),
  ];
  return { hook, files, interfaces, argv };
}

interface Answer {
  readonly flow: AccessFlow;
  /** Null where there was nobody to ask about. */
  readonly found: AccessProof | null;
  /** Some of its sources are in the segment of the host, which the note about the segment is about. */
  readonly isPartWithin: boolean;
}

interface Asked {
  readonly site: Site;
  readonly options: AuditOptions;
  /** Of the host, as far as known. */
  readonly addresses: readonly Address[];
  /** Further ones by which nobody else may reach it. */
  readonly unstated: readonly Address[];
  readonly known: KnownMachine;
  readonly isBridgeShown: boolean;
  /** Interfaces that may be called otherwise. */
  readonly doubtful: ReadonlySet<string>;
  readonly proverOf: Machine['proverOf'];
  /** Of the host, what listens on the port; null where nobody knows. */
  readonly programOf: (port: Pick<Endpoint, 'transport' | 'port'>) => ListeningProgram | null;
}

interface AuditedHost {
  readonly answers: readonly Answer[];
  /** What its gateway is asked about, and what stays on the links of the host. */
  readonly passing: readonly PassingFlow[];
  readonly segments: readonly Segment[];
  /** What is taken for granted of the gateway. */
  readonly routed: readonly string[];
}

function auditHost(host: Host, asked: Asked): AuditedHost {
  const { site, options, addresses, unstated, known, isBridgeShown, doubtful, proverOf, programOf } = asked;
  const isSure = (name: string | null): boolean => name === null || !doubtful.has(name);
  const { hook, interfaces } = options;
  const { selfAddresses, isEverySelfKnown, isForwarding } = known;
  const others = site.hosts.filter((other) => other !== host);
  const segments =
    hook === 'forward'
      ? segmentsOf(host, interfaces, known).map((one) => ({
          ...one,
          isSure: one.isSure && isSure(one.interface),
        }))
      : [];
  const mayBridge = isBridgeShown || shareLink(host, site, segments);
  const routed = hook === 'forward' ? takenForGranted(known, mayBridge) : [];
  const passing = flowsOf(host, site, hook).map((flow) => passingFlow(flow, segments));
  const out = hook === 'forward' ? (options.outInterface ?? known.outInterfaceTo(addresses)) : null;
  const answers = passing.flatMap(({ flow, within }) => {
    if (flow === null) return [];
    const { expected, permitted, endpoint } = flow;
    const bare = interfaceOfOthers(flow.role, interfaces);
    const named = interfacesOf(flow, interfaces, site).map((one) => ({ ...one, isSure: isSure(one.name) }));
    const destinations = expected === 'blocked' ? [...addresses, ...unstated] : addresses;
    const found = proverOf(programOf(endpoint))({
      expected,
      permitted,
      transport: endpoint.transport,
      port: endpoint.port,
      hook,
      interface: bare,
      mayComeByAny: mayComeByAny(flow.role, interfaces) || !isSure(bare),
      interfaces: [
        ...segments.flatMap(({ network: from, interface: name, bridged, isSure }) =>
          bridged === null ? [] : [{ from, name, framesOnLink: bridged, isSure }],
        ),
        ...named,
        // Who claims to be in the segment of the host, and is not.
        ...segments.flatMap(({ network: from, isSure, bridged }) =>
          isSure || bridged !== null ? [] : [{ from, name: null }],
        ),
        ...(hook === 'output' || bare !== null ? [] : known.interfacesTowards(destinations)),
      ],
      outInterface: out,
      mayLeaveByAny: !isSure(out),
      bridging: hook === 'forward' ? bridgingOf(known, mayBridge) : 'none',
      destinations,
      // On a gateway or a client the host's addresses are somebody else's.
      selfAddresses: hook === 'input' ? [...destinations, ...selfAddresses] : selfAddresses,
      isEverySelfKnown,
      isForwarding,
      linkNetworks: known.linkedNetworks,
      dead: deadOf({ known, hook, addresses: destinations, segments }, [bare, out], named),
      profile: profileAt(addresses, known, options),
      otherAddresses: others.flatMap(({ addresses }) => addresses),
    });
    return [{ flow, found, isPartWithin: within.length > 0 }];
  });
  return { answers, passing, segments, routed };
}

interface Ways {
  readonly known: KnownMachine;
  readonly hook: FilterHook;
  readonly addresses: readonly Address[];
  readonly segments: readonly Segment[];
}

/** Whom the machine cannot speak to: by its routes, or since the interface that is named for them is down. */
function deadOf(
  { known, hook, addresses, segments }: Ways,
  forAll: readonly (string | null)[],
  named: readonly InterfaceOf[],
): readonly NoWay[] {
  const isDown = (name: string | null): boolean => name !== null && known.down.has(name);
  if (forAll.some(isDown)) return [{ of: EVERY_ADDRESS, because: null }];
  const cut = named.flatMap(({ from, name }) => (isDown(name) ? [from] : []));
  return [
    ...exceptFrames(known.deadFor(hook, addresses), segments),
    { of: eachFamily((family) => addressSet(cut, family)), because: null },
  ];
}

/** The network profile that is stated, else that of the interface with the address. */
function profileAt(
  addresses: readonly Address[],
  known: KnownMachine,
  { hook, windows = NOTHING_STATED }: AuditOptions,
): number | null {
  return profileOf(windows) ?? known.profileOf(hook === 'input' ? addresses : []);
}

function flowsOf(host: Host, site: Site, hook: FilterHook): readonly AccessFlow[] {
  return accessFlows(host, site).filter(({ expected }) => hook !== 'output' || expected === 'reachable');
}

/** Whom each stated interface was taken to be that of. */
function assumedInterfaces(stated: readonly StatedInterface[], hook: FilterHook): readonly string[] {
  const way = hook === 'output' ? 'leaves by' : 'enters by';
  return stated.flatMap(({ who, name }) => {
    if (who !== null) return [`${whoText(who) ?? ''} ${way} ${name} (--interface)`];
    return [
      `everyone who must get in ${way} ${name} (--interface)`,
      ...(hook === 'input' && mayComeByAny('outsider', stated)
        ? ['outsiders may enter by any interface (if only by one, give --interface outsider=NAME)']
        : []),
    ];
  });
}

function whoText(who: StatedInterface['who']): string | null {
  return who === null || typeof who === 'string' ? who : formatPrefix(who);
}

function alsoReached({ key }: Host, unstated: readonly Address[]): string {
  return `${key} has the collected address${unstated.length === 1 ? '' : 'es'} ${unstated.map(formatAddress).join(', ')} too: nobody may connect there who may not connect to the stated one`;
}

/** No firewall is to blame for what has no address in common. */
function unreachable({ flow, found, isPartWithin }: Answer): readonly string[] {
  const { expected, role, host, permitted } = flow;
  if (expected === 'blocked' || found !== null || isPartWithin) return [];
  return [
    `${role} has only ${familiesOf(permitted)} addresses, ${host.key} only ${familiesOf(host.addresses)}: not audited there`,
  ];
}

function familiesOf(all: readonly { readonly family: Family }[]): string {
  return FAMILIES.filter((one) => all.some(({ family }) => family === one))
    .map((family) => `IPv${family}`)
    .join(' and ');
}
