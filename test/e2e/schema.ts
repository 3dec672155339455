import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { ROOT } from './run-cli.ts';

const schema = JSON.parse(readFileSync(path.join(ROOT, 'docs/schema/report.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

/** Parses what a command printed with --json and holds it against the shipped schema. */
export function validReport(stdout: string): unknown {
  const report: unknown = JSON.parse(stdout);
  validate(report);
  const kind = (report as { kind?: string }).kind ?? '';
  // oneOf reports every alternative; only the one of this kind is worth reading.
  const errors = (validate.errors ?? []).filter(
    ({ schemaPath }) => schemaPath.includes(`/${kind}/`) || !schemaPath.includes('$defs'),
  );
  expect(validate.errors === null ? [] : errors).toEqual([]);
  return report;
}
