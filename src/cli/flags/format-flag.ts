import { option } from '@oclif/core/flags';
import type { ReportKind } from '../../report/results/report-format.ts';
import { formatsFor, REPORT_FORMATS, type FormatFor } from '../../report/registry.ts';

/** JSON is not among them: `--json` asks for it, and for errors as JSON too. */
type FormatChoice<K extends ReportKind> = Exclude<FormatFor<K>, 'json'>;

/** `--format` of a command: choices and help are those of the registry. */
export function formatFlag<K extends ReportKind>(
  kind: K,
  { fallback, description }: { readonly fallback: FormatChoice<K>; readonly description: string },
) {
  const isChoice = (id: FormatFor<K>): id is FormatChoice<K> => id !== 'json';
  const options = formatsFor(kind).filter(isChoice);
  const titles = options.map((id) => `${id} ${REPORT_FORMATS[id].title}`).join(', ');
  return option({
    options,
    default: fallback,
    description: `${description}: ${titles}.`,
    exclusive: ['json'],
  })();
}
