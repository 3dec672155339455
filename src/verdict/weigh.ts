import type { Observation } from '../probe/observation.ts';
import type { Checked, LocalView } from './checked.ts';

/** What all evidence together says of a flow. */
export interface Weighed extends Pick<Observation, 'state' | 'reason' | 'rttMs' | 'errno' | 'evidence'> {
  /** Weaker evidence that contradicts what decided, in words; null where all agree. */
  readonly conflict: string | null;
}

/**
 * Strongest evidence first (docs/design.md): what came back over the network decides, but for a refusal of what a listen log shows
 * to have arrived; a log or a complete socket table decides what stayed silent. All evidence is kept, and a contradiction is named.
 */
export function weigh({ observation, local, mirror, log }: Omit<Checked, 'flow'>): Weighed {
  const { state, reason, rttMs, errno, evidence } = observation;
  const seen: Weighed = {
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
    const answered = `UDP ${mirror.port} of this host answers instead: the UDP roles are the other way round`;
    return { ...seen, state: 'open', reason: 'udp-response', evidence: [answered, ...seen.evidence] };
  }
  if (log?.kind === 'nothing-arrived' && state === 'open|filtered')
    return { ...seen, state: 'filtered', reason: 'listen-log' };
  if (local === null) return seen;
  const isHeld = local.covering.length > 0;
  if (state === 'open|filtered' && local.isComplete) {
    return { ...seen, state: isHeld ? 'open' : 'closed', reason: 'socket-table' };
  }
  if (isHeld && (state === 'closed' || state === 'filtered')) {
    return { ...seen, conflict: `the socket table shows ${holders(local)} listening there` };
  }
  return seen;
}

function tableEvidence(local: LocalView | null): readonly string[] {
  if (local === null) return [];
  if (local.covering.length > 0) return [`socket table: held by ${holders(local)}`];
  return [`socket table: nobody listens there${local.isComplete ? '' : ' (as far as it could be read)'}`];
}

function holders({ covering }: LocalView): string {
  const names = covering.map(({ process, pid }) =>
    pid === null ? (process ?? 'a program we may not see') : `${process ?? 'pid'} ${pid}`,
  );
  return [...new Set(names)].join(', ');
}
