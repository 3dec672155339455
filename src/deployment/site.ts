import type { Address } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { Reading } from './reading.ts';
import type { Role } from './role.ts';

/** A machine of the deployment. */
export interface Host {
  /** How reports name it: the key in the site file, the text of `--host`, or {@link THIS_MACHINE}. */
  readonly key: string;
  /** A name still to be resolved (`check --host maps-a`), else null. */
  readonly name: string | null;
  readonly addresses: readonly Address[];
  /** Server instances it runs, 0 for an allocator-only machine. */
  readonly instances: number;
  readonly allocator: boolean;
  /** Which of its interfaces leads to which addresses, as far as stated. */
  readonly interfaces?: readonly SiteInterface[];
}

/** Who a role is: `null` = nobody stated it, `[]` = nobody. */
export type Peers = Readonly<Record<Role, readonly Prefix[] | null>>;

/** A Viz World deployment: what runs where, and who may talk to it. */
export interface Site {
  readonly name: string | null;
  readonly source: 'flags' | 'file';
  /** The site file, as it was named; absent where flags describe the site. */
  readonly file?: string;
  readonly reading: Reading;
  /** Added to every port: tests without the privilege to bind low ports. */
  readonly portOffset: number;
  /** At least one; keys are unique. */
  readonly hosts: readonly Host[];
  /** Nobody said how many instances run: one on each host is assumed. */
  readonly assumesInstances?: true;
  /**
   * Keys of the hosts the answer is about, at least one; absent: all of them. The others still count as sources, and for
   * whether the site has an allocator.
   */
  readonly selected?: readonly string[];
  readonly peers: Peers;
  /** Which interface of the machine with the rules leads to which addresses, as far as stated. */
  readonly interfaces?: readonly SiteInterface[];
}

/** An interface, and a network that it leads to. */
export interface SiteInterface {
  readonly who: Prefix;
  readonly name: string;
}

/** The key of the one host of a site described by flags without `--host`. */
export const THIS_MACHINE = 'localhost';
