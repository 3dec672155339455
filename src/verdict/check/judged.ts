import { groupBy } from '../../group-by.ts';
import type { Misplaced } from '../../ports/misplaced.ts';
import type { Checked } from './checked.ts';
import type { FindingArgs } from '../findings/registry.ts';
import { portsLabel } from '../reports/label.ts';
import type { OpenDoubt } from './proven-open.ts';
import type { FlowResult } from '../reports/report.ts';
import type { CombinedEvidence } from './combine-evidence.ts';

/** A flow with all that led to its verdict; what the findings are made from. */
export interface Judged {
  readonly checked: Checked;
  readonly evidence: CombinedEvidence;
  /** Why what was seen proves nothing; null where it does. */
  readonly doubt:
    | OpenDoubt
    | Misplaced
    | 'reacts-to-probing'
    | 'late-answers'
    | 'may-be-stand-in'
    | 'foreign-process'
    | 'other-program'
    | null;
  readonly result: FlowResult;
}

/** What findings say of where they were made; the group shares host and address. */
export function locationOf(group: readonly Judged[]): FindingArgs['not-http'] {
  const { host, address } = group[0]?.result ?? { host: '', address: null };
  const { flow, inSiteFile = false } = group[0]?.checked ?? {};
  const ports = portsLabel(group.map(({ result }) => result));
  return { host, address, ports, instances: flow?.host.instances ?? 0, inSiteFile };
}

/** Flows that end at one address of one host. */
export function byPlace(judged: readonly Judged[]): readonly (readonly Judged[])[] {
  return groupBy(judged, ({ result }) => `${result.host} ${result.address ?? ''}`);
}

export function idsOf(group: readonly Judged[]): readonly string[] {
  return group.map(({ result }) => result.id);
}
