import { portsLabel } from './label.ts';
import type { FlowResult } from './report.ts';
import type { Finding } from '../findings/finding.ts';

type PortOfFlow = Pick<FlowResult, 'id' | 'endpoint' | 'transport' | 'port'>;

/**
 * A finding without the flows that something else has settled: none where no flow is left. Its text begins with the ports it
 * is about, which are `args.ports`.
 */
export function reducedFinding<F extends Finding<string>>(
  one: F,
  settled: ReadonlySet<string>,
  all: readonly PortOfFlow[],
): readonly F[] {
  const left = one.flows.filter((id) => !settled.has(id));
  if (left.length === one.flows.length) return [one];
  if (left.length === 0) return [];
  // A merged report has a flow once for each vantage point.
  const ids = new Set(left);
  const shown = all.filter(({ id }) => ids.delete(id));
  const ports = portsLabel(shown);
  const { ports: before } = one.args;
  const message =
    typeof before === 'string' && one.message.startsWith(before)
      ? `${ports}${one.message.slice(before.length)}`
      : one.message;
  return [{ ...one, message, args: { ...one.args, ports }, flows: left }];
}
