import { expect, test } from 'vitest';
import { exceptionsOf } from '../../../src/usecases/accept/read-exceptions.ts';
import { exceptionsFor, exceptionsText } from '../../../src/usecases/accept/write-exceptions.ts';
import { withExceptions } from '../../../src/usecases/accept/with-exceptions.ts';
import { printableAll } from '../../../src/printable.ts';
import { HOSTILE, withText } from '../../report/formats/hostile-text.ts';
import { sampleAudit, sampleReports } from '../../report/formats/sample-reports.ts';

const ENTRY = '- code: exposed\n  flow: "outsider>maps-a/*"\n  reason: moved in May\n  until: 2027-05-31\n';

test('an entry, with where it is', () => {
  expect(exceptionsOf(ENTRY, 'x.yaml')).toEqual([
    {
      code: 'exposed',
      patterns: ['outsider>maps-a/*'],
      rules: null,
      process: null,
      sources: null,
      reason: 'moved in May',
      until: '2027-05-31',
      place: 'x.yaml:1',
    },
  ]);
  expect(exceptionsOf('[]', 'x.yaml')).toEqual([]);
});

test.each([
  ['', 'x.yaml:1:1: the exceptions file is empty; give it a list of entries'],
  ['code: exposed\n', 'x.yaml:1:1: exceptions: not a list; begin each entry with "- code:"'],
  [
    ENTRY.replace('exposed', 'exposd'),
    'x.yaml:1:9: exceptions[0].code: "exposd" is not the code of a finding; write "exposed"',
  ],
  [ENTRY.replace('exposed', 'acceptance-expired'), '"acceptance-expired" is not the code of a finding'],
  [
    ENTRY.replace('  reason: moved in May\n', ''),
    'x.yaml:1:3: exceptions[0]: "reason" is missing; add reason: why this is accepted',
  ],
  [
    ENTRY.replace('  until: 2027-05-31\n', ''),
    '"until" is missing; add until: the last day it counts, YYYY-MM-DD',
  ],
  [ENTRY.replace('moved in May', ''), 'x.yaml:3:11: exceptions[0].reason: nothing instead of text'],
  [
    ENTRY.replace('moved in May', '"  "'),
    'x.yaml:3:11: exceptions[0].reason: not a reason; write why this is accepted',
  ],
  [
    ENTRY.replace('2027-05-31', '2027-02-30'),
    'x.yaml:4:10: exceptions[0].until: "2027-02-30" is not a day; write it as YYYY-MM-DD',
  ],
  [ENTRY.replace('2027-05-31', 'soon'), '"soon" is not a day'],
  [
    ENTRY.replace('reason', 'raeson'),
    'x.yaml:3:3: "raeson" is not a key of exceptions[0]; write "reason"; the keys are code, flow, rule, process, sources, reason, until',
  ],
  [
    `${ENTRY}  sources: [10.30.0.0/16, 10.31.0.5/16]\n`,
    'x.yaml:5:27: exceptions[0].sources[1]: "10.31.0.5/16" has host bits set; write 10.31.0.0/16 for the network',
  ],
  [
    `${ENTRY}  sources: []\n`,
    'x.yaml:5:12: exceptions[0].sources: an empty list; write an address or a prefix, or leave out the key',
  ],
  [`${ENTRY}  rule: []\n`, 'exceptions[0].rule: an empty list; write the text of the rule'],
  [`${ENTRY}  process: ""\n`, 'exceptions[0].process: an empty text; write the name of a program'],
  [ENTRY.replace('"outsider>maps-a/*"', '[true]'), 'exceptions[0].flow[0]: "true" is not text'],
  [`${ENTRY}  until: 2028-01-01\n`, 'x.yaml:5:3: key "until" is given twice, first on line 4'],
  ['- &a { code: exposed }\n', 'is an anchor; the file contains plain values only'],
])('refused with its place %#', (text, message) => {
  expect(() => exceptionsOf(text, 'x.yaml')).toThrow(message);
});

test('what accept writes is read again and accepts all of it, whatever others wrote', async () => {
  const options = {
    reason: 'r: #"\'',
    until: '2027-05-31',
    codes: [],
    patterns: [],
    failOn: 'error',
  } as const;
  const samples = await sampleReports();
  const hostile = HOSTILE.map((text, index) =>
    printableAll(withText(samples[index % samples.length]!, text)),
  );
  for (const report of [...samples, ...hostile]) {
    const exceptions = exceptionsOf(exceptionsText(exceptionsFor(report, options)), 'x.yaml');
    const { summary, findings } = withExceptions(report, exceptions, new Date('2026-11-29'));
    expect(summary).toMatchObject({ fail: 0, unproven: 0 });
    expect(
      findings.filter(({ severity, accepted }) => severity === 'error' && accepted === undefined),
    ).toEqual([]);
    expect(findings.filter(({ code }) => code === 'acceptance-unmatched')).toEqual([]);
  }
});

test('an entry about a flow that fails for nobody names no sources', async () => {
  const report = await sampleAudit();
  const passing = report.flows.find(
    ({ verdict, expected }) => verdict === 'pass' && expected === 'reachable',
  );
  const warning = {
    ...({ code: 'nothing-listens', severity: 'warning', message: 'nothing listened there' } as const),
    ...{ advice: [], args: { host: 'maps-a' }, flows: [passing!.id] },
  };
  const options = {
    reason: 'standby',
    until: '2027-05-31',
    codes: [],
    patterns: [],
    failOn: 'warning',
  } as const;
  const written = exceptionsFor({ ...report, findings: [...report.findings, warning] }, options);
  const own = written.filter(({ entry }) => entry.code === 'nothing-listens');
  expect(own.map(({ entry }) => entry)).toEqual([
    { code: 'nothing-listens', flow: [passing!.id], reason: 'standby', until: '2027-05-31' },
  ]);
});
