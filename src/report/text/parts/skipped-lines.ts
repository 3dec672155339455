import { groupBy } from '../../../group-by.ts';
import type { Skipped } from '../../../verdict/reports/report.ts';
import { paragraph } from './paragraph.ts';
import type { Style } from '../../style.ts';

/** What was left alone, one line a reason however many hosts it is about. */
export function skippedLines(skipped: readonly Skipped[], style: Pick<Style, 'width'>): readonly string[] {
  return groupBy(skipped, ({ reason }) => reason).map((group) => {
    const endpoints = shortList(group.map(({ endpoint }) => endpoint));
    const hosts = shortList(group.map(({ host }) => host));
    const text = `not probed: ${endpoints} on ${hosts} (${group[0]?.reason ?? ''})`;
    return paragraph('- ', text, style);
  });
}

const SHOWN = 4;

/** `maps-a, maps-b, maps-c, maps-d and 36 more`; each once. */
export function shortList(texts: readonly string[]): string {
  const all = [...new Set(texts)];
  const rest = all.length - SHOWN;
  return `${all.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
