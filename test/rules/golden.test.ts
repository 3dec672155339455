import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RuleFormatId } from '../../src/rules/formats.ts';
import type { RuleOptions } from '../../src/rules/policy/rule-format.ts';
import type { Site } from '../../src/deployment/site.ts';
import { makeRules } from './render-rules.ts';
import { makeHost, makeSite, thisMachine } from './sites.ts';

// What an administrator reads. A wanted change is written with VWAUDIT_WRITE_GOLDEN=1 and then read; a missing file fails.

const ONE = makeSite([thisMachine(4)]);
const TWO = makeSite(
  [makeHost('maps-a', ['10.20.0.11', 'fd00:20::11'], 4), makeHost('maps-b', ['10.20.0.12'], 2, false)],
  { client: ['10.30.0.0/16', 'fd00:30::/48'], 'config-tool': ['10.20.9.5'], web: [] },
  { name: 'Maps, newsroom' },
);

const GOLDEN: readonly (readonly [string, Site, RuleFormatId, Partial<RuleOptions>])[] = [
  ['one-machine.nft', ONE, 'nft', {}],
  ['one-machine.sh', ONE, 'iptables', {}],
  ['one-machine.ps1', ONE, 'windows', {}],
  ['one-machine.reg', ONE, 'windows-registry', {}],
  ['one-machine.cmd', ONE, 'netsh', {}],
  ['maps-b.reg', TWO, 'windows-registry', { profiles: ['domain'] }],
  ['maps-b.cmd', TWO, 'netsh', {}],
  ['maps-b.nft', TWO, 'nft', {}],
  ['maps-b.sh', TWO, 'iptables', { refuse: 'drop' }],
  ['maps-b.ps1', TWO, 'windows', { profiles: ['domain'] }],
  ['gateway.nft', TWO, 'nft', { placement: 'gateway' }],
  ['gateway.sh', TWO, 'iptables', { placement: 'gateway' }],
];

test.each(GOLDEN)('%s', async (file, site, format, options) => {
  const text = makeRules(site, format, options).at(-1)!.text;
  const golden = `${import.meta.dirname}/golden/${file}`;
  if (process.env.VWAUDIT_WRITE_GOLDEN === '1') (await import('node:fs')).writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, 'utf8'));
});
