import type { Site } from '../../deployment/site.ts';
import { formatAddress } from '../../net/address.ts';
import { assumptionsOf } from '../../ports/peers.ts';
import { statedOnGateway, whoText } from '../../ports/stated-interfaces.ts';
import type { System } from '../../system/system.ts';
import type { Invocation } from '../../verdict/advice/ask-again.ts';
import { siteArguments } from '../../verdict/advice/site-arguments.ts';
import { judgeAudit } from '../../verdict/audit/judge-audit.ts';
import type { AuditReport } from '../../verdict/reports/audit-report.ts';
import { reportHead, type Tool } from '../../verdict/reports/head.ts';
import { flowsOf } from './audit-host.ts';
import { auditAssumptions } from './audit-notes.ts';
import type { AuditOptions } from './audit-options.ts';
import { refuseUnknownFiles } from './dialects.ts';
import { auditOnMachine, type HostOnMachine } from './host-on-machine.ts';
import { machinesOf } from './machine/machines.ts';
import { refuseInterfacesOfWindows, type NamedInterface } from './interfaces/refuse-interfaces.ts';
import { refuseRulesetFiles } from './read-rulesets.ts';
import { refuseOtherMachine } from './machine/refuse-other-machine.ts';
import { orUnknownHost, rulesetsOfHosts } from './rulesets-of-hosts.ts';
import { NOTHING_STATED, refuseWindowsOptions, windowsArguments } from './windows-options.ts';

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
  options: AuditOptions,
  { system, tool }: AuditContext,
): Promise<AuditReport> {
  const { files, dialects, hook, rulesOf, windows = NOTHING_STATED } = options;
  refuseRulesetFiles(files);
  refuseUnknownFiles(dialects, files);
  const owned = rulesetsOfHosts(files, rulesOf, site);
  const roles = new Set(owned.flatMap(({ host }) => flowsOf(host, site, hook).map(({ role }) => role)));
  const stated = hook === 'forward' ? statedOnGateway(options.interfaces, roles) : options.interfaces;
  const interfaces = [...stated, ...(site.interfaces ?? [])];
  const invocation = invocationOf(site, { ...options, interfaces: stated });

  const machines = machinesOf(options, system);
  const hosts: HostOnMachine[] = [];
  for (const { host, files: names } of owned) {
    const machine = await machines.read(names).catch((error: unknown) => {
      throw orUnknownHost(error, site);
    });
    if (hook === 'input' && options.selfAddresses.length === 0)
      refuseOtherMachine(host, machine.facts, names);
    hosts.push(auditOnMachine(host, machine, { site, options, files: names, stated, invocation }));
  }
  const all = await machines.all();
  const firewalls = all.map(({ firewall }) => firewall);
  refuseWindowsOptions(windows, firewalls, files);
  refuseInterfacesOfWindows(namedByFlags(options), firewalls);

  const setAside = all.flatMap((machine) => machine.setAside());
  const audited = hosts.flatMap(({ answers }) =>
    answers.flatMap(({ found, ...rest }) => (found === null ? [] : [{ ...rest, found }])),
  );
  const areRulesShared = hook === 'input' && owned.length > 1 && all.length < owned.length;
  const proven = audited.flatMap(({ found }) => found.proof.assumptions);
  const assumptions = [
    ...assumptionsOf(site),
    ...auditAssumptions(hosts, { options, stated, areRulesShared, setAside: setAside.length }),
    ...[...new Set(proven)].sort(),
  ];
  return {
    ...reportHead('audit', { tool, site, assumptions }),
    hook,
    interface: interfaces.find(({ who }) => who === null)?.name ?? null,
    interfaces: shownInterfaces([...interfaces, ...hosts.flatMap(({ collected }) => collected)]),
    ...(setAside.length === 0 ? {} : { setAside }),
    ...judgeAudit(audited),
  };
}

function namedByFlags({
  interfaces,
  outInterface = null,
}: Pick<AuditOptions, 'interfaces' | 'outInterface'>): readonly NamedInterface[] {
  return [
    ...interfaces.map(({ name }) => ({ place: '--interface', name })),
    ...(outInterface === null ? [] : [{ place: '--out-interface', name: outInterface }]),
  ];
}

/** Each network once: what was stated before what was collected. */
function shownInterfaces(all: AuditOptions['interfaces']): AuditReport['interfaces'] {
  const shown = all.map(({ who, name }) => ({ who: whoText(who), name }));
  return [...new Map(shown.map((one) => [JSON.stringify(one), one])).values()];
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
