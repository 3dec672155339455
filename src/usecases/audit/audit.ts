import { accessProver } from '../../firewall/proof/prove-access.ts';
import type { FilterHook } from '../../firewall/model/question.ts';
import { formatAddress } from '../../net/address.ts';
import { assumptionsOf } from '../../ports/peers.ts';
import { interfaceTowards, statedOnGateway, whoText } from '../../ports/stated-interfaces.ts';
import type { Site } from '../../deployment/site.ts';
import type { System } from '../../system/system.ts';
import type { AuditReport } from '../../verdict/reports/audit-report.ts';
import { reportHead, type Tool } from '../../verdict/reports/head.ts';
import type { Invocation } from '../../verdict/advice/ask-again.ts';
import { judgeAudit, type Audited } from '../../verdict/audit/judge-audit.ts';
import { siteArguments } from '../../verdict/advice/site-arguments.ts';
import { PROFILES } from '../../firewall/languages/windows/policy/profile.ts';
import type { ListeningProgram, MachineFacts } from '../../facts/machine-facts.ts';
import type { Firewall } from '../../firewall/netfilter/machine/firewall.ts';
import { refuseUnknownFiles } from './dialects.ts';
import {
  addressesOf,
  knownHost,
  knownMachine,
  unstatedAddresses,
  type KnownMachine,
} from './known-machine.ts';
import { readRulesets, refuseRulesetFiles } from './read-rulesets.ts';
import { doubtfulInterfaces } from './interfaces/doubtful-interfaces.ts';
import { hostInterfaces } from './interfaces/host-interfaces.ts';
import { segmentNotes, type PassingFlow, type Segment } from './own-segment.ts';
import { interfacesOfRules, interfacesTested } from '../../firewall/proof/named-interfaces.ts';
import { showsBridge } from '../../firewall/netfilter/machine/shows-bridge.ts';
import { refuseOtherMachine } from './refuse-other-machine.ts';
import { unknownInterfaces } from './interfaces/unknown-interfaces.ts';
import { refuseUnspokenHook } from './refuse-unspoken-hook.ts';
import { orUnknownHost, rulesetsOfHosts } from './rulesets-of-hosts.ts';
import { NOTHING_STATED, refuseWindowsOptions, windowsArguments } from './windows-options.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';
import type { AuditOptions } from './audit-options.ts';
import { auditHost, flowsOf, profileAt, type Answer, type ProgramOf, type Prover } from './audit-host.ts';
import { alsoReached, assumedInterfaces, unreachable } from './audit-notes.ts';

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
    const programOf: ProgramOf = (port) =>
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
