import { portsLabel } from '../reports/label.ts';
import type { FlowResult } from '../reports/report.ts';
import type { Finding } from '../findings/finding.ts';

/**
 * A finding without the flows that something else has settled: none where no flow is left. Its text begins with the ports it
 * is about, which are `args.ports`.
 */
export function reducedFinding(
  one: Finding<string>,
  settled: ReadonlySet<string>,
  all: readonly FlowResult[],
): readonly Finding<string>[] {
  const left = one.flows.filter((id) => !settled.has(id));
  if (left.length === one.flows.length) return [one];
  if (left.length === 0) return [];
  const ids = new Set(left);
  const ports = portsLabel(all.filter(({ id }) => ids.has(id)));
  const { ports: before } = one.args;
  const message =
    typeof before === 'string' && one.message.startsWith(before)
      ? `${ports}${one.message.slice(before.length)}`
      : one.message;
  return [{ ...one, message, args: { ...one.args, ports }, flows: left }];
}
