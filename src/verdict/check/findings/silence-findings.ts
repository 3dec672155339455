import { finding, type Finding } from '../../findings/finding.ts';
import { addressKey } from '../control-view.ts';
import type { JudgeContext } from '../judge-check.ts';
import type { FlowResult } from '../../reports/report.ts';
import { byPlace, idsOf, locationOf, type Judged } from '../judged.ts';

/** What passes and doubts rest on where the host itself says nothing of a port. */
export function silenceFindings(
  judged: readonly Judged[],
  { refusedAlike = new Set() }: Pick<JudgeContext, 'refusedAlike'>,
): readonly Finding[] {
  return [
    ...lateAnswers(judged),
    ...silentDrops(judged),
    ...logSilence(judged.map(({ result }) => result)),
    ...refusals(judged, refusedAlike),
  ];
}

/** The way to an address is closed as a whole; behind it may be nobody. */
function refusals(judged: readonly Judged[], alike: ReadonlySet<string>): readonly Finding[] {
  return byPlace(judged).flatMap((place) => {
    const isRefused = place.every(
      ({ checked, result: { state, reason } }) =>
        alike.has(addressKey(checked.flow)) && state === 'filtered' && reason !== 'listen-log',
    );
    const passed = place.filter(({ result }) => result.verdict === 'pass');
    const { host, address } = locationOf(place);
    return isRefused && passed.length > 0 ? [finding('refused-alike', { host, address }, idsOf(passed))] : [];
  });
}

function lateAnswers(judged: readonly Judged[]): readonly Finding[] {
  return byPlace(judged).flatMap((place) => {
    const late = place.filter(({ checked }) => checked.observation.isLate === true);
    if (late.length === 0) return [];
    const silent = place.filter(({ doubt }) => doubt === 'late-answers');
    const slowestMs = Math.round(Math.max(...late.map(({ result }) => result.rttMs ?? 0)));
    const group = [...late, ...silent];
    return [finding('late-answers', { ...locationOf(group), slowestMs }, idsOf(group))];
  });
}

/** Passed since the log of the listener has nothing of it. */
export function logSilence(flows: readonly FlowResult[]): readonly Finding[] {
  const passed = flows.filter(
    ({ verdict, expected, state, reason }) =>
      verdict === 'pass' && expected === 'blocked' && state === 'filtered' && reason === 'listen-log',
  );
  const ids = passed.map(({ id }) => id);
  return ids.length === 0 ? [] : [finding('log-silence', { flows: ids.length }, ids)];
}

/** Passed since nothing came back, and nothing but silence shows it. */
function silentDrops(judged: readonly Judged[]): readonly Finding[] {
  const silent = judged.filter(
    ({ result: { verdict, expected, state, reason } }) =>
      verdict === 'pass' && expected === 'blocked' && state === 'filtered' && reason === 'no-response',
  );
  return silent.length === 0 ? [] : [finding('silent-drop', { flows: silent.length }, idsOf(silent))];
}
