import type { AccessProof } from '../../firewall/proof/prove-access.ts';
import type { Access } from '../../firewall/proof/access.ts';
import type { PortForward } from '../../firewall/netfilter/machine/port-forwards.ts';
import { FAMILIES, formatAddress, type Address, type Family } from '../../net/address.ts';
import { EVERY_ADDRESS, toBound, toPrefixes } from '../../net/address-set.ts';
import type { Prefix } from '../../net/prefix.ts';
import type { RuleRef } from '../../firewall/model/rule-ref.ts';
import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import { holds, subtract, type Bound, type IntervalSet } from '../../net/interval-set.ts';
import type { Entrance } from '../../verdict/advice/circumstances.ts';
import type { Prover } from './audit-host.ts';

/** How those get in who must not, though the port itself is shut to them. */
export interface ForwardedWay {
  readonly found: AccessProof;
  readonly entrance: Entrance;
}

/**
 * Another port or address at which those get in who must not connect, since the machine's own NAT leads them from there to the port
 * asked about; one by which somebody surely gets in before one that is not decided.
 * @param access what was asked about the port itself
 */
export function forwardedWay(
  access: Access,
  forwards: readonly PortForward[],
  prove: Prover,
): ForwardedWay | null {
  let open: ForwardedWay | null = null;
  for (const forward of forwards) {
    const permitted = [...access.permitted, ...othersThan(forward.takes.sources)];
    for (const entrance of entrancesOf(access, forward)) {
      const { port, to } = entrance;
      const destinations = to === null ? [] : [to];
      const found = prove({ ...access, permitted, port, destinations, servedAt: access.destinations });
      if (found === null || !isMet(forward, found)) continue;
      if (found.fate === 'allowed') return { found, entrance };
      open ??= { found, entrance };
    }
  }
  return open;
}

/** Whom the rule surely does not take. */
function othersThan(sources: PortForward['takes']['sources']): readonly Prefix[] {
  return FAMILIES.flatMap((family) => {
    const taken = sources[family];
    return taken === null ? [] : toPrefixes(subtract(EVERY_ADDRESS[family], taken), family);
  });
}

/** Whether some of those who may get in by that port are led on by the rule. */
function isMet({ rule }: PortForward, { proof, fate, pathOf }: AccessProof): boolean {
  if (fate === 'blocked') return false;
  return FAMILIES.some((family) =>
    samples(proof[fate][family], family).some((source) =>
      pathOf(source).some((entry) => entry.effect !== 'continue' && isOf(entry, rule)),
    ),
  );
}

function isOf(entry: TraceEntry, { file, line, chain, handle, text }: RuleRef): boolean {
  const isThere = entry.file === file && entry.line === line && entry.chain === chain;
  return isThere && entry.handle === handle && entry.rule === text;
}

/** Where a packet is sent that the rule may lead to the port; not the port itself. */
function entrancesOf(access: Access, { effect, takes }: PortForward): readonly Entrance[] {
  const { port, hook, destinations, selfAddresses } = access;
  const to = effect.kind === 'dnat' ? effect.to : null;
  if (effect.kind === 'redirect' && hook !== 'input') return [];
  if (effect.ports !== null && !holds(effect.ports, port)) return [];
  const isOfHost = (address: Address): boolean => to === null || holds(to, toBound(address));
  const hosts = effect.kind === 'dnat' && to !== null ? familyOf(to) : FAMILIES;
  const own = destinations.filter(({ family }) => hosts.includes(family));
  if (destinations.length > 0 && !own.some(isOfHost)) return [];
  const ports = effect.ports === null ? [port] : otherPorts(takes.ports, port);
  // Who keeps the address has to ask for the host's; NAT leads others there.
  const asked =
    to === null || hook === 'input' ? [...own, ...(to === null ? [] : selfAddresses)] : selfAddresses;
  const addresses = hosts.flatMap((family): readonly (Address | null)[] => {
    const within = takes.destinations[family];
    const fitting = asked.filter(
      (one) => one.family === family && (within === null || holds(within, toBound(one))),
    );
    if (fitting.length > 0) return fitting;
    return within === null ? [null] : samples(within, family);
  });
  const isPortItself = (one: Address | null, at: number): boolean =>
    at === port && one !== null && destinations.some((each) => formatAddress(each) === formatAddress(one));
  return addresses.flatMap((one) =>
    ports.flatMap((at) => (isPortItself(one, at) ? [] : [{ to: one, port: at }])),
  );
}

/** IPv4 counts in numbers. */
function familyOf(set: IntervalSet): readonly Family[] {
  return [typeof set[0] === 'bigint' ? 6 : 4];
}

/** The lowest of each of the first ranges. */
function otherPorts(taken: IntervalSet | null, port: number): readonly number[] {
  return starts(subtract(taken ?? [], [port, port + 1])).map(Number);
}

/** The lowest address of each of the first ranges. */
function samples(set: IntervalSet, family: Family): readonly Address[] {
  return starts(set).map((bound) => ({ family, value: BigInt(bound) }));
}

function starts(set: IntervalSet): readonly Bound[] {
  return set.filter((_, at) => at % 2 === 0).slice(0, MAX_SAMPLES);
}

const MAX_SAMPLES = 64;
