import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RuleFormatId } from '../../src/rules/formats.ts';
import type { Site } from '../../src/deployment/site.ts';
import { makeRules } from '../rules/render-rules.ts';
import { everyCombination, makeHost, makeSite, peersOf, randomSite, thisMachine } from '../rules/sites.ts';
import { shareOf } from '../thorough.ts';
import { createLab, type LabHost } from './lab/lab.ts';

// Every rule file with a line that no file before it has is loaded by the real engine, then once more: the second time may
// change nothing. (Of the 1,024 ways to state the roles about twenty have such a line.)

const lab = createLab();
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-rules-'));
/** `iptables` and its family as the legacy programs, in front of the PATH. */
const legacy = { PATH: `${folder}:${process.env.PATH ?? ''}` };

beforeAll(() => {
  for (const name of ['iptables', 'ip6tables']) {
    for (const suffix of ['', '-restore', '-save']) {
      symlinkSync(`/usr/sbin/${name}-legacy${suffix}`, path.join(folder, `${name}${suffix}`));
    }
  }
});

afterAll(() => {
  lab.close();
  rmSync(folder, { recursive: true });
});

let hosts = 0;
const freshHost = (): LabHost => lab.host(`rules-${(hosts += 1)}`);

interface Case {
  /** Says how to make the site again. */
  readonly name: string;
  readonly site: Site;
}

const PEERS = {
  client: ['10.30.0.0/16', 'fd00:30::/48'],
  'config-tool': ['10.20.9.5', 'fd00:20::9:5'],
  web: ['192.0.2.0/25', '2001:db8::/33'],
};
const everyCount: Case[] = Array.from({ length: 200 }, (_, index) => {
  const hosts = [makeHost('maps-a', ['10.20.0.11', 'fd00:20::11'], index + 1)];
  return { name: `${index + 1} instances`, site: makeSite(hosts, PEERS) };
});
const everyRole: Case[] = everyCombination().map((combination) => ({
  name: JSON.stringify(combination),
  site: makeSite([thisMachine(4)], peersOf(combination)),
}));
const SEED = Number(process.env.VWAUDIT_SEED ?? 1);
const random = shareOf(
  Array.from({ length: 300 }, (_, index): Case => ({
    name: `random site, seed ${SEED * 1000 + index}`,
    site: randomSite(SEED * 1000 + index),
  })),
  30,
);
const CASES = {
  '1 to 200 instances': shareOf(everyCount, 20),
  'every role stated in every way': everyRole,
  'random sites': random,
};

describe.each(Object.entries(CASES))('%s', (_name, cases) => {
  test('nft takes them all, and twice', () => {
    const host = freshHost();
    const texts = everyText(cases, 'nft');
    // Each file gets a table of its own name. Few in a transaction: the time of a listing grows with the square.
    for (const batch of batches(texts, 25)) {
      const file = batch
        .map(({ text }, index) => text.replaceAll('inet vwaudit', `inet vwaudit_${index}`))
        .join('\n');
      const once = load(host, ['nft', '-f', '-'], file, batch);
      const first = host.must(['nft', 'list', 'ruleset']);
      expect(first.match(/^table /gm)).toHaveLength(batch.length);
      load(host, ['nft', '-f', '-'], file, batch);
      expect(host.must(['nft', 'list', 'ruleset'])).toBe(first);
      expect(once).toBe('');
      host.must(['nft', 'flush', 'ruleset']);
    }
  });

  test.each([
    ['nft', {}],
    ['legacy', legacy],
  ])('iptables-restore and ip6tables-restore take them all, and twice: %s', (_, env) => {
    const host = freshHost();
    const texts = everyText(cases, 'iptables');
    for (const tool of ['iptables', 'ip6tables']) {
      // One transaction with a chain for each file.
      for (const batch of batches(texts, 400)) {
        const rules = batch.map(({ text }, index) =>
          restoreText(text, tool).replaceAll('VWAUDIT', `VWAUDIT-${index}`),
        );
        const chains = rules.flatMap((text) => text.match(/^:.*/gm) ?? []);
        const lines = rules.flatMap((text) => text.match(/^-A.*/gm) ?? []);
        expect(chains).toHaveLength(batch.length);
        const file = ['*filter', ...chains, ...lines, 'COMMIT', ''].join('\n');
        const command = [`${tool}-restore`, '--noflush', '--wait'];
        load(host, command, file, batch, env);
        const first = saved(host, tool, env);
        expect(first.match(/^:VWAUDIT-/gm)).toHaveLength(batch.length);
        load(host, command, file, batch, env);
        expect(saved(host, tool, env)).toBe(first);
        host.must([tool, '-F'], { env });
        host.must([tool, '-X'], { env });
      }
    }
  });
});

