import fc from 'fast-check';
import type { Family } from '../../../src/net/address.ts';
import type { Transport } from '../../../src/net/port-range.ts';
import { blocklist } from './blocklist.ts';
import { isAtHome } from './hostile.ts';
import type { Topic } from './topics.ts';
import { matches } from './iptables-matches.ts';
import {
  dnatTarget,
  filterTarget,
  mangleTarget,
  rawTarget,
  snatTarget,
  type Target,
} from './iptables-targets.ts';

export interface IptablesOptions {
  /** What the rules are mostly about. */
  readonly transport: Transport;
  /** Tests that depend on more than the packet, as this kernel can load them; none leaves them out. */
  readonly hostile: readonly string[];
  /** What most rules are about; `hostile` are then its tests. */
  readonly topic: Topic | null;
  /** The sets of ipsets.ts are there. */
  readonly hasSets: boolean;
}

/** What rules are written for. */
export interface Ground extends IptablesOptions {
  readonly family: Family;
}

/**
 * A random ruleset as iptables-restore takes it: chains that call each other, every match with an answer. Every table is
 * named, so that loading it leaves nothing of the one before.
 */
export function iptablesText(family: Family, options: Partial<IptablesOptions> = {}): fc.Arbitrary<string> {
  const ground = { family, transport: 'udp', hostile: [], topic: null, hasSets: false, ...options } as const;
  const maybe = (lines: Lines, freq: number): Lines => fc.option(lines, { nil: [], freq });
  return fc
    .record({
      raw: maybe(table(ground, ['PREROUTING', 'OUTPUT'], ['RAW1'], rawTarget), 2),
      mangle: maybe(
        table(
          ground,
          ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
          ['M1', 'M2'],
          mangleTarget(ground),
        ),
        2,
      ),
      nat: maybe(natTable(ground), 2),
      filter: filterTable(ground),
    })
    .map((tables) =>
      Object.entries(tables)
        .flatMap(([name, lines]) => [`*${name}`, ...lines, 'COMMIT'])
        .join('\n')
        .concat('\n'),
    );
}

type Lines = fc.Arbitrary<readonly string[]>;

const CHAINS = ['A1', 'A2', 'A3'];

function filterTable(ground: Ground): Lines {
  const policy = fc.constantFrom('ACCEPT', 'DROP');
  const chains = ['INPUT', 'INPUT', 'FORWARD', 'FORWARD', 'OUTPUT', ...CHAINS];
  return fc
    .record({
      input: policy,
      forward: policy,
      output: fc.constantFrom('ACCEPT', 'ACCEPT', 'ACCEPT', 'DROP'),
      rules: rulesOf(ground, chains, CHAINS, filterTarget(ground), 20),
    })
    .map(({ input, forward, output, rules }) => [
      `:INPUT ${input} [0:0]`,
      `:FORWARD ${forward} [0:0]`,
      `:OUTPUT ${output} [0:0]`,
      ...CHAINS.map((name) => `:${name} - [0:0]`),
      ...rules,
    ]);
}

function table(
  ground: Ground,
  builtIn: readonly string[],
  own: readonly string[],
  target: fc.Arbitrary<Target>,
): Lines {
  return rulesOf(ground, [...builtIn, ...own], own, target, 12).map((rules) => [
    ...builtIn.map((name) => `:${name} ACCEPT [0:0]`),
    ...own.map((name) => `:${name} - [0:0]`),
    ...rules,
  ]);
}

/** Chains of either side have their own targets, and call only chains of their side. */
function natTable(ground: Ground): Lines {
  return fc
    .tuple(
      table(ground, ['PREROUTING', 'OUTPUT'], ['N1'], dnatTarget(ground)),
      fc.oneof(fc.constant([]), table(ground, ['INPUT', 'POSTROUTING'], ['S1'], snatTarget(ground))),
    )
    .map((sides) => sides.flat().sort((a, b) => Number(b.startsWith(':')) - Number(a.startsWith(':'))));
}

/** Chains call only later ones, so that there is no circle. */
function rulesOf(
  ground: Ground,
  chains: readonly string[],
  own: readonly string[],
  target: fc.Arbitrary<Target>,
  maxLength: number,
): Lines {
  const call = fc
    .record({ how: fc.constantFrom('-j', '-j', '-g'), name: fc.constantFrom(...own) })
    .map(({ how, name }) => `${how} ${name}`);
  const rule = fc
    .record({
      chain: fc.constantFrom(...chains),
      match: matches(ground),
      target: fc.oneof({ weight: 3, arbitrary: target }, { weight: 1, arbitrary: call }),
    })
    .map(({ chain, match, target: then }) => {
      const called = /^-[jg] (\w+)$/.exec(then)?.[1] ?? '';
      const isBackwards =
        own.includes(called) && own.includes(chain) && own.indexOf(called) <= own.indexOf(chain);
      const faced = facing(chain, match);
      const end = isBackwards || !fits(chain, then) ? '-j RETURN' : withProtocol(ground, faced, then);
      return `-A ${chain}${faced} ${end}`;
    })
    .filter((text) => isLoadable(text));
  const one = rule.map((text) => [text]);
  if (ground.topic !== null) return fc.array(one, { maxLength: maxLength / 2 }).map((lines) => lines.flat());
  const rules = fc.oneof({ weight: 11, arbitrary: one }, { weight: 1, arbitrary: repeated(rule, ground) });
  return fc.array(rules, { maxLength }).map((lines) => lines.flat());
}

/** The rule again and again for other addresses, as blocklists do. */
function repeated(rule: fc.Arbitrary<string>, { family }: Ground): Lines {
  return fc
    .record({ text: rule, option: fc.constantFrom('-s', '-s', '-d'), addresses: blocklist(family) })
    .map(({ text, option, addresses }) =>
      text.includes(` ${option} `)
        ? [text]
        : addresses.map((address) => text.replace(/^-A \w+/, `$& ${option} ${address}`)),
    );
}

/** A hook has the one interface, the other, or both; a chain of one's own may be called from any. */
function facing(chain: string, match: string): string {
  if (chain === 'PREROUTING' || chain === 'INPUT') return match.replaceAll(' -o ', ' -i ');
  return chain === 'OUTPUT' || chain === 'POSTROUTING' ? match.replaceAll(' -i ', ' -o ') : match;
}

/** Each option once, each test where it is answered. */
function isLoadable(text: string): boolean {
  const given = text.match(/ -[sdpiof] /g) ?? [];
  return given.length === new Set(given).size && isAtHome(text);
}

/** Masquerading wants to know where the packet leaves. */
function fits(chain: string, target: Target): boolean {
  return !target.includes('MASQUERADE') || chain === 'POSTROUTING';
}

/** A target that needs a protocol names it unless the match has. */
function withProtocol({ transport }: Ground, match: string, target: Target): string {
  const [, protocol] = /^-p (\w+) /.exec(target) ?? [];
  if (protocol === undefined || !match.includes(' -p ')) return target;
  const isSame = match.includes(` -p ${protocol}`) && !match.includes('! -p') && protocol === transport;
  return isSame ? target.replace(`-p ${protocol} `, '') : '-j RETURN';
}
