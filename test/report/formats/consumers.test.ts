import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { FormatFor } from '../../../src/report/registry.ts';
import { resultsOf } from '../../../src/report/results/results-of.ts';
import { HOSTILE, withText } from './hostile-text.ts';
import { consumer, temporaryFolder, titled } from './consumer.ts';
import { sampleReports, written, type Sample } from './sample-reports.ts';

// What the real consumers count is what the report says. A consumer that is not installed is named in the title of its test.

const XMLLINT = consumer('xmllint', { install: 'apt install libxml2-utils' });
const JUNITPARSER = consumer('/usr/bin/python3', {
  install: 'apt install python3-junitparser',
  probe: ['-c', 'import junitparser'],
});
const NODE_EXPORTER = consumer('prometheus-node-exporter', {
  install: 'apt install prometheus-node-exporter',
});
const MULTITOOL = consumer('Sarif.Multitool', {
  install: 'npm pack @microsoft/sarif-multitool-linux, its path in VWAUDIT_SARIF_MULTITOOL',
  variable: 'VWAUDIT_SARIF_MULTITOOL',
  probe: ['version'],
});

let samples: readonly Sample[];
/** Each kind as it is, and a hundred times with text from outside that means something to somebody. */
let all: readonly Sample[];

beforeAll(async () => {
  samples = await sampleReports();
  all = [...samples, ...HOSTILE.flatMap((text) => samples.map((sample) => withText(sample, text)))];
});

describe('junit', () => {
  test.skipIf(XMLLINT.missing !== null)(
    titled('xmllint: well-formed whatever others wrote', XMLLINT),
    async () => {
      const folder = temporaryFolder();
      const files = await writeAll(folder, all, 'junit', 'xml');
      const { status, stderr } = spawnSync(XMLLINT.program, ['--noout', ...files], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );

  test.skipIf(JUNITPARSER.missing !== null)(
    titled('junitparser counts what the report counts, and GitLab finds no duplicate', JUNITPARSER),
    async () => {
      const folder = temporaryFolder();
      const files = await writeAll(folder, all, 'junit', 'xml');
      const script = `
import json, sys
from junitparser import JUnitXml, Failure, Skipped, Error
def count(file):
    cases = [case for suite in JUnitXml.fromfile(file) for case in suite]
    kinds = lambda kind: sum(any(isinstance(r, kind) for r in case.result) for case in cases)
    texts = all(r.text for case in cases for r in case.result)
    keys = len(set((case.classname, case.name) for case in cases))
    return dict(tests=len(cases), fail=kinds(Failure), skipped=kinds(Skipped), error=kinds(Error), keys=keys, texts=texts)
print(json.dumps([count(file) for file in sys.argv[1:]]))`;
      const { stdout, stderr } = spawnSync(JUNITPARSER.program, ['-c', script, ...files], {
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual(
        all.map((sample) => {
          const { flows, notProbed, summary } = resultsOf(sample, null);
          const unasked = flows.filter(({ isUnasked }) => isUnasked).length;
          const tests = flows.length + notProbed.length;
          const skipped = summary.unproven - unasked + notProbed.length + (summary.accepted ?? 0);
          return { tests, fail: summary.fail, skipped, error: unasked, keys: tests, texts: true };
        }),
      );
    },
  );
});

describe('prometheus', () => {
  test.skipIf(NODE_EXPORTER.missing !== null)(
    titled('node_exporter serves as many series as there are flows', NODE_EXPORTER),
    async () => {
      const folder = temporaryFolder();
      await writeAll(folder, all, 'prometheus', 'prom');
      const metrics = await served(folder);
      expect(metrics).toContain('node_textfile_scrape_error 0');
      const series = metrics.split('\n').filter((line) => line.startsWith('vwaudit_flow_verdict{'));
      expect(series).toHaveLength(all.reduce((sum, { flows }) => sum + flows.length, 0));
      const values = (value: number): number => series.filter((line) => line.endsWith(` ${value}`)).length;
      const total = (verdict: 'pass' | 'fail' | 'unproven'): number =>
        all.reduce((sum, { summary }) => sum + summary[verdict], 0);
      expect([values(0), values(1), values(2)]).toEqual([total('pass'), total('fail'), total('unproven')]);
    },
  );

  async function served(folder: string): Promise<string> {
    const port = await freePort();
    const args = [
      '--collector.disable-defaults',
      '--collector.textfile',
      `--collector.textfile.directory=${folder}`,
    ];
    const child = spawn(NODE_EXPORTER.program, [...args, `--web.listen-address=127.0.0.1:${port}`], {
      stdio: 'ignore',
    });
    onTestFinished(() => {
      child.kill();
    });
    let text = '';
    await expect
      .poll(async () => {
        text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
          (answer) => answer.text(),
          () => '',
        );
        return text.includes('vwaudit_last_run_timestamp_seconds');
      })
      .toBe(true);
    return text;
  }
});

describe('sarif', () => {
  test.skipIf(MULTITOOL.missing !== null)(
    titled("the validator of Microsoft, with GitHub's rules, finds no error", MULTITOOL),
    async () => {
      const folder = temporaryFolder();
      // The validator takes its time: all kinds, and every sixth hostile report.
      const some = all.filter((_, index) => index < samples.length || index % 6 === 0);
      const files = await writeAll(folder, some, 'sarif', 'sarif');
      const output = path.join(folder, 'found.json');
      const args = ['validate', ...files, '--rule-kind', 'Sarif;Ghas', '-o', output];
      spawnSync(MULTITOOL.program, args, {
        encoding: 'utf8',
        timeout: 280_000,
        env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
      });
      const { runs } = JSON.parse(readFileSync(output, 'utf8')) as {
        runs: { results: { level?: string; ruleId: string; message: unknown }[] }[];
      };
      expect(runs).not.toEqual([]);
      expect(runs.flatMap(({ results }) => results).filter(({ level }) => level === 'error')).toEqual([]);
    },
  );
});

async function writeAll(
  folder: string,
  reports: readonly Sample[],
  format: FormatFor<Sample['kind']>,
  extension: string,
): Promise<readonly string[]> {
  const files = [];
  for (const [index, report] of reports.entries()) {
    const file = path.join(folder, `${index}.${extension}`);
    // Each of its own site, as different sites have: the same series of two files is dropped.
    const text = await written(
      { ...report, site: { ...report.site, name: `${index} ${report.site.name ?? ''}` } },
      format,
    );
    writeFileSync(file, text);
    files.push(file);
  }
  return files;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}
