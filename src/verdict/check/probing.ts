import { groupBy } from '../../group-by.ts';
import { addressKey, alikeAt } from './control-view.ts';
import { finding, type Finding } from '../findings/finding.ts';
import type { JudgeContext } from './judge-check.ts';
import { byPlace, idsOf, locationOf, type Judged } from './judged.ts';

/** Ports whose answer proves less than it seems: one finding for each reason at each address. */
export function probingFindings(
  judged: readonly Judged[],
  { controls, standIn }: Pick<JudgeContext, 'controls' | 'standIn'>,
): readonly Finding[] {
  const unproven = judged.filter(({ result }) => result.verdict === 'unproven');
  return [
    ...byPlace(unproven).flatMap((place) =>
      groupBy(place, ({ doubt }) => doubt ?? '').flatMap((group) => doubtFinding(group, controls)),
    ),
    ...(standIn === 'expected' ? [] : standIns(judged, standIn)),
  ];
}

function doubtFinding(group: readonly Judged[], controls: JudgeContext['controls']): readonly Finding[] {
  const [one] = group;
  switch (one?.doubt) {
    case 'intercepted': {
      const control = controls.get(addressKey(one.checked.flow));
      const portsOf = ({ checked }: Judged): readonly number[] =>
        alikeAt(control, checked.flow.endpoint)?.ports ?? [];
      return groupBy(group, (each) => `${each.result.transport} ${portsOf(each).join()}`).map((same) =>
        finding(
          'intercepted',
          { ...locationOf(same), controls: same[0] === undefined ? [] : portsOf(same[0]) },
          idsOf(same),
        ),
      );
    }
    case 'reflected':
    case 'not-arrived':
    case 'other-port':
      return [finding('intercepted', { ...locationOf(group), controls: [], why: one.doubt }, idsOf(group))];
    case 'own-machine':
    case 'no-common-family':
    case 'wrong-address':
    case 'foreign-process':
    case 'other-program':
    case 'late-answers':
      return [];
    case 'may-be-stand-in':
    case 'handshake-only':
    case 'closed-at-once':
    case 'no-control-ports':
    case 'reacts-to-probing':
      return [finding(one.doubt, locationOf(group), idsOf(group))];
    case null:
    case undefined:
      return [];
  }
}

/** Ports of Viz World that `vwaudit listen` holds; where it is refused, those that fail for it. */
function standIns(judged: readonly Judged[], standIn: 'noted' | 'refused'): readonly Finding[] {
  const held = judged.filter(({ result }) => result.standIn === true);
  const isRefused = ({ result }: Judged): boolean =>
    standIn === 'refused' && result.expected === 'reachable' && result.verdict === 'fail';
  return [
    ...byPlace(held.filter(isRefused)).map((group) =>
      finding('not-viz-world', locationOf(group), idsOf(group)),
    ),
    ...byPlace(held.filter((one) => !isRefused(one))).map((group) =>
      finding('stand-in', locationOf(group), idsOf(group)),
    ),
  ];
}
