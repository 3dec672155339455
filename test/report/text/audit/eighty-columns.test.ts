import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fateShown } from '../../../../src/verdict/trace/deciding-rule.ts';
import { parseAddress } from '../../../../src/net/address.ts';
import { renderReport } from '../../../../src/cli/output/render-report.ts';
import { InputError } from '../../../../src/input-error.ts';
import { siteFromYaml } from '../../../../src/site/site-from-yaml.ts';
import { nodeSystem } from '../../../../src/system/node-system.ts';
import { audit } from '../../../../src/usecases/audit/audit.ts';
import type { AuditOptions } from '../../../../src/usecases/audit/audit-options.ts';
import { ANY_DIALECT } from '../../../../src/usecases/audit/dialects.ts';
import { trace } from '../../../../src/usecases/audit/trace.ts';
import type { AuditedFlow, AuditReport } from '../../../../src/verdict/reports/audit-report.ts';
import { shareOf } from '../../../thorough.ts';
import { RUN } from '../../formats/sample-reports.ts';
import { plain } from '../../check-report.ts';

// What people met, and what ufw, firewalld, Docker and others write; not what takes the evaluator to its bounds, for minutes.
const FOLDERS = ['test/cases', 'test/firewall/coverage/fixtures'];
const FILES = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /save$|\.nft$|\.json$|\.rules$|\.reg$|\.txt$/.test(name) && !name.startsWith('k12-'))
    .map((name) => path.join(folder, name)),
);

const SITE = siteFromYaml(
  `
name: Maps
hosts:
  maps-a: { address: [10.20.0.11, "fd00:20::11"], instances: 4, allocator: true }
  maps-b: { address: 10.20.0.12, instances: 2 }
peers: { client: [10.30.0.0/16, "fd00:30::/48"], config-tool: [10.20.9.5] }
`,
  'vwaudit.yaml',
);
const TOOL = { name: 'vwaudit', version: '0.1.0' };
const WIDTH = 80;

test.each(shareOf(FILES, 5))('%s', async (file) => {
  const options: AuditOptions = {
    ...{ files: [file], dialects: ANY_DIALECT, interfaces: [], rulesOf: null },
    ...{ hook: 'input', selfAddresses: [], isForwarding: false },
  };
  const report = await audit(SITE, options, { system: nodeSystem, tool: TOOL }).catch(unreadable);
  if (report === null) return;
  const text = await rendered(report);
  expectLinesOf(text);
  const table = squeezed(text);
  for (const flow of report.flows) expect(table).toContain(placeOf(flow));
  const [headline] = text.split('\n').filter((line) => line !== '');
  expect(headline).toMatch(report.summary.fail > 0 ? /^✗ / : report.summary.unproven > 0 ? /^\? / : /^✓ /);

  const packets = ['tcp 10.30.0.0/16 > 10.20.0.11:102', 'udp 0.0.0.0/0 > 10.20.0.11:10100'];
  const traced = await trace(
    { ...options, packets, list: null, selfAddresses: [parseAddress('10.20.0.11', 'self')] },
    { system: nodeSystem, tool: TOOL },
  );
  const paths = await renderReport<'trace'>(traced, 'table', plain(WIDTH), RUN);
  expectLinesOf(typeof paths === 'string' ? paths : [...paths].join(''));
});

function unreadable(error: unknown): null {
  if (error instanceof InputError) return null;
  throw error;
}

async function rendered(report: AuditReport): Promise<string> {
  const text = await renderReport<'audit'>(report, 'table', plain(WIDTH), RUN);
  return typeof text === 'string' ? text : [...text].join('');
}

/** No line is wider, but for a word that is, and a command that has to paste; none is a mark alone or cut. */
function expectLinesOf(text: string): void {
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    const isCommand = /^ {6}(?:vwaudit|nft|ip6?tables|sh|powershell|sudo|reg|ip) /.test(line);
    if (line.length > WIDTH && !isCommand)
      expect(words.filter((word) => word.length > 1).length, line).toBeLessThanOrEqual(2);
    expect(line, 'a mark alone').not.toMatch(/^\s*[^\s\w]{1,2}\s*$/);
    expect(line, 'cut').not.toContain('…');
  }
}

/** The rule that decides for most, or the first of those that leave it open, as the table places it. */
function placeOf(flow: AuditedFlow): string {
  const fate = fateShown(flow);
  const { cases, decidedBy, rules } = flow.proof;
  const own = decidedBy.find(({ result }) => result === fate)?.rules;
  const rule = (
    fate === 'undecided' && cases.length > 1 ? cases.flatMap((one) => one.rules) : (own ?? rules)
  )[0];
  if (rule === undefined) return '';
  return rule.handle === null && rule.line > 0 ? `${rule.line}` : rule.chain;
}

const squeezed = (text: string): string => text.replaceAll(/\s+/g, ' ');
