// Rulesets as real machines have them: limits, source ports, interfaces, lists of addresses. An answer is what a person can act on, so
// by case where the site or the moment decides, and `undecided` is left for what this program does not understand.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import { validReport } from './schema.ts';
import { runInProcess } from './in-process.ts';

const FOLDER = path.join(import.meta.dirname, '../corpus/decided');
const NAMES = readdirSync(FOLDER);
const SITE = ['--instances', '4', '--host', '10.20.0.11', '--allow', 'client=10.30.0.0/16'];

/** Of a gateway what it forwards is asked about. */
const hookOf = (name: string): readonly string[] =>
  name.startsWith('gateway-') ? ['--hook', 'forward'] : [];

const undecidedOf = new Map<string, readonly string[]>();
let flows = 0;

test.each(NAMES)('%s: every flow is answered, or says what it hangs on', async (name) => {
  const run = ['audit', path.join(FOLDER, name), ...SITE, ...hookOf(name), '--json', '--quiet'];
  const { stdout, stderr } = await runInProcess(run);
  expect(stderr).toBe('');
  const report = validReport(stdout) as AuditReport;
  flows += report.flows.length;
  const open = report.flows.filter(({ proof }) => proof.result === 'undecided');
  undecidedOf.set(
    name,
    open.map(({ id, proof }) => `${id}: ${proof.trace.map(({ rule }) => rule).join('; ')}`),
  );
  for (const { id, verdict, proof } of report.flows) {
    if (verdict === 'unproven' && proof.result === 'depends')
      expect(proof.cases.length, id).toBeGreaterThan(1);
  }
});

test('at least 95 % are answered without undecided', () => {
  expect(undecidedOf.size).toBe(NAMES.length);
  const undecided = [...undecidedOf.values()].flat();
  expect(1 - undecided.length / flows, undecided.join('\n')).toBeGreaterThanOrEqual(0.95);
});