describe('the files as they are', () => {
  const samples = [
    ...everyCount.filter((_, index) => [0, 3, 199].includes(index)),
    ...everyRole.filter((_, index) => index % 400 === 5),
    ...random.slice(0, 4),
    {
      name: 'a hostile name',
      site: makeSite(
        [thisMachine()],
        {},
        { name: "'; exit 1; $(exit 1) `exit 1`\nEND_OF_RULES\nexit 1\n}\nflush ruleset\\" },
      ),
    },
  ];

  test('nft: the second load changes nothing, the removal leaves nothing', () => {
    const host = freshHost();
    host.must(['nft', '-f', '-'], {
      input: 'table inet other {\n chain input {\n type filter hook input priority 0;\n }\n}\n',
    });
    const before = host.must(['nft', 'list', 'ruleset']);
    for (const { name, site } of samples) {
      for (const placement of placements(site)) {
        for (const ruleset of makeRules(site, 'nft', { placement })) {
          const file = path.join(folder, 'vwaudit.nft');
          writeFileSync(file, ruleset.text);
          const [first, second] = [1, 2].map(() => {
            host.must(['sh', '-c', `cd ${folder} && ${ruleset.load}`]);
            return host.must(['nft', 'list', 'ruleset']);
          });
          expect(first, name).toContain('table inet vwaudit {');
          expect(second, name).toBe(first);
          host.must(['sh', '-c', ruleset.remove]);
          expect(host.must(['nft', 'list', 'ruleset']), name).toBe(before);
        }
      }
    }
  });

  test.each([
    ['nft', {}],
    ['legacy', legacy],
  ])('iptables: the second run changes nothing, the removal leaves nothing: %s', (_, env) => {
    const host = freshHost();
    for (const tool of ['iptables', 'ip6tables'])
      host.must([tool, '-A', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'ACCEPT'], { env });
    const both = (): string => saved(host, 'iptables', env) + saved(host, 'ip6tables', env);
    const before = both();
    for (const { name, site } of samples) {
      for (const placement of placements(site)) {
        for (const ruleset of makeRules(site, 'iptables', { placement })) {
          writeFileSync(path.join(folder, 'vwaudit-iptables.sh'), ruleset.text);
          const [first, second] = [1, 2].map(() => {
            const said = host.run(['sh', '-c', `cd ${folder} && ${ruleset.load}`], { env });
            expect(said, name).toEqual({ status: 0, stdout: '', stderr: '' });
            return both();
          });
          expect(first?.match(/-A (INPUT|FORWARD) -j VWAUDIT/g), name).toHaveLength(2);
          expect(second, name).toBe(first);
          host.must(['sh', '-c', ruleset.remove], { env });
          expect(both(), name).toBe(before);
        }
      }
    }
  });

  test.each([
    ['nft', {}],
    ['legacy', legacy],
  ])('iptables: another rule came to stand first, or the jump stands there twice: %s', (_, env) => {
    const host = freshHost();
    const [ruleset] = makeRules(makeSite([thisMachine(4)]), 'iptables');
    const loads = (): void => void host.must(['sh'], { input: ruleset!.text, env });
    loads();
    for (const tool of ['iptables', 'ip6tables']) {
      host.must([tool, '-I', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'DROP'], { env });
      host.must([tool, '-A', 'INPUT', '-j', 'VWAUDIT'], { env });
    }
    loads();
    for (const tool of ['iptables', 'ip6tables']) {
      const rules = saved(host, tool, env).match(/^-A INPUT .*$/gm);
      expect(rules).toEqual(['-A INPUT -j VWAUDIT', expect.stringMatching(/--dport 22 -j DROP/) as string]);
    }
  });

  test('iptables: a shell with other options, and a family that fails, leave nothing half done', () => {
    const host = freshHost();
    const [ruleset] = makeRules(makeSite([thisMachine(4)]), 'iptables');
    const broken = ruleset!.text.replace('icmp6-adm-prohibited', 'no-such-answer');
    expect(broken).not.toBe(ruleset!.text);
    const { status, stderr } = host.run(['sh'], { input: broken });
    expect(status).not.toBe(0);
    expect(stderr).not.toBe('');
    expect(saved(host, 'iptables') + saved(host, 'ip6tables')).not.toContain('VWAUDIT');
  });
});

