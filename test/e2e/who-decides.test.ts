// A sender who chooses its source port, and a policy beside a rule of one address: table, findings and JSON name both alike.
import { expect, test } from 'vitest';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import { runInProcess } from './in-process.ts';
import { validReport } from './schema.ts';

const RULES = `*filter
:INPUT DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p udp --sport 53 -j ACCEPT
-A INPUT -s 10.20.0.1/32 -j DROP
COMMIT
`;
const ARGS = ['audit', '-', '--instances', '1', '--host', '10.21.0.11', '--allow', 'client=10.20.0.0/16'];

test('the witness sends from port 53; the policy has 65,535 addresses, the rule one', async () => {
  const table = await runInProcess(ARGS, { input: RULES });
  expect(table.stdout).toContain('policy, line 2 (65,535) · line 5 (1)');
  expect(table.stdout).toMatch(/Packet: udp [\d.]+:53 > 10\.21\.0\.11:10100/);
  const { stdout } = await runInProcess([...ARGS, '--json', '--quiet'], { input: RULES });
  const { flows } = validReport(stdout) as AuditReport;
  const exposed = flows.find(
    ({ from, port, transport }) => from.role === 'outsider' && port === 10_100 && transport === 'udp',
  );
  expect([exposed?.verdict, exposed?.proof.witnessPort]).toEqual(['fail', 53]);
});
