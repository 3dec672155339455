import { PROFILES } from '../../firewall/languages/windows/policy/profile.ts';
import { interfacesTested } from '../../firewall/proof/named-interfaces.ts';
import { showsBridge } from '../../firewall/netfilter/machine/shows-bridge.ts';
import { formatAddress, type Address } from '../../net/address.ts';
import type { Host, Site } from '../../deployment/site.ts';
import { interfaceTowards, type StatedInterface } from '../../ports/stated-interfaces.ts';
import type { Invocation } from '../../verdict/advice/ask-again.ts';
import type { Audited } from '../../verdict/audit/judge-audit.ts';
import { auditHost, profileAt, type Answer, type AuditedHost, type ProgramOf } from './audit-host.ts';
import type { AuditOptions } from './audit-options.ts';
import { doubtfulInterfaces } from './interfaces/doubtful-interfaces.ts';
import { refuseOwnOfGateway } from './machine/refuse-other-machine.ts';
import { unstatedOf } from './machine/unstated.ts';
import { areRoutesTold } from './machine/own-segment.ts';
import { hostInterfaces } from './interfaces/host-interfaces.ts';
import { unknownInterfaces } from './interfaces/unknown-interfaces.ts';
import {
  addressesOf,
  knownHost,
  knownMachine,
  unstatedAddresses,
  type KnownMachine,
} from './machine/known-machine.ts';
import type { Machine } from './machine/machines.ts';

interface Surroundings {
  readonly site: Site;
  readonly options: AuditOptions;
  /** Those of the machine. */
  readonly files: readonly string[];
  /** By which interface which role comes in, as far as stated for every host. */
  readonly stated: readonly StatedInterface[];
  readonly invocation: Invocation;
}

export interface HostOnMachine extends Pick<AuditedHost, 'passing' | 'segments' | 'routed'> {
  readonly answers: readonly (Answer & Pick<Audited, 'circumstances'>)[];
  readonly known: KnownMachine;
  /** By which interface each network comes in, as the routes of the machine say. */
  readonly collected: readonly StatedInterface[];
  /** What was taken for granted of its interfaces and addresses. */
  readonly notes: readonly string[];
}

/**
 * Proves every flow of the host, with what is known of the machine that runs the rules.
 * @throws InputError where a gateway is asked about an address of its own
 */
export function auditOnMachine(
  host: Host,
  { firewall, facts, proverOf, namesInRules, forwards }: Machine,
  { site, options, files, stated, invocation }: Surroundings,
): HostOnMachine {
  const { hook } = options;
  const isOwn = hook === 'input';
  const known = knownMachine(options, facts);
  if (hook === 'forward' && facts?.isRedacted !== true)
    refuseOwnOfGateway(host.addresses, known.selfAddresses, files);
  const addresses = isOwn ? addressesOf(host.addresses, facts) : host.addresses;
  const others = site.hosts.filter((other) => other !== host).flatMap((other) => other.addresses);
  const unstated = isOwn ? unstatedAddresses(addresses, known.selfAddresses, others) : [];
  const listening = addresses.length > 0 ? addresses : (facts?.addresses ?? []);
  const programOf: ProgramOf = (port) => (isOwn ? (facts?.programOf(port, listening) ?? null) : null);

  const { interfaces, assumption } = hostInterfaces(host, { site, hook, stated, facts, namesInRules });
  const outInterface = options.outInterface ?? interfaceTowards(host, interfaces);
  const doubtful = doubtfulInterfaces({
    host: facts?.host ?? host.key,
    interfaces,
    outInterface: hook === 'forward' ? outInterface : null,
    collected: known.interfaceNames,
    tested: (way) =>
      interfacesTested(firewall, way === 'out' || hook === 'output' ? 'out-interface' : 'in-interface'),
  });

  const found = auditHost(host, {
    ...{ site, addresses, unstated, known, proverOf, programOf, forwards },
    options: { ...options, interfaces, outInterface },
    isBridgeShown: hook === 'forward' && showsBridge(firewall),
    doubtful: doubtful.names,
  });
  const reliesOn = unstatedOf({
    ...{ firewall, known, interfaces, outInterface, ofGateway: found.routed },
    isCollected: facts !== null,
  });
  const profile = profileAt(addresses, known, options);
  const circumstances = {
    ...{ site, invocation },
    backends: firewall.backends,
    windows: {
      profile: profile === null ? null : (PROFILES[profile] ?? null),
      withoutLocalRules: firewall.withoutLocalRules,
    },
    machine: isOwn ? knownHost(facts, addresses) : null,
    isCollected: facts !== null,
    misspelled: doubtful.misspelled,
    areAddressesReplaced: areReplaced(host, { hook, facts }),
    wayOut: hook === 'input' ? null : known.outInterfaceTo(addresses),
    routedWays: hook === 'output' ? [] : known.interfacesTowards(addresses),
    strictWays: hook === 'output' || known.strict[4] !== 'every' ? [] : known.strictWaysTo(addresses),
  };
  const routes = hook === 'output' ? [] : known.interfacesTowards(addresses);
  return {
    ...found,
    answers: found.answers.map((answer) => ({
      ...answer,
      circumstances: {
        ...circumstances,
        unstated: reliesOn({
          isRoutedBack: answer.flow.expected === 'reachable',
          sources: hook === 'output' ? [] : answer.flow.permitted,
          places: answer.places,
          destinations: addresses,
          aims:
            hook === 'forward' && areRoutesTold(known, hook)
              ? { addresses, sources: answer.flow.permitted, name: known.seenAs(outInterface) }
              : null,
          assumptions: answer.found?.proof.assumptions ?? [],
        }),
      },
    })),
    known,
    collected: routes.flatMap(({ from: who, name }) => (name === null ? [] : [{ who, name }])),
    notes: [
      ...(assumption === null ? [] : [assumption]),
      ...doubtful.notes,
      ...unknownInterfaces({ hook, facts, stated: interfaces, namesInRules }),
      ...(unstated.length === 0 ? [] : [alsoReached(host, unstated)]),
    ],
  };
}

/** The file has other addresses than the real ones, and the host has none of the file's: the real ones may be asked about. */
function areReplaced(
  { addresses }: Host,
  { hook, facts }: Pick<AuditOptions, 'hook'> & Pick<Machine, 'facts'>,
): boolean {
  if (facts?.isRedacted !== true) return false;
  const own = new Set((facts.addresses ?? []).map(formatAddress));
  return hook !== 'input' || !addresses.some((address) => own.has(formatAddress(address)));
}

function alsoReached({ key }: Host, unstated: readonly Address[]): string {
  return `${key} also has the address${unstated.length === 1 ? '' : 'es'} ${unstated.map(formatAddress).join(', ')}: nobody may connect there who may not connect to the one audited`;
}