interface Text {
  readonly name: string;
  readonly text: string;
}

/** Both placements, but one of them a random site. */
function everyText(cases: readonly Case[], format: RuleFormatId): readonly Text[] {
  const texts = cases.flatMap(({ name, site }, index) =>
    placements(site)
      .filter((placement) => cases !== random || placement === (index % 2 === 0 ? 'host' : 'gateway'))
      .flatMap((placement) =>
        makeRules(site, format, { placement, refuse: index % 4 < 2 ? 'reject' : 'drop' }).map((ruleset) => ({
          name: `${name}, ${placement} ${ruleset.host ?? ''}`,
          text: ruleset.text,
        })),
      ),
  );
  const seen = new Set<string>();
  return texts.filter(({ text }) => {
    const fresh = text.split('\n').filter((line) => !line.startsWith('#') && !seen.has(line));
    for (const line of fresh) seen.add(line);
    return fresh.length > 0;
  });
}

function placements(site: Site): readonly ('host' | 'gateway')[] {
  return site.hosts.every(({ addresses }) => addresses.length > 0) ? ['host', 'gateway'] : ['host'];
}

/** So many files at once, fewer where one transaction has to fit an ordinary user's socket buffer. */
function batches(items: readonly Text[], size: number): readonly (readonly Text[])[] {
  const all: Text[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    const last = all.at(-1);
    bytes += item.text.length;
    if (last === undefined || last.length === size || (!isRealRoot && bytes > USER_BYTES)) {
      all.push([item]);
      bytes = item.text.length;
    } else last.push(item);
  }
  return all;
}

/** Only real root may exceed net.core.wmem_max (208 KiB by default), and rules are several times as long as their text. */
const isRealRoot = !/^\s*0\s+[1-9]/.test(readFileSync('/proc/self/uid_map', 'utf8'));
const USER_BYTES = 16_000;

/** Loads a batch; when that fails, finds the first file that fails alone and names it. */
function load(
  host: LabHost,
  command: readonly string[],
  input: string,
  batch: readonly Text[],
  env: NodeJS.ProcessEnv = {},
): string {
  const { status, stdout, stderr } = host.run(command, { input, env });
  if (status === 0) return stdout + stderr;
  const culprit = batch.find(({ text }) => {
    const alone = command[0] === 'nft' ? text : restoreText(text, command[0]!.replace('-restore', ''));
    return host.run(command, { input: alone, env }).status !== 0;
  });
  throw new Error(
    `${command.join(' ')}: ${culprit?.name ?? 'only together'}\n${stderr}\n${culprit?.text ?? ''}`,
  );
}

/** What the script gives to the tool. */
function restoreText(script: string, tool: string): string {
  const start = script.indexOf(`\n${tool}_rules() {`);
  return `${script.slice(script.indexOf('*filter', start), script.indexOf('END_OF_RULES\n}', start))}COMMIT\n`;
}

function saved(host: LabHost, tool: string, env: NodeJS.ProcessEnv = {}): string {
  return host.must([`${tool}-save`, '-t', 'filter'], { env }).replace(/^#.*\n/gm, '');
}
