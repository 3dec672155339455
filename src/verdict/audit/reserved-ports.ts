import { groupBy } from '../../group-by.ts';
import { toPortRanges, TRANSPORTS } from '../../net/port-range.ts';
import type { PortRange } from '../advice/circumstances.ts';
import type { At } from '../findings/at.ts';
import { finding, type Finding } from '../findings/finding.ts';
import type { JudgedAccess } from './causes.ts';

/** Required ports that the system keeps for itself or gives to others: one finding a host and kind. */
export function reservedPorts(
  judged: readonly JudgedAccess[],
  atOf: (group: readonly JudgedAccess[]) => At,
): readonly Finding[] {
  return groupBy(judged, ({ result: { host } }) => host).flatMap((ofHost) =>
    (['excluded', 'dynamic'] as const).flatMap((kind): readonly Finding[] => {
      const found = ofHost.flatMap((one) => {
        const ranges = rangesOf(one, kind);
        return one.result.expected === 'reachable' && ranges.length > 0 ? [{ one, ranges }] : [];
      });
      if (found.length === 0) return [];
      // Several roles may need one port.
      const ports = new Map(found.map(({ one }) => [one.result.endpoint, one]));
      const ranges = [...new Set(found.flatMap((each) => each.ranges))];
      const reservations = TRANSPORTS.flatMap((transport) =>
        toPortRanges(
          found.flatMap(({ one: { result } }) => (result.transport === transport ? [result.port] : [])),
        ).map((range) => ({ ...range, transport })),
      );
      const flows = found.map(({ one }) => one.result.id);
      const code = kind === 'excluded' ? 'port-excluded' : 'dynamic-range-overlap';
      return [finding(code, { ...atOf([...ports.values()]), ranges, reservations }, flows)];
    }),
  );
}

/** Those that take the port of the flow; a port that somebody holds already is nobody else's, and one an administrator reserved is safe. */
function rangesOf({ audited, result }: JudgedAccess, kind: PortRange['kind']): readonly string[] {
  const { machine = null } = audited.circumstances;
  if (machine === null || machine.isListening(audited.flow.endpoint) === true) return [];
  const holding = machine.portRanges.filter(
    ({ transports, first, last }) =>
      transports.includes(result.transport) && first <= result.port && result.port <= last,
  );
  if (holding.some(({ isAdministered }) => isAdministered)) return [];
  return holding.filter((one) => one.kind === kind).map(({ first, last }) => `${first}-${last}`);
}
