import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodeSystem } from '../../src/system/node-system.ts';
import { rules, type RulesOptions } from '../../src/usecases/rules.ts';
import { makeHost, makeSite, thisMachine } from './sites.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-rules-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const OPTIONS: RulesOptions = {
  format: 'nft',
  placement: 'host',
  refuse: null,
  profiles: null,
  template: null,
};
const CONTEXT = { system: nodeSystem, tool: { name: 'vwaudit', version: '0.0.0' } };
const run = (options: Partial<RulesOptions> = {}, site = makeSite([thisMachine()])) =>
  rules(site, { ...OPTIONS, ...options }, CONTEXT);

function templateFile(text: string): string {
  const file = path.join(folder, 'mine.liquid');
  writeFileSync(file, text);
  return file;
}

test('a result that says for whom it is and what it assumes', async () => {
  const { kind, assumptions, rulesets } = await run();
  expect(kind).toBe('rules');
  expect(assumptions).toHaveLength(5);
  expect(rulesets).toMatchObject([
    {
      host: null,
      format: 'nft',
      load: 'nft -f vwaudit.nft',
      remove: 'nft delete table inet vwaudit',
      assumptions,
    },
  ]);
});

test('the commands name the file that was asked for, in the rules and beside them', async () => {
  const site = makeSite([makeHost('maps-a', ['10.0.0.1'], 1), makeHost('maps-b', ['10.0.0.2'], 1, false)]);
  const { rulesets } = await run({ out: "my rules-{host}'.nft" }, site);
  const loads = [`nft -f 'my rules-maps-a'\\''.nft'`, `nft -f 'my rules-maps-b'\\''.nft'`];
  expect(rulesets.map(({ load }) => load)).toEqual(loads);
  rulesets.forEach(({ text }, index) => {
    expect(text).toContain(`#   load     ${loads[index] ?? ''} `);
  });
});

test("a template of one's own, once a host", async () => {
  const template = templateFile(
    '{% for accept in accepts %}{{ host | comment }}: {{ accept.ports | list }}\n{% endfor %}',
  );
  const site = makeSite([makeHost('maps-a', ['10.0.0.1'], 1), makeHost('maps-b', ['10.0.0.2'], 1, false)]);
  const { rulesets } = await run({ template }, site);
  expect(rulesets.map(({ text }) => text.split('\n')[0])).toEqual(['maps-a: 102, 10100', 'maps-b: 102']);
});

test('a template at fault is named with its line', async () => {
  const template = templateFile('one\n{{ nobody }}\n');
  await expect(run({ template })).rejects.toThrow(`${template}:2:`);
  await expect(run({ template: folder })).rejects.toThrow(
    /--template: .* can't be read .*; give a readable template/,
  );
  await expect(run({ template: path.join(folder, 'none') })).rejects.toThrow(/ENOENT/);
});

test('a role without a family of addresses in common with the host is said and makes the result incomplete', async () => {
  const host = makeHost('maps-a', ['10.20.0.11']);
  const served = await run({}, makeSite([host], { client: ['10.30.0.0/16', 'fd00:30::/48'] }));
  expect(served.rulesets[0]?.unserved).toBeUndefined();
  for (const placement of ['host', 'gateway'] as const) {
    const { rulesets } = await run({ placement }, makeSite([host], { client: ['fd00:30::/48'] }));
    expect(rulesets[0]?.unserved).toEqual([
      'client has only IPv6 addresses and maps-a only IPv4, so no rule lets it in: give an IPv6 address of maps-a, or an IPv4 address of client',
    ]);
    expect(rulesets[0]?.text).toContain('client has only IPv6 addresses');
  }
});
