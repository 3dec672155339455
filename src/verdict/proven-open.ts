import type { ControlView } from './control-view.ts';
import type { Checked } from './checked.ts';
import type { Weighed } from './weigh.ts';

/**
 * Why a handshake does not prove that the port is open: ports nobody uses answer alike, or a proxy answered; nothing followed the
 * handshake; or nobody compared it with such ports.
 */
export type OpenDoubt = 'intercepted' | 'handshake-only' | 'no-control-ports';

/**
 * What speaks against an open port; null where nothing does. UDP answers only to what arrived, a listener in the socket table
 * is there whoever answered, and `vwaudit listen` says which port it holds.
 * @param control what the ports that Viz World does not use say of the address; undefined where none was asked
 */
export function openDoubt(
  { flow, observation, local }: Pick<Checked, 'flow' | 'observation' | 'local'>,
  { state, reason }: Pick<Weighed, 'state' | 'reason'>,
  control: ControlView | undefined,
): OpenDoubt | null {
  const isProvenOtherwise = flow.endpoint.transport === 'udp' || (local?.covering.length ?? 0) > 0;
  if (state !== 'open' || isProvenOtherwise) return null;
  if (observation.doubt === 'handshake-only') return 'handshake-only';
  if (observation.doubt === 'gateway-answer') return 'intercepted';
  const isHttp = reason === 'http-response';
  const isStandIn = observation.standIn === 'this-port';
  switch (control?.kind) {
    case 'silent-or-refused':
      return null;
    case 'answering':
      return (isHttp ? control.speaksHttp : control.greets || !isStandIn) ? 'intercepted' : null;
    case 'not-asked':
    case undefined:
      return isStandIn ? null : 'no-control-ports';
  }
}
