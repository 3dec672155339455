import { groupBy } from '../../group-by.ts';
import type { AuditedFlow } from '../reports/audit-report.ts';
import { finding, type Finding } from '../findings/finding.ts';
import { portsLabel } from '../reports/label.ts';
import type { Audited } from './judge-audit.ts';

/** Required ports on which nothing listens: one finding a host. */
export function nothingListens(
  judged: readonly { readonly audited: Audited; readonly result: AuditedFlow }[],
): readonly Finding[] {
  const unheld = judged.filter(
    ({ audited: { flow, circumstances } }) =>
      flow.expected === 'reachable' && circumstances.machine?.isListening(flow.endpoint) === false,
  );
  return groupBy(unheld, ({ result: { host } }) => host).flatMap((group) => {
    const [one] = group;
    const machine = one?.audited.circumstances.machine?.name;
    if (one === undefined || machine === undefined) return [];
    const { host } = one.audited.flow;
    // Several roles may need one port.
    const results = group.map(({ result }) => result);
    const ports = new Map(results.map((result) => [result.endpoint, result]));
    const at = {
      ...{ host: host.key, address: null, ports: portsLabel([...ports.values()]), instances: host.instances },
      inSiteFile: one.audited.circumstances.site.source === 'file',
    };
    return [
      finding(
        'nothing-listens',
        { ...at, machine },
        results.map(({ id }) => id),
      ),
    ];
  });
}
