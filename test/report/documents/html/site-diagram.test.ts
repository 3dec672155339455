import { expect, test } from 'vitest';
import { matrixView } from '../../../../src/report/documents/html/matrix-view.ts';
import { siteDiagram } from '../../../../src/report/documents/html/site-diagram.ts';
import { resultsOf } from '../../../../src/report/results/results-of.ts';
import { host } from '../../../ports/site.ts';
import { checkReport } from '../../check-report.ts';

const HOSTS = [host('maps-a', 2, true, ['10.20.0.11'])];
const seen = (as: 'client' | 'outsider') => resultsOf(checkReport(HOSTS, { as }), null);

test('who is kept out has no line that looks like a way in', () => {
  const [reaches, isKeptOut] = [siteDiagram(seen('client')), siteDiagram(seen('outsider'))];
  expect(reaches.lines).toMatchObject([{ verdict: 'pass', dash: '' }]);
  expect(isKeptOut.lines).toMatchObject([{ verdict: 'accepted', dash: '1 7' }]);
  expect(reaches.rows.flatMap(({ runs }) => runs.map(({ symbols }) => symbols)).join('')).toMatch(/^✓+$/);
  expect(isKeptOut.rows.flatMap(({ runs }) => runs.map(({ symbols }) => symbols)).join('')).toMatch(/^■+$/);
});

test('the ports of the allocator are named by transport, those of servers by instance', () => {
  const { groups, rows } = matrixView(seen('client'));
  const texts = rows[0]?.cells.map((parts) => parts.map(({ text }) => text).join(' ')) ?? [];
  expect(texts[groups.indexOf('ALLOCATOR')]).toBe('✓ tcp ✓ udp');
  expect(texts[groups.indexOf('CLIENTS')]).toBe('✓1-2');
});
