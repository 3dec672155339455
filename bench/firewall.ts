// An audit of the 15 flows of four instances against long rulesets, beside the engine's own syntax check of the same file, and
// how the time grows from 1,000 to 1,000,000 rules. Whole processes; what an audit of one rule takes is start-up and is taken
// off. Runs inside private namespaces (`npm run bench` provides them); the tools only check, nothing is loaded.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NAT_RULESETS } from './nat-rulesets.ts';
import { RULESETS, type RulesetMaker } from './firewall-rulesets.ts';

const ENTRY = path.join(import.meta.dirname, '..', 'bin', 'run.js');
const MEASURED = 100_000;
const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const MEMORY_GOAL_MB = 1024;
const TRANSLATIONS = 5_000;
/** Of a trace. */
const PACKETS = 5_000;
/** Loaded into the measured process: prints its peak memory in KiB when it ends. */
const MEMORY = `data:text/javascript,process.on('exit',()=>console.error('rss='+process.resourceUsage().maxRSS))`;

const ASKED = {
  anybody: [],
  'two roles': ['--allow', 'client=10.30.0.0/16', '--allow', 'config-tool=10.20.9.5'],
} as const;

/** Seconds an audit of one rule takes, by dialect and flags. */
const startUps = new Map<string, number>();

const folder = mkdtempSync(path.join(os.tmpdir(), 'vwaudit-bench-'));
try {
  compareWithEngines();
  compareSizes();
  compareShortcuts();
} finally {
  rmSync(folder, { recursive: true });
}

function compareWithEngines(): void {
  console.log(line('100,000 rules, seconds without start-up', ['audit', 'engine', 'ratio', 'MB']));
  for (const [name, maker] of Object.entries<RulesetMaker>(RULESETS)) {
    const file = written(maker, MEASURED);
    const engine = medianOf(5, () => engineSeconds(maker.check, file));
    for (const [who, flags] of Object.entries(ASKED)) {
      const { seconds, megabytes } = audited(maker, MEASURED, flags);
      const ratio = seconds / engine;
      const isMissed = ratio >= 1 || megabytes >= MEMORY_GOAL_MB;
      const figures = [seconds.toFixed(2), engine.toFixed(2), ratio.toFixed(2), megabytes.toFixed(0)];
      console.log(line(`${name}, from ${who}`, figures) + (isMissed ? '   MISSED' : ''));
    }
  }
}

function compareSizes(): void {
  console.log(`\n${line('seconds by number of rules', SIZES.map(String))}`);
  for (const [name, maker] of Object.entries<RulesetMaker>(RULESETS)) {
    const seconds = SIZES.map((size) => audited(maker, size, ASKED.anybody).seconds);
    const growth = seconds.map((value, index) => {
      const before = seconds[index - 1];
      return `${value.toFixed(2)}${before === undefined ? '' : ` (×${(value / before).toFixed(1)})`}`;
    });
    console.log(line(name, growth));
  }
}

/**
 * Each shortcut of the evaluator has a line here that misses its target without it; joined rules have theirs above: without them
 * an audit of a blocklist takes minutes.
 */
function compareShortcuts(): void {
  console.log(`\n${line('shortcuts, how the time grows', ['times', 'target'])}`);
  const blocklist = RULESETS['iptables, blocklist'];
  const ofPorts = ([1, 64] as const).map((instances) => audited(blocklist, MEASURED, [], instances).seconds);
  printGrowth('port-classes: audit, 1 → 64 instances', ofPorts, 2);
  const random = RULESETS['iptables, random rules'];
  const none = traced(random, 1, 1);
  const ofRules = [100, 10_000].map((size) => traced(random, size, PACKETS) - none);
  printGrowth('prefilter: trace, 100 → 10,000 rules', ofRules, 2);
  const nat = (name: keyof typeof NAT_RULESETS): number =>
    audited(NAT_RULESETS[name], TRANSLATIONS, ASKED['two roles']).seconds;
  const ofAddresses = [nat('to one address'), nat('to an address each')];
  printGrowth('join-alike: DNAT to 1 → 5,000 addresses', ofAddresses, 2.4);
  const accepted = nat('to an address each, each accepted by itself');
  printGrowth('join-answered: each accepted by itself', [ofAddresses[0] ?? NaN, accepted], 3);
}

function printGrowth(name: string, [few = NaN, many = NaN]: readonly number[], target: number): void {
  const growth = many / few;
  console.log(line(name, [growth.toFixed(1), `≤ ${target}`]) + (growth > target ? '   MISSED' : ''));
}

/** Seconds that a trace of as many packets takes, each from elsewhere to another port. */
function traced(maker: RulesetMaker, size: number, packets: number): number {
  const list = path.join(folder, 'packets.txt');
  const lines = Array.from({ length: packets }, (_, n) => {
    const source = [1 + ((n * 7) % 220), (n * 13) % 256, (n * 29) % 256, (n * 31) % 256].join('.');
    return `${n % 2 === 0 ? 'tcp' : 'udp'} ${source}:${1024 + n} > 10.20.0.11:${1 + ((n * 9973) % 65_535)}`;
  });
  writeFileSync(list, lines.join('\n'));
  const argv = ['trace', written(maker, size), '--packet-file', list];
  return medianOf(3, () => run(argv).seconds);
}

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

/** The audit's time beyond that of an audit of a single rule. */
function audited(maker: RulesetMaker, size: number, flags: readonly string[], instances = 4): Measured {
  const file = written(maker, size);
  const runs = Array.from({ length: size > MEASURED ? 1 : 5 }, () => auditOnce(file, flags, instances));
  return {
    seconds: median(runs.map(({ seconds }) => seconds)) - startUp(maker, flags),
    megabytes: Math.max(...runs.map(({ megabytes }) => megabytes)),
  };
}

function startUp(maker: RulesetMaker, flags: readonly string[]): number {
  const key = [maker.check[0], ...flags].join(' ');
  const seconds = startUps.get(key) ?? medianOf(5, () => auditOnce(written(maker, 1), flags).seconds);
  startUps.set(key, seconds);
  return seconds;
}

function auditOnce(file: string, flags: readonly string[], instances = 4): Measured {
  return run(['audit', file, '--instances', String(instances), '--host', '10.20.0.11', ...flags]);
}

function run(argv: readonly string[]): Measured {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', MEMORY, ENTRY, ...argv], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (status !== 0 && status !== 1 && status !== 3)
    throw new Error(`${argv[0]} ended with ${status}: ${stderr}`);
  return { seconds, megabytes: Number(/rss=(\d+)/.exec(stderr)?.[1]) / 1024 };
}

function engineSeconds([program, ...args]: readonly [string, ...string[]], file: string): number {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(program, [...args, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} refuses the ruleset: ${stderr}`);
  return (performance.now() - startedAt) / 1000;
}

function written({ text, check }: RulesetMaker, size: number): string {
  const file = path.join(folder, `${check[0]}-${size}.rules`);
  writeFileSync(file, text(size));
  return file;
}

function medianOf(times: number, measure: () => number): number {
  return median(Array.from({ length: times }, measure));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function line(name: string, columns: readonly string[]): string {
  return name.padEnd(46) + columns.map((text) => text.padStart(14)).join('');
}
