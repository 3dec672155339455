import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { printable } from '../../../src/printable.ts';
import { resultsOf } from '../../../src/report/results/results-of.ts';
import { applyExceptions } from '../../../src/verdict/accept/apply-exceptions.ts';
import { sinceBaseline } from '../../../src/verdict/compare/compare-reports.ts';
import { cpuTimeMs } from '../../cpu-time.ts';
import { shareOf } from '../../thorough.ts';
import { host } from '../../ports/site.ts';
import { checkReport } from '../check-report.ts';
import { CHROMIUM, openPage, type Page } from './chromium.ts';
import { temporaryFolder, titled } from './consumer.ts';
import { HOSTILE, withText } from './hostile-text.ts';
import { sampleAudit, sampleCheck, sampleReports, written, type Sample } from './sample-reports.ts';

/** What a page shows of flows and findings, as a reader of its DOM gets it. */
const SHOWN = `({
  flows: [...document.querySelectorAll('tr[data-v]')].map((row) => row.dataset.v),
  texts: [...document.querySelectorAll('tr[data-v]')].map((row) => row.textContent),
  findings: [...document.querySelectorAll('article p:first-of-type')].map((one) => one.textContent),
  title: document.querySelector('h1').textContent,
  foreign: document.querySelectorAll('main img, main script, main iframe, main a, main b, main x, [onerror], [onmouseover]').length,
  scripts: document.scripts.length,
})`;

interface Shown {
  readonly flows: readonly string[];
  readonly texts: readonly string[];
  readonly findings: readonly string[];
  readonly title: string;
  readonly foreign: number;
  readonly scripts: number;
}

function expectWhole(shown: Shown, report: Sample): void {
  const { flows, issues, title } = resultsOf(report, null);
  expect(shown.flows).toEqual(expect.arrayContaining(flows.map(({ verdict }) => verdict)));
  expect(shown.flows).toHaveLength(flows.length);
  expect([...shown.findings].sort()).toEqual(issues.map(({ message }) => printable(message)).sort());
  expect(shown.title).toBe(printable(title));
  expect({ foreign: shown.foreign, scripts: shown.scripts }).toEqual({ foreign: 0, scripts: 1 });
}

