import type { Prefix } from '../../../../net/prefix.ts';
import type { FilterHook } from '../../../model/question.ts';

/** What is known of the Windows computer besides its exports. */
export interface WindowsCircumstances {
  /** The executable that listens, `System` for the kernel (http.sys); null where nobody said. */
  readonly program: string | null;
  /** The service that owns the socket; `unknown` where it may be one; null: none, or nobody said. */
  readonly service: string | null;
  /** Where nothing else is said, the socket is surely not that of a service. */
  readonly isServiceKnown?: boolean;
  /** Something listens, and which program that is could not be read: it need not be an ordinary one. */
  readonly isProgramUnread?: boolean;
  /** The subnets the computer is on; none where nobody said. */
  readonly localSubnets: readonly Prefix[];
  /** Firewall products that registered themselves, besides the one whose rules these are. */
  readonly otherFirewalls?: readonly string[];
  /** The files are all there is: no group policy besides them, and the default for every setting they do not list. */
  readonly isComplete: boolean;
  /** Programs that rules treat alike, by each of them (see `alikePrograms`). */
  readonly alike?: ReadonlyMap<string, readonly string[]>;
  /** The hook that is asked about; the rules of the other direction are then not read. Both where it is not given. */
  readonly hook?: FilterHook;
}

export const NOTHING_KNOWN: WindowsCircumstances = {
  program: null,
  service: null,
  localSubnets: [],
  isComplete: false,
};
