import { alikeAt, type ControlView } from './control-view.ts';
import type { Checked } from './checked.ts';
import type { CombinedEvidence } from './combine-evidence.ts';

/**
 * Why an answer does not prove that the port is open: ports nobody uses answer alike, or a proxy answered; nothing followed the
 * handshake, or only its end; our own datagram came back; the log of that machine shows that nothing arrived; `vwaudit listen` answered for
 * another port; or nobody compared it with such ports.
 */
export type OpenDoubt =
  | 'intercepted'
  | 'handshake-only'
  | 'closed-at-once'
  | 'reflected'
  | 'not-arrived'
  | 'other-port'
  | 'no-control-ports';

/**
 * What speaks against an open port; null where nothing does. A listener in the socket table is there whoever answered, and
 * `vwaudit listen` says which port it holds.
 * @param control what the ports that Viz World does not use say of the address; undefined where none was asked
 */
export function openDoubt(
  { flow, observation, local, log }: Pick<Checked, 'flow' | 'observation' | 'local' | 'log'>,
  { state, reason }: Pick<CombinedEvidence, 'state' | 'reason'>,
  control: ControlView | undefined,
): OpenDoubt | null {
  if (state !== 'open') return null;
  // For who must not get in, an answer is bad enough, whoever gave it.
  if (log?.kind === 'nothing-arrived' && flow.expected === 'reachable') return 'not-arrived';
  if (observation.standIn === 'another-port' && flow.expected === 'reachable') return 'other-port';
  const isHeldHere = (local?.covering.length ?? 0) > 0;
  if (isHeldHere || reason === 'listen-log') return null;
  switch (observation.doubt) {
    case 'handshake-only':
    case 'reflected':
      return observation.doubt;
    case 'gateway-answer':
      return 'intercepted';
    default:
      break;
  }
  const isHttp = reason === 'http-response';
  const isUdp = flow.endpoint.transport === 'udp';
  const isStandIn = observation.standIn === 'this-port';
  if (isUdp && isStandIn) return null;
  const alike = alikeAt(control, flow.endpoint);
  if (alike !== null && (isUdp || (isHttp ? alike.speaksHttp : alike.greets || !isStandIn)))
    return 'intercepted';
  if (control === undefined || control.kind === 'not-asked') return isStandIn ? null : 'no-control-ports';
  return observation.doubt === 'closed-at-once' && flow.expected === 'reachable' ? 'closed-at-once' : null;
}
