import { groupBy } from '../group-by.ts';
import { printable } from '../printable.ts';
import { finding, type Finding } from './finding.ts';
import { idsOf, placeOf, type Judged } from './judged.ts';
import type { SocketTable } from '../sockets/socket-table.ts';
import { localFindings } from './local-findings.ts';

/** The findings of a check: one for each cause at each address of each host, most severe first. */
export function checkFindings(
  judged: readonly Judged[],
  table: SocketTable | null,
  hostAnswers: (one: Judged) => boolean,
): readonly Finding[] {
  const silentFamilies = familiesNotListening(judged);
  const explained = new Set(silentFamilies.flatMap(({ flows }) => flows));
  const causes = groupBy(judged, ({ result, weighed }) => causeKey(result, weighed));
  const perCause = causes.flatMap((group) => {
    const rest = group.filter(({ result }) => !explained.has(result.id));
    return rest.length === 0 ? [] : causeOf(rest, hostAnswers);
  });
  const all = [
    ...silentFamilies,
    ...perCause,
    ...rateLimits(judged),
    ...conflicts(judged),
    ...localFindings(judged, table),
  ];
  return all.sort((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity]);
}

const SEVERITY_ORDER = { error: 0, warning: 1, note: 2 } as const;

/** Flows with one cause: a refusal is one whether TCP or ICMP told it. */
function causeKey(
  { host, address, verdict, state, reason }: Judged['result'],
  { errno }: Judged['weighed'],
): string {
  const cause = state === 'closed' ? '' : state === 'error' ? `${reason} ${errno ?? ''}` : reason;
  return [host, address ?? '', verdict, state, cause].join(' ');
}

/** The finding for flows that share host, address, verdict, state and reason; none for those that passed. */
function causeOf(group: readonly Judged[], hostAnswers: (one: Judged) => boolean): readonly Finding[] {
  const [one] = group;
  if (one === undefined || one.result.verdict === 'pass') return [];
  const { state, reason } = one.result;
  const isLocal = one.checked.local !== null;
  const [at, flows] = [placeOf(group), idsOf(group)];
  switch (state) {
    case 'open':
      return [finding('not-http', at, flows)];
    case 'closed':
      return [finding('closed', { ...at, isLocal: isLocal && one.weighed.conflict === null }, flows)];
    case 'filtered':
      return [finding('filtered', { ...at, reason, hostAnswers: hostAnswers(one) }, flows)];
    case 'unreachable': {
      if (reason !== 'no-such-host') return [finding('unreachable', { ...at, reason }, flows)];
      const error = printable(one.weighed.errno ?? 'no address');
      return [finding('no-such-host', { host: at.host, error }, flows)];
    }
    case 'open|filtered':
      return [finding('udp-silent', { ...at, isLocal }, flows)];
    case 'error': {
      if (reason === 'interrupted') return [finding('interrupted', { unasked: group.length }, flows)];
      return [finding('probe-error', { ...at, reason, errno: one.weighed.errno }, flows)];
    }
  }
}

/** A named host with both families, one of which is closed on every port while the other passes: one cause, not a wall. */
function familiesNotListening(judged: readonly Judged[]): readonly Finding[] {
  const named = judged.filter(({ checked: { flow } }) => flow.host.name !== null && flow.address !== null);
  return groupBy(named, ({ result }) => result.host).flatMap((host) => {
    const [v4, v6] = ([4, 6] as const).map((family) =>
      host.filter(({ checked }) => checked.flow.address?.family === family),
    );
    if (v4 === undefined || v6 === undefined) return [];
    if (isAllClosed(v4) && isAllPassing(v6)) return [familyFinding(4, v4)];
    return isAllClosed(v6) && isAllPassing(v4) ? [familyFinding(6, v6)] : [];
  });
}

function familyFinding(family: 4 | 6, group: readonly Judged[]): Finding {
  const { host, address } = placeOf(group);
  return finding('family-not-listening', { host, family, address: address ?? '' }, idsOf(group));
}

/** UDP of a family nobody listens on is closed too, but its ICMP may be limited: silence does not speak against it. */
function isAllClosed(group: readonly Judged[]): boolean {
  const states = group.map(({ result }) => result.state);
  return (
    states.includes('closed') && states.every((state) => state === 'closed' || state === 'open|filtered')
  );
}

function isAllPassing(group: readonly Judged[]): boolean {
  return (
    group.length > 0 &&
    group.every(({ result }) => result.verdict === 'pass' || result.state === 'open|filtered')
  );
}

function rateLimits(judged: readonly Judged[]): readonly Finding[] {
  const limited = judged.filter(({ checked }) => checked.observation.doubt === 'icmp-rate-limited');
  return groupBy(limited, ({ result }) => `${result.host} ${result.address ?? ''}`).map((group) =>
    finding('icmp-rate-limited', placeOf(group), idsOf(group)),
  );
}

function conflicts(judged: readonly Judged[]): readonly Finding[] {
  return judged.flatMap((one) => {
    const { conflict, state, reason } = one.weighed;
    if (conflict === null) return [];
    return [
      finding(
        'evidence-conflict',
        { ...placeOf([one]), seen: `${state} (${reason})`, but: printable(conflict) },
        idsOf([one]),
      ),
    ];
  });
}
