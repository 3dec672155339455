import type { AccessProof } from '../../firewall/proof/prove-access.ts';
import type { Address } from '../../net/address.ts';
import type { Prefix } from '../../net/prefix.ts';
import type { AccessFlow } from '../../ports/access-flows.ts';
import type { Site } from '../../deployment/site.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import type { Backend } from '../../firewall/model/ruleset.ts';
import type { Fate } from '../trace/deciding-rule.ts';
import type { Invocation } from './ask-again.ts';
import type { WindowsCircumstances } from './windows-cure.ts';

/** Flows of one host that one rule fails alike. */
export interface Failing {
  readonly flows: readonly AccessFlow[];
  /** By which they fail; null: by the ports themselves. */
  readonly entrance: Entrance | null;
  readonly found: AccessProof;
  readonly fate: Fate;
}

/** A flow of the host that nobody else may use. */
export type Forbidden = Pick<Failing, 'found' | 'entrance'> & { readonly flow: AccessFlow };

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

/** Whether some of the files are of a Windows computer. */
export function isOfWindows({ backends }: Pick<Circumstances, 'backends'>): boolean {
  return [...backends.values()].includes('wfp');
}

/** Something taken for granted, and what settles it. */
export interface Unstated {
  readonly text: string;
  /** A flag that states it, what the machine tells beside its rules, nft on it, another route, or a check from those who must get in. */
  readonly settledBy:
    '--complete' | '--forwarding' | '--interface' | 'collect' | 'nft' | 'route' | 'nat' | 'check';
  /** What the flag takes. */
  readonly value?: string;
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
