import { groupBy } from '../../group-by.ts';
import type { RunContext } from '../results/report-format.ts';
import { placeOfIssue } from '../results/file-place.ts';
import { excuseLines } from '../results/issue-lines.ts';
import type { Issue, Results, Weight } from '../results/results.ts';
import type { Style } from '../style.ts';

/** GitHub shows so many of each level a step, and drops the rest without a word. */
export const MAX = 10;

type Level = 'error' | 'warning' | 'notice';

/** Workflow commands, the worst first, those with one cause in one; the last of a level says how many are left out. */
export function annotations(results: Results, _style: Style, run: RunContext): string {
  const causes = groupBy(results.issues, ({ cause, weight }) => `${weight} ${cause}`);
  const levels = (['error', 'warning', 'notice'] as const).flatMap((level) => {
    const all = causes.filter(([one]) => one !== undefined && levelOf(one) === level);
    const shown = all.length > MAX ? all.slice(0, MAX - 1) : all;
    const rest = all.slice(shown.length);
    return [
      ...shown.map((group) => command(level, group, run)),
      ...(rest.length === 0 ? [] : [restCommand(level, rest)]),
    ];
  });
  const { pass, fail, unproven, accepted = 0 } = results.summary;
  const excused = accepted > 0 ? `, ${accepted} accepted` : '';
  return [...levels, `vwaudit: ${pass} proven, ${fail} failed, ${unproven} unproven${excused}`, ''].join(
    '\n',
  );
}

const LEVEL: Readonly<Record<Weight, Level>> = {
  fail: 'error',
  warning: 'warning',
  unproven: 'warning',
  accepted: 'notice',
  note: 'notice',
};

/** What the baseline has too does not fail the step. */
function levelOf({ weight, isKnown }: Issue): Level {
  return isKnown ? 'notice' : LEVEL[weight];
}

function command(level: Level, [one, ...others]: readonly Issue[], run: RunContext): string {
  if (one === undefined) return '';
  const { path, line } = placeOfIssue(one, run);
  const known = one.isKnown ? 'known, ' : '';
  const title = `vwaudit ${known}${one.weight === 'fail' ? 'failed' : one.weight}: ${one.code}`;
  const hosts = [...new Set(others.map(({ host }) => host ?? ''))].join(', ');
  const more =
    others.length === 0
      ? ''
      : `\nThe same ${others.length} more ${others.length === 1 ? 'time' : 'times'}: ${hosts}`;
  const text = [...excuseLines(one), one.message, ...one.advice].join('\n');
  return `::${level} file=${propertyText(path)},line=${line},title=${propertyText(title)}::${messageText(text + more)}`;
}

function restCommand(level: Level, rest: readonly (readonly Issue[])[]): string {
  const count = rest.reduce((sum, group) => sum + group.length, 0);
  return `::${level} title=vwaudit::${messageText(`${count} more of this level are not shown here; the job summary and the other reports have them all.`)}`;
}

/** What ends a message or begins an escape in one. */
export function messageText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The same for a property, which `:` and `,` end as well. */
export function propertyText(text: string): string {
  return messageText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
