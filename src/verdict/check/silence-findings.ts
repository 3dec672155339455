import { finding, type Finding } from '../findings/finding.ts';
import { byPlace, idsOf, locationOf, type Judged } from './judged.ts';

/** What silence rests on: answers that come in time, and a firewall where the host answers on other ports. */
export function silenceFindings(judged: readonly Judged[]): readonly Finding[] {
  return [...lateAnswers(judged), ...silentDrops(judged)];
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

/** Passed since nothing came back, and nothing but silence shows it. */
function silentDrops(judged: readonly Judged[]): readonly Finding[] {
  const silent = judged.filter(
    ({ result: { verdict, expected, state, reason } }) =>
      verdict === 'pass' && expected === 'blocked' && state === 'filtered' && reason === 'no-response',
  );
  return silent.length === 0 ? [] : [finding('silent-drop', { flows: silent.length }, idsOf(silent))];
}
