import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { MachineFile } from '../../src/facts/machine-file.ts';
import { ROOT } from './run-cli.ts';

const validatorOf = (name: string) =>
  new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(path.join(ROOT, 'docs/schema', name), 'utf8')) as object,
  );
const validate = validatorOf('report.schema.json');
const validateMachine = validatorOf('machine.schema.json');

/** Parses what `vwaudit collect` or its script wrote and holds it against the shipped schema. */
export function validMachine(text: string): MachineFile {
  const machine: unknown = JSON.parse(text);
  validateMachine(machine);
  expect(validateMachine.errors ?? []).toEqual([]);
  return machine as MachineFile;
}

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
