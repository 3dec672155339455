import type { Rendered, RunContext } from './report-format.ts';
import type { Style } from '../style.ts';
import type { ReportWithResults } from './results-of.ts';
import type { Results } from './results.ts';

/** Results as text. */
export type RenderResults = (results: Results, style: Style, run: RunContext) => Rendered;

/** The entries of a format that writes check, audit and merge alike; `load` is called when the format is used. */
export function fromResults(load: () => PromiseLike<RenderResults>) {
  const render = () =>
    import('./results-of.ts').then(({ resultsOf }) =>
      load().then(
        (write) =>
          (report: ReportWithResults, style: Style, run: RunContext): Rendered =>
            write(resultsOf(report, run.ranAt), style, run),
      ),
    );
  return { check: render, audit: render, merge: render } as const;
}
