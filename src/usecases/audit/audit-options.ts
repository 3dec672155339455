import type { FilterHook } from '../../firewall/model/question.ts';
import type { Address } from '../../net/address.ts';
import type { StatedInterface } from '../../ports/stated-interfaces.ts';
import type { Dialects } from './dialects.ts';
import type { WindowsOptions } from './windows-options.ts';

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
