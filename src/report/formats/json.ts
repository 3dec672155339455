import type { ReportFormat } from '../results/report-format.ts';

const render = () => jsonDocument;

/** Control characters that JSON leaves as they are, and characters that hide or reorder text. */
const ACTS =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|\udb40[\udc00-\udc7f]/g;

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
 * What `JSON.stringify(report, null, 2)` gives, with escapes also for what acts on a terminal, and a line feed, in pieces: a trace of tens of thousands of packets is more
 * than one string can hold.
 */
export function* jsonDocument(report: object): Generator<string> {
  let before = '{\n';
  for (const [key, value] of Object.entries(report) as [string, unknown][]) {
    if (value === undefined) continue;
    yield `${before}  ${escaped(JSON.stringify(key))}: `;
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
  const written = JSON.stringify(value, null, 2) as string | undefined;
  return written === undefined ? 'null' : escaped(written.replaceAll('\n', `\n${by}`));
}

/** Reads as the same data; nothing in it moves the cursor, hides or reorders text. */
function escaped(written: string): string {
  return written.replace(ACTS, (text) =>
    text
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
