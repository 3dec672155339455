import type { ReportFormat } from '../results/report-format.ts';

const render = () => jsonDocument;

/** The report as it is, for programs (`--json`): JSON has its own escapes. */
export const json = {
  title: 'for programs',
  isVerbatim: true,
  renders: {
    ports: render,
    check: render,
    audit: render,
    merge: render,
    rules: render,
    trace: render,
    compare: render,
  },
} as const satisfies ReportFormat;

/**
 * What `JSON.stringify(report, null, 2)` gives, and a line feed, in pieces: a trace of tens of thousands of packets is more
 * than one string can hold.
 */
export function* jsonDocument(report: object): Generator<string> {
  let before = '{\n';
  for (const [key, value] of Object.entries(report) as [string, unknown][]) {
    if (value === undefined) continue;
    yield `${before}  ${JSON.stringify(key)}: `;
    before = ',\n';
    if (Array.isArray(value) && value.length > 0) yield* elements(value);
    else yield indented(value, '  ');
  }
  yield before === '{\n' ? '{}\n' : '\n}\n';
}

function* elements(list: readonly unknown[]): Generator<string> {
  let before = '[\n';
  for (const element of list) {
    yield `${before}    ${indented(element, '    ')}`;
    before = ',\n';
  }
  yield '\n  ]';
}

/** Within JSON a line feed is always one of the layout. */
function indented(value: unknown, by: string): string {
  return (JSON.stringify(value, null, 2) as string | undefined)?.replaceAll('\n', `\n${by}`) ?? 'null';
}
