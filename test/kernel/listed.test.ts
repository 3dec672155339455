import { afterAll, describe, expect, test } from 'vitest';
import { IS_THOROUGH } from '../thorough.ts';
import { createLab } from './lab/lab.ts';
import { chooser } from './listed/choose.ts';
import { loadIpsets, loadIptables } from './listed/iptables-live.ts';
import { refusal, refusedForms } from './listed/listings.ts';
import { loadNft } from './listed/nft-live.ts';

// What a live kernel lists is always read: rules at random, of as many matches, statements, sets and objects as this machine
// loads, in every form in which nft, iptables-save and ipset list them. VWAUDIT_LISTED_RUNS is how many rulesets of each kind,
// VWAUDIT_SEED where the seeds begin.

const RUNS = Number(process.env.VWAUDIT_LISTED_RUNS ?? (IS_THOROUGH ? 2 : 1));
const SEED = Number(process.env.VWAUDIT_SEED ?? 1);
const RULES = 12;
const timeout = 3_600_000;
const seeds = Array.from({ length: RUNS }, (_, index) => SEED + index);

const lab = createLab();
afterAll(() => {
  lab.close();
});

test.each(seeds)('nft, seed %i', { timeout }, (seed) => {
  const host = lab.host(`n${seed}`);
  const loaded = loadNft(host, RULES, chooser(seed));
  expect(loaded.length).toBeGreaterThan(0);
  expect(refusedForms(host)).toEqual([]);
});

describe.each([4, 6] as const)('IPv%i', (family) => {
  test.each(seeds.flatMap((seed) => [[seed, 'nft'] as const, [seed, 'legacy'] as const]))(
    'iptables, seed %i, back end %s',
    { timeout },
    (seed, backend) => {
      const host = lab.host(`i${family}${backend}${seed}`);
      loadIpsets(host);
      const loaded = loadIptables(host, { family, backend, count: RULES, choose: chooser(seed) });
      // Not every kernel has the legacy tables.
      if (backend === 'nft') expect(loaded.length).toBeGreaterThan(0);
      if (loaded.length === 0) return;
      if (backend === 'nft') expect(refusedForms(host)).toEqual([]);
      const dialect = family === 4 ? 'iptables' : 'ip6tables';
      const sets = { text: host.run(['ipset', 'save']).stdout, dialect: 'ipset' } as const;
      for (const form of [[], ['-c']]) {
        const { stdout } = host.run([`${dialect}-${backend}-save`, ...form]);
        for (const others of [[], sets.text === '' ? [] : [sets]])
          expect(refusal(stdout, dialect, form.join(), others)).toBeNull();
      }
    },
  );
});
