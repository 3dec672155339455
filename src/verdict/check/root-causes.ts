import { parseEndpointId, type Purpose } from '../../deployment/endpoint-id.ts';
import type { ListenerRole } from '../../deployment/role.ts';
import { formatAddress } from '../../net/address.ts';
import type { ExploredPort } from './checked.ts';
import { finding, type Finding } from '../findings/finding.ts';
import { byPlace, idsOf, locationOf, type Judged } from './judged.ts';
import { groupBy } from '../../group-by.ts';

/**
 * Causes that explain many failed flows at once. Each returns findings; the flows a finding of severity `error` names need no
 * finding of their own any more.
 */
export function rootCauses(judged: readonly Judged[], scouted: readonly ExploredPort[]): readonly Finding[] {
  return [
    ...familiesNotListening(judged),
    ...byPlace(judged).flatMap((place) => [
      ...otherReading(place, scoutsAt(place, scouted, 'other-reading')),
      ...fewerInstances(place),
      ...allocatorMissing(place),
      ...unexpectedInstances(place),
      ...reversedRoles(place),
    ]),
  ];
}

const isPass = ({ result }: Judged): boolean => result.verdict === 'pass';

function scoutsAt(
  place: readonly Judged[],
  scouted: readonly ExploredPort[],
  kind: ExploredPort['scout']['kind'],
): readonly ExploredPort[] {
  const { host, address } = place[0]?.result ?? {};
  return scouted.filter(
    ({ scout }) => scout.kind === kind && scout.host.key === host && formatAddress(scout.address) === address,
  );
}

/** A named host with both families, one of which is closed on every port while the other passes: one cause, not a wall. */
function familiesNotListening(judged: readonly Judged[]): readonly Finding[] {
  const named = judged.filter(
    ({ checked: { flow } }) => flow.host.name !== null && flow.expected === 'reachable',
  );
  return groupBy(named, ({ result }) => result.host).flatMap((host) => {
    const family = (wanted: 4 | 6): readonly Judged[] =>
      host.filter(({ checked }) => checked.flow.address?.family === wanted);
    if (isAllClosed(family(4)) && isAllPassing(family(6))) return [familyFinding(4, family(4))];
    return isAllClosed(family(6)) && isAllPassing(family(4)) ? [familyFinding(6, family(6))] : [];
  });
}

function familyFinding(family: 4 | 6, group: readonly Judged[]): Finding {
  const { host, address } = locationOf(group);
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
  return group.some(isPass) && group.every((one) => isPass(one) || one.result.state === 'open|filtered');
}

/** The HTTP ports both readings share answer, the one only this reading has does not, and the other reading's does. */
function otherReading(place: readonly Judged[], scouted: readonly ExploredPort[]): readonly Finding[] {
  const http = place.filter(
    ({ checked: { flow } }) => flow.endpoint.application === 'http' && flow.expected === 'reachable',
  );
  const failed = http.filter((one) => !isPass(one));
  const [own, ...more] = failed;
  const answering = scouted.filter(({ observation }) => observation.reason === 'http-response');
  const [other] = answering;
  if (own === undefined || more.length > 0 || other === undefined) return [];
  const ports = http.map(({ result }) => result.port);
  const isOutermost =
    own.result.port ===
    (other.scout.endpoint.port < own.result.port ? Math.max(...ports) : Math.min(...ports));
  if (!isOutermost) return [];
  const { host, address } = locationOf(failed);
  const found = [...http.filter(isPass).map(({ result }) => result.port), other.scout.endpoint.port];
  const span = found.length === 1 ? `${found[0] ?? ''}` : `${Math.min(...found)}-${Math.max(...found)}`;
  return [
    finding(
      'other-reading',
      { host, address, reading: other.scout.endpoint.readings[0] ?? '', ports: span },
      idsOf(failed),
    ),
  ];
}

/**
 * Every TCP port of instance k and above fails, those below pass. One silent port would as well be a firewall's: then each of
 * these instances must have failed on more than one.
 */
function fewerInstances(place: readonly Judged[]): readonly Finding[] {
  const required = place.filter(
    ({ checked: { flow } }) => flow.endpoint.instance !== null && flow.expected === 'reachable',
  );
  const tcp = required.filter(({ result }) => result.transport === 'tcp');
  const instances = Math.max(0, ...tcp.map(({ checked }) => checked.flow.endpoint.instance ?? 0));
  const running = Math.max(
    0,
    ...tcp.filter(isPass).map(({ checked }) => checked.flow.endpoint.instance ?? 0),
  );
  if (running === 0 || running === instances) return [];
  const isBeyond = ({ checked }: Judged): boolean => (checked.flow.endpoint.instance ?? 0) > running;
  const isBelowWhole = tcp.every((one) => isBeyond(one) || isPass(one));
  const beyond = required.filter((one) => isBeyond(one) && one.result.verdict === 'fail');
  const isClosed = beyond.every(({ result }) => result.state === 'closed');
  const isNamed =
    isClosed || beyond.filter(({ result }) => result.transport === 'tcp').length > instances - running;
  if (!isBelowWhole || beyond.length === 0 || !isNamed) return [];
  const { host, address, inSiteFile } = locationOf(beyond);
  return [finding('fewer-instances', { host, address, running, instances, inSiteFile }, idsOf(beyond))];
}

/** One server that answers beside an allocator that nobody runs. */
function allocatorMissing(place: readonly Judged[]): readonly Finding[] {
  const is = ({ result }: Judged, owner: ListenerRole, purpose?: Purpose): boolean => {
    const parts = parseEndpointId(result.endpoint);
    return parts.owner === owner && parts.purpose === (purpose ?? parts.purpose);
  };
  const allocator = place.filter((one) => is(one, 'allocator') && one.result.verdict === 'fail');
  const isClosed = allocator.some((one) => is(one, 'allocator', 'client') && one.result.state === 'closed');
  const isLone = place.some(
    (one) => is(one, 'server', 'client') && isPass(one) && one.checked.flow.host.instances === 1,
  );
  if (!isLone || !isClosed) return [];
  const { host, address, inSiteFile } = locationOf(allocator);
  return [finding('allocator-missing', { host, address, inSiteFile }, idsOf(allocator))];
}

/** A port of an instance nobody stated answers, and not because everything does. */
function unexpectedInstances(place: readonly Judged[]): readonly Finding[] {
  const { host, address, inSiteFile } = locationOf(place);
  const unstated = place.filter(({ checked, doubt }) => checked.isUnstated === true && doubt === null);
  return groupBy(unstated, ({ checked }) => `${checked.flow.endpoint.instance ?? ''}`).flatMap((group) => {
    const instance = group[0]?.checked.flow.endpoint.instance ?? null;
    if (instance === null || address === null) return [];
    const ports = group
      .map(({ result }) => result.port)
      .sort((a, b) => a - b)
      .join(' and ');
    return [finding('unexpected-instance', { host, address, instance, ports, inSiteFile }, idsOf(group))];
  });
}

function reversedRoles(place: readonly Judged[]): readonly Finding[] {
  const mirrored = place.filter(({ checked }) => checked.mirror !== null);
  const answers = mirrored[0]?.checked.mirror?.port;
  return answers === undefined
    ? []
    : [finding('udp-roles-reversed', { ...locationOf(mirrored), answers }, idsOf(mirrored))];
}
