import type { Transport } from '../../net/port-range.ts';
import type { Observation } from '../../probe/probes/observation.ts';
import type { Checked, LocalView } from './checked.ts';

/** What all evidence together says of a flow. */
export interface CombinedEvidence extends Pick<
  Observation,
  'state' | 'reason' | 'rttMs' | 'errno' | 'evidence'
> {
  /** Weaker evidence that contradicts what decided, in words; null where all agree. */
  readonly conflict: string | null;
}

/**
 * Strongest evidence first (docs/design.md): what came back over the network decides, but for a refusal of what a listen log shows
 * to have arrived; a log or a complete socket table decides what stayed silent. All evidence is kept, and a contradiction is named.
 */
export function combineEvidence({ flow, observation, local, mirror, log }: Checked): CombinedEvidence {
  const { transport } = flow.endpoint;
  const { state, reason, rttMs, errno, evidence } = observation;
  const seen: CombinedEvidence = {
    state,
    reason,
    rttMs,
    errno,
    evidence: [...(log === null ? [] : [log.evidence]), ...evidence, ...tableEvidence(local)],
    conflict: null,
  };
  if (log?.kind === 'arrived' && state !== 'open') {
    const isRefused = state === 'closed' || state === 'filtered';
    const conflict = isRefused ? `what came back was ${reason}` : null;
    return { ...seen, state: 'open', reason: 'listen-log', conflict };
  }
  if (mirror !== null) {
    const answered = `UDP ${mirror.port} of this host answers instead: the UDP roles are reversed`;
    return { ...seen, state: 'open', reason: 'udp-response', evidence: [answered, ...seen.evidence] };
  }
  if (log?.kind === 'nothing-arrived' && isStoppedBefore({ ...seen, transport }))
    return { ...seen, state: 'filtered', reason: 'listen-log' };
  if (local === null) return seen;
  const isHeld = local.covering.length > 0;
  if (state === 'open|filtered' && local.isComplete) {
    return { ...seen, state: isHeld ? 'open' : 'closed', reason: 'socket-table' };
  }
  // Silence there has a finding of its own: the listener may accept nothing.
  if (isHeld && (state === 'closed' || (state === 'filtered' && reason !== 'no-response'))) {
    return { ...seen, conflict: `the socket table shows ${holders(local)} listening` };
  }
  return seen;
}

/** By then it is no ICMP message any more: the system's own search for the host (ARP, neighbour discovery) has failed. */
const NOBODY_THERE_MS = 2500;

/**
 * Whether this answer, of a port that was held while nothing arrived there, was given on the way. Silence over UDP, a refusal and
 * silence over TCP alike: a port that is held completes every handshake. What a firewall says by ICMP needs no log.
 */
export function isStoppedBefore({
  transport,
  state,
  reason,
  rttMs,
}: Pick<Observation, 'state' | 'reason' | 'rttMs'> & { readonly transport: Transport }): boolean {
  switch (state) {
    case 'open|filtered':
    case 'closed':
      return true;
    case 'filtered':
      return reason === 'no-response' && transport === 'tcp';
    case 'unreachable':
      return rttMs !== null && rttMs < NOBODY_THERE_MS;
    case 'open':
    case 'error':
      return false;
  }
}

function tableEvidence(local: LocalView | null): readonly string[] {
  if (local === null) return [];
  if (local.covering.length > 0) return [`socket table: opened by ${holders(local)}`];
  return [`socket table: nothing listens there${local.isComplete ? '' : ' (as far as it could be read)'}`];
}

function holders({ covering }: LocalView): string {
  const names = covering.map(({ process, pid }) =>
    pid === null ? (process ?? 'a program not shown to this user') : `${process ?? 'pid'} ${pid}`,
  );
  return [...new Set(names)].join(', ');
}
