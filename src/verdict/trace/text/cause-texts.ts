import { printable } from '../../../printable.ts';
import type { Finding } from '../../findings/finding.ts';
import type { Expected } from '../../reports/report.ts';

/**
 * What makes one failure of a flow another one than that of the same code: the texts of every rule that decides for some of the
 * sources, printable, sorted, each once. Their lines, handles and shares do not count. Null where the version that wrote the finding named none.
 */
export function causeTexts(
  { rules, decidedBy }: Pick<Finding<string>, 'rules' | 'decidedBy'>,
  expected: Expected,
): readonly string[] | null {
  if (rules === undefined || decidedBy === undefined) return null;
  const wrong = expected === 'reachable' ? 'blocked' : 'allowed';
  const deciding = decidedBy.filter(({ result }) => result === wrong).flatMap((share) => share.rules);
  return [...new Set([...rules, ...deciding].map(({ text }) => printable(text)))].sort();
}