describe('html', () => {
  test.skipIf(CHROMIUM.missing !== null)(
    titled('Chromium: the text of the DOM is the text of the report, whatever others wrote', CHROMIUM),
    async () => {
      const folder = temporaryFolder();
      const page = await openPage(folder);
      const samples = await sampleReports();
      const hostile = shareOf(HOSTILE, 6).map((text, index) =>
        withText(samples[index % samples.length]!, text),
      );
      for (const report of [...samples, ...hostile]) {
        await show(page, folder, await written(report, 'html'));
        expectWhole(await page.evaluate<Shown>(SHOWN), report);
      }
    },
  );

  test.skipIf(CHROMIUM.missing !== null)(
    titled(
      'Chromium: under the policy of Jenkins every flow and finding is there, and can be seen',
      CHROMIUM,
    ),
    async () => {
      const folder = temporaryFolder();
      const page = await openPage(folder);
      const report = await sampleAudit();
      await page.open(await served(await written(report, 'html')));
      expectWhole(await page.evaluate<Shown>(SHOWN), report);
      expect(await page.evaluate('document.getElementById("filter").hidden')).toBe(true);
      const height = `[...document.querySelectorAll('details')].map((one) => { one.open = true; return one; }) && [...document.querySelectorAll('tr[data-v], article, svg')].every((one) => one.getBoundingClientRect().height > 0)`;
      expect(await page.evaluate(height)).toBe(true);
    },
  );

  test.skipIf(CHROMIUM.missing !== null)(
    titled('Chromium: the filter is in the URL, and axe finds nothing in light and dark', CHROMIUM),
    async () => {
      const folder = temporaryFolder();
      const page = await openPage(folder);
      const text = await written(sampleCheck(), 'html');
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      for (const scheme of ['light', 'dark']) {
        await page.send('Emulation.setEmulatedMedia', {
          features: [{ name: 'prefers-color-scheme', value: scheme }],
        });
        await show(page, folder, text);
        await page.evaluate(
          `[...document.querySelectorAll('details')].forEach((one) => { one.open = true; })`,
        );
        await page.evaluate(`${axe};0`);
        expect(
          await page.evaluate(
            `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
          ),
        ).toEqual([]);
      }
      await show(page, folder, text, '#v=fail&q=maps-a');
      const visible = `[...document.querySelectorAll('tr[data-v]')].filter((row) => row.checkVisibility()).map((row) => row.dataset.v)`;
      expect(await page.evaluate(visible)).toEqual(['fail']);
      await page.evaluate(`{ const box = document.querySelector('[value=unproven]'); box.click(); }`);
      expect(await page.evaluate('location.hash')).toBe('#q=maps-a&v=fail%2Cunproven');
    },
  );

  test.skipIf(CHROMIUM.missing !== null)(
    titled(
      'Chromium: axe finds nothing on 40 hosts, with exceptions and a baseline; Tab reaches everything',
      CHROMIUM,
    ),
    async () => {
      const folder = temporaryFolder();
      const page = await openPage(folder);
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      const reviewed = applyExceptions(sampleCheck(), [EXCEPTION], () => 10);
      const passing = checkReport(FORTY, { as: 'client' });
      const baseline = sinceBaseline(
        { file: 'b.json', report: passing },
        { file: null, report: forty() },
        'error',
      );
      const looks = [reviewed, { ...forty(), baseline }].flatMap((report) =>
        ['light', 'dark'].map((scheme) => ({ report, scheme })),
      );
      for (const { report, scheme } of shareOf(looks, 2)) {
        await page.send('Emulation.setEmulatedMedia', {
          features: [{ name: 'prefers-color-scheme', value: scheme }],
        });
        await show(page, folder, await written(report, 'html'));
        await page.evaluate(`${axe};0`);
        expect(
          await page.evaluate(
            `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
          ),
        ).toEqual([]);
      }
      // What can be operated can be focused, in the order of the page, and shows that it is.
      const stops = `[...document.querySelectorAll('[tabindex="0"], input, summary')].filter((one) => one.checkVisibility()).length`;
      const count = await page.evaluate<number>(stops);
      const focused: number[] = [];
      for (let index = 0; index < count; index += 1) {
        for (const type of ['rawKeyDown', 'keyUp'])
          await page.send('Input.dispatchKeyEvent', {
            type,
            key: 'Tab',
            code: 'Tab',
            windowsVirtualKeyCode: 9,
          });
        focused.push(
          await page.evaluate<number>(
            `[...document.querySelectorAll('*')].indexOf(document.activeElement) * (getComputedStyle(document.activeElement).outlineStyle === 'none' ? -1 : 1)`,
          ),
        );
      }
      expect(new Set(focused).size).toBe(count);
      expect(focused).toEqual([...focused].sort((a, b) => a - b));
      expect(Math.min(...focused)).toBeGreaterThan(0);
    },
  );

  test('40 hosts are cards in a grid that fits the page, a few are lined up', async () => {
    const size = async (report: Sample): Promise<readonly number[]> =>
      (/viewBox="0 0 (\d+) (\d+)"/.exec(await written(report, 'html')) ?? []).slice(1).map(Number);
    const [width, height] = await size(forty());
    expect(width).toBeLessThanOrEqual(1200);
    expect(height).toBeLessThan(2000);
    expect(await written(forty(), 'html')).not.toContain('<line ');
    expect(await written(sampleCheck(), 'html')).toContain('<line ');
  });

  test('one file: nothing is loaded from elsewhere, and no value is written without escapes', async () => {
    for (const report of await sampleReports()) {
      const text = await written(withText(report, HOSTILE[0]!), 'html');
      expect(text.match(/<script/g)).toHaveLength(1);
      expect(text).not.toMatch(/(?:src|href|@import|url\()\s*[=(]?\s*["']?(?:https?:|\/\/)/i);
      expect(text).not.toMatch(/ style=/);
    }
  });

  test('40 hosts of 16 instances: less than 2 MB, less than a second of work', async () => {
    const report = forty();
    await written(report, 'html');
    const before = cpuTimeMs();
    const text = await written(report, 'html');
    expect(cpuTimeMs() - before).toBeLessThan(1000);
    expect(Buffer.byteLength(text)).toBeLessThan(2_000_000);
    expect(text.match(/<tr data-v=/g)).toHaveLength(report.flows.length);
  });
});

test('40 hosts of 16 instances with long evidence: less than 2 MB, cut evidence says so', async () => {
  const long = Array.from({ length: 12 }, (_, index) => `undecided from 2001:db8:${index}::/48`);
  const report = forty();
  const text = await written(
    { ...report, flows: report.flows.map((flow) => ({ ...flow, evidence: long })) },
    'html',
  );
  expect(Buffer.byteLength(text)).toBeLessThan(2_000_000);
  expect(text).toMatch(/Evidence is cut at \d+ characters a flow; the JSON has all of it/);
  expect(text.match(/<tr data-v=/g)).toHaveLength(report.flows.length);
  expect(await written(sampleCheck(), 'html')).not.toContain('Evidence is cut');
});

const FORTY = Array.from({ length: 40 }, (_, index) =>
  host(`maps-${index + 1}`, 16, true, [`10.20.0.${index + 1}`]),
);

/** 40 hosts of 16 instances, one of which fails. */
function forty() {
  return checkReport(FORTY, {
    as: 'client',
    verdict: (key, endpoint) => (key === 'maps-7' ? 'fail' : endpoint.endsWith('udp') ? 'unproven' : 'pass'),
  });
}

const EXCEPTION = {
  ...{ code: 'filtered', patterns: ['*'], rules: null, process: null, sources: null },
  ...{ reason: 'moved in May', until: '2027-05-31', place: 'x.yaml:1' },
};

async function show(page: Page, folder: string, text: string, hash = ''): Promise<void> {
  const file = path.join(folder, 'page.html');
  writeFileSync(file, text);
  await page.open('about:blank');
  await page.open(`file://${file}${hash}`);
}

/** As Jenkins serves the pages of a build. */
async function served(text: string): Promise<string> {
  const policy = "sandbox; default-src 'none'; img-src 'self'; style-src 'self'";
  const server = createServer((_, answer) => {
    answer
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy })
      .end(text);
  });
  onTestFinished(() => {
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
}
