import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'vitest';
import { host } from '../../ports/site.ts';
import { checkReport } from '../check-report.ts';
import { openPage } from './chromium.ts';
import { temporaryFolder } from './consumer.ts';
import { sampleAudit, written } from './sample-reports.ts';

const FOLDER = path.join(import.meta.dirname, '../../../docs/screenshots');

/** A4 at 96 dots an inch. */
const A4 = { width: 794, height: 1123 };

/** The pictures of docs/screenshots, written again where VWAUDIT_WRITE_SCREENSHOTS is set; a person looks at them. */
test.skipIf(process.env.VWAUDIT_WRITE_SCREENSHOTS !== '1')('docs/screenshots', async () => {
  mkdirSync(FOLDER, { recursive: true });
  const folder = temporaryFolder();
  const page = await openPage(folder);
  const one = checkReport([host('maps-a', 4, true, ['10.20.0.11'])], {
    as: 'client',
    verdict: (_, endpoint) =>
      endpoint === 'server-4.client' ? 'fail' : endpoint.endsWith('udp') ? 'unproven' : 'pass',
  });
  const hosts = Array.from({ length: 40 }, (_, index) =>
    host(`maps-${index + 1}`, 16, true, [`10.20.0.${index + 1}`]),
  );
  const forty = checkReport(hosts, {
    as: 'client',
    verdict: (key, endpoint) => (key === 'maps-7' ? 'fail' : endpoint.endsWith('udp') ? 'unproven' : 'pass'),
  });
  const shots = [
    { name: 'one-host', report: one, size: { width: 1100, height: 900 }, scheme: 'light', media: 'screen' },
    {
      name: 'forty-hosts',
      report: forty,
      size: { width: 1240, height: 1900 },
      scheme: 'light',
      media: 'screen',
    },
    {
      name: 'dark',
      report: await sampleAudit(),
      size: { width: 1100, height: 1000 },
      scheme: 'dark',
      media: 'screen',
    },
    { name: 'print', report: one, size: A4, scheme: 'dark', media: 'print' },
  ] as const;
  for (const { name, report, size, scheme, media } of shots) {
    const file = path.join(folder, `${name}.html`);
    writeFileSync(file, await written(report, 'html'));
    await page.send('Emulation.setDeviceMetricsOverride', {
      ...size,
      deviceScaleFactor: 0.7,
      mobile: false,
    });
    await page.send('Emulation.setScrollbarsHidden', { hidden: true });
    await page.send('Emulation.setEmulatedMedia', {
      media,
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    await page.open(`file://${file}`);
    const { data } = await page.send('Page.captureScreenshot', { format: 'png' });
    writeFileSync(path.join(FOLDER, `${name}.png`), Buffer.from(data as string, 'base64'));
  }
});
