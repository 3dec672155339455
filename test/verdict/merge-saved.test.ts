import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/input-error.ts';
import { readSavedCheck } from '../../src/verdict/reports/saved-check.ts';
import { host } from '../ports/site.ts';
import { checkReport } from '../report/check-report.ts';

const REPORT = checkReport([host('maps-a', 2, true, ['10.20.0.11', 'fd00:20::11'])], {
  as: 'client',
  verdict: (_, endpoint) =>
    endpoint.endsWith('.udp') ? 'unproven' : endpoint === 'server-2.http' ? 'fail' : 'pass',
});

type Json = Record<string, unknown>;

/** The report with one place changed. */
function withChange(
  change: (report: Json & { flows: Json[]; findings: Json[]; site: Json }) => void,
): string {
  const copy = structuredClone(REPORT) as unknown as Json & { flows: Json[]; findings: Json[]; site: Json };
  change(copy);
  return JSON.stringify(copy);
}

function errorOf(text: string): InputError {
  try {
    readSavedCheck(text, 'client.json');
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('no error');
}

test('what check wrote is read back whole, in the same order', () => {
  const written = JSON.stringify({
    ...REPORT,
    flows: REPORT.flows.map((flow) => ({ ...flow, nonce: 'ab12' })),
  });
  expect(JSON.stringify(readSavedCheck(written, 'client.json'))).toBe(written);
});

test('text from outside is made printable', () => {
  const text = withChange((report) => {
    report.flows[0]!.evidence = ['\u001b]0;owned\u0007'];
    report.findings[0]!.message = '\u202eevil';
    report.findings[0]!.args = { process: '\u001b[2J' };
  });
  const { flows, findings } = readSavedCheck(text, 'client.json');
  expect(flows[0]?.evidence).toEqual(['\\x1b]0;owned\\x07']);
  expect(findings[0]).toMatchObject({ message: '\\u{202e}evil', args: { process: '\\x1b[2J' } });
});

describe('what is no report of a check', () => {
  test.each([
    ['', /the file is empty; run the check/],
    [' \n', /the file is empty/],
    ['{}', /not a report of vwaudit/],
    ['[]', /not a report of vwaudit/],
    ['null', /not a report of vwaudit/],
    ['"check"', /not a report of vwaudit/],
    ['{"schemaVersion": 2, "kind": "check"}', /schemaVersion 2 is not 1; use the same version/],
    ['{"schemaVersion": "1", "kind": "check"}', /schemaVersion is not 1/],
    ['{"schemaVersion": 1, "kind": "ports"}', /a report of kind "ports"/],
    ['{"schemaVersion": 1, "kind": "evil\\u001b"}', /kind "evil\\x1b"/],
    ['{"schemaVersion": 1, "kind": "merge"}', /a merged report; give the reports it was made from/],
    [
      '{"schemaVersion": 1, "kind": "error", "error": {"message": "--host: \\"x y\\" is not a host name"}}',
      /an error, not a report: --host: "x y" is not a host name; correct that/,
    ],
    ['{"schemaVersion": 1, "kind": "check"}', /tool: nothing is not an object/],
    [`\u0000${JSON.stringify(REPORT)}`, /^client\.json:1:1: not valid JSON/],
    [JSON.stringify(REPORT, null, 2).slice(0, 200), /^client\.json:\d+:\d+: the JSON ends too early/],
  ])('%j', (text, message) => {
    expect(errorOf(text).message).toMatch(message);
    expect(errorOf(text).problem.file).toBe('client.json');
  });
});

describe('what a report can never hold', () => {
  test.each<[string, Parameters<typeof withChange>[0], RegExp]>([
    [
      'a verdict there is not',
      ({ flows }) => (flows[3]!.verdict = 'maybe'),
      /flows\[3\]\.verdict: "maybe" is not one of pass, fail, unproven/,
    ],
    [
      'a state there is not',
      ({ flows }) => (flows[0]!.state = 'opne'),
      /flows\[0\]\.state: "opne" is not one of open, /,
    ],
    ['a reason there is not', ({ flows }) => (flows[0]!.reason = 'magic'), /flows\[0\]\.reason: "magic"/],
    [
      'a port out of range',
      ({ flows }) => (flows[0]!.port = 70000),
      /flows\[0\]\.port: 70000 is not a port from 1 to 65535/,
    ],
    [
      'an address that is none',
      ({ flows }) => (flows[0]!.address = '10.20.0.999'),
      /flows\[0\]\.address: "10\.20\.0\.999" is not a canonical IP address/,
    ],
    [
      'an address not canonical',
      ({ flows }) => (flows[0]!.address = 'FD00::1'),
      /not a canonical IP address/,
    ],
    [
      'an endpoint there is not',
      ({ flows }) => (flows[0]!.endpoint = 'server-0.client'),
      /"server-0\.client" is not the id of an endpoint/,
    ],
    ['a flow without an id', ({ flows }) => delete flows[0]!.id, /flows\[0\]\.id: nothing is not text/],
    [
      'a flow twice',
      ({ flows }) => (flows[1]!.id = flows[0]!.id),
      /the flow "client>maps-a\/server-1\.client@10\.20\.0\.11" occurs twice/,
    ],
    [
      'a host outside the site',
      ({ flows }) => (flows[0]!.host = 'maps-z'),
      /the host "maps-z" is not part of its site/,
    ],
    [
      'a host named like a method',
      ({ flows }) => (flows[0]!.host = 'constructor'),
      /the host "constructor" is not part/,
    ],
    [
      'counts that are wrong',
      (report) => (report.summary = { pass: 99, fail: 2, unproven: 6 }),
      /the summary counts 99 pass, the flows \d+/,
    ],
    [
      'a time that is none',
      (report) => (report.startedAt = 'yesterday'),
      /startedAt: "yesterday" is not a time/,
    ],
    [
      'a vantage there is not',
      (report) => (report.vantage = { as: 'admin', addresses: [] }),
      /vantage\.as: "admin" is not one of all, client/,
    ],
    [
      'arguments that nest',
      ({ findings }) => (findings[0]!.args = { a: [[1]] }),
      /findings\[0\]\.args\.a: a list is not a plain value or a list of them/,
    ],
    [
      'a code with blanks',
      ({ findings }) => (findings[0]!.code = 'a b'),
      /findings\[0\]\.code: "a b" is not the code of a finding/,
    ],
    [
      'an address with a script',
      (report) => (report.vantage = { as: 'client', addresses: ['<script>'] }),
      /vantage\.addresses\[0\]: "<script>" is not/,
    ],
  ])('%s', (_, change, message) => {
    expect(errorOf(withChange(change)).message).toMatch(message);
  });
});

test('a report with any one value replaced is read or refused with a clear error, never a crash', () => {
  const places: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    places.push(path);
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) if (index < 2) walk(item, [...path, index]);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
    }
  };
  walk(REPORT, []);
  fc.assert(
    fc.property(fc.constantFrom(...places.slice(1)), fc.jsonValue(), (path, value) => {
      const copy = structuredClone(REPORT) as unknown as Json;
      let inside = copy as Record<string | number, unknown>;
      for (const key of path.slice(0, -1)) inside = inside[key] as typeof inside;
      inside[path.at(-1)!] = value;
      try {
        readSavedCheck(JSON.stringify(copy), 'client.json');
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 1000 },
  );
});
