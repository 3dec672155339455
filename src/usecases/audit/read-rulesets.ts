import { InputError } from '../../input-error.ts';
import { readRulesetSources, RULESET_TITLES, type RulesetSource } from '../../firewall/languages/dialect.ts';
import type { WindowsCircumstances } from '../../firewall/languages/windows/lower/circumstances.ts';
import type { Ruleset } from '../../firewall/model/ruleset.ts';
import { firewall, type Firewall } from '../../firewall/netfilter/machine/firewall.ts';
import type { System } from '../../system/system.ts';
import { unknownMachine, type ListeningProgram, type MachineFacts } from '../../facts/machine-facts.ts';
import { isPortTable, parsePortTables, type ReservedRange } from '../../facts/port-ranges.ts';
import { isMachineFile } from '../../facts/is-machine-file.ts';
import { dialectOf, type Dialects } from './dialects.ts';
import { readInput, refuseFiles, sourceName } from '../read-input.ts';
import { shellWord } from '../../shell-word.ts';

/** What is known of the machine that runs the rules. */
export interface ReadMachine {
  readonly firewall: Firewall;
  /** What it does with ports that this program listens on; null for one that nobody knows. */
  readonly firewallOf: (program: ListeningProgram | null) => Firewall;
  /** Null where no file of `vwaudit collect` is given. */
  readonly facts: MachineFacts | null;
}

/**
 * The files of one machine as what its kernel would do.
 * @param files `-` is standard input
 * @param dialects of each file, as far as stated; else its content and its name show it
 * @param windows what is known of a Windows computer besides its files
 * @throws InputError for files that can't be read or are no rulesets
 */
export async function readRulesets(
  files: readonly string[],
  dialects: Dialects,
  system: Pick<System, 'readBytes'>,
  windows: WindowsCircumstances,
): Promise<ReadMachine> {
  const read = await Promise.all(files.map((file) => readFile(file, dialects, system)));
  const machines = read.flatMap(({ facts }, index) =>
    facts === null ? [] : [{ facts, word: files[index] ?? '', host: facts.host }],
  );
  if (machines.length > 1) throw twoMachines(machines);
  const collected = machines[0]?.facts ?? null;
  const facts = withPortRanges(
    collected,
    read.flatMap(({ portRanges }) => portRanges),
  );
  const rulesetsOf = readRulesetSources(read.flatMap(({ sources }) => sources));
  const known = circumstances(windows, facts);
  const firewalls = new Map<string, Firewall>();
  const firewallOf = (program: ListeningProgram | null): Firewall => {
    const listener =
      isListenerStated(windows) || program === null
        ? {}
        : { ...program, isServiceKnown: true, isProgramUnread: program.program === null };
    const key = JSON.stringify(listener);
    const found = firewalls.get(key) ?? firewallFrom(rulesetsOf({ ...known, ...listener }), files, facts);
    firewalls.set(key, found);
    return found;
  };
  return { firewall: firewallOf(null), firewallOf, facts };
}

function firewallFrom(
  rulesets: readonly Ruleset[],
  files: readonly string[],
  facts: MachineFacts | null,
): Firewall {
  if (rulesets.length > 0) return firewall(rulesets, facts?.links ?? null);
  throw new InputError({
    code: 'no-ruleset',
    message: 'the files contain no rules',
    value: files.join(' '),
    fix: 'give the rules too: iptables-save beside ipset save, a registry export beside port tables',
  });
}

/** Port tables beside a file of `vwaudit collect` add to what it says. */
function withPortRanges(
  facts: MachineFacts | null,
  portRanges: readonly ReservedRange[],
): MachineFacts | null {
  if (portRanges.length === 0) return facts;
  const known = facts ?? unknownMachine('the computer');
  return { ...known, portRanges: [...known.portRanges, ...portRanges] };
}

/** What is stated of a Windows computer, and where nothing is, what was collected. */
function circumstances(stated: WindowsCircumstances, facts: MachineFacts | null): WindowsCircumstances {
  const localSubnets = stated.localSubnets.length > 0 ? stated.localSubnets : (facts?.subnets ?? []);
  return { ...stated, localSubnets, otherFirewalls: facts?.otherFirewalls ?? [] };
}

function isListenerStated({ program, service }: WindowsCircumstances): boolean {
  return program !== null || service !== null;
}

interface ReadFile {
  readonly sources: readonly RulesetSource[];
  /** Null where it is no file of `vwaudit collect`. */
  readonly facts: MachineFacts | null;
  readonly portRanges: readonly ReservedRange[];
}

/** The files of one machine as their languages take them. */
export async function readSources(
  files: readonly string[],
  dialects: Dialects,
  system: Pick<System, 'readBytes'>,
): Promise<readonly RulesetSource[]> {
  const read = await Promise.all(files.map((file) => readFile(file, dialects, system)));
  return read.flatMap(({ sources }) => sources);
}

async function readFile(
  word: string,
  dialects: Dialects,
  system: Pick<System, 'readBytes'>,
): Promise<ReadFile> {
  const text = await readInput(word, system);
  const file = sourceName(word);
  const dialect = dialectOf(word, dialects);
  const kind = reportKind(text);
  if (kind !== null) throw notRules(kind, word);
  if (dialect === null && isPortTable(text))
    return { sources: [], facts: null, portRanges: parsePortTables(text) };
  if (dialect !== null || !isMachineFile(text))
    return { sources: [{ text, file, dialect }], facts: null, portRanges: [] };
  const { readMachine } = await import('../../facts/read-machine.ts');
  return { ...readMachine(text, file), portRanges: [] };
}

/** What a report of vwaudit is of, by the beginning of its JSON; null for anything else. */
function reportKind(text: string): string | null {
  const head = /^\ufeff?\s*\{\s*"schemaVersion"\s*:\s*\d+\s*,[^{}[\]]*?"kind"\s*:\s*"([a-z]+)"/.exec(
    text.slice(0, 400),
  );
  const [, kind = null] = head ?? [];
  return kind === 'machine' ? null : kind;
}

function notRules(kind: string, word: string): InputError {
  const isLog = kind === 'listen';
  return new InputError({
    code: 'bad-ruleset',
    message: isLog
      ? 'this is a log of vwaudit listen, not a ruleset'
      : `this is a report of vwaudit (kind "${kind}"), not a ruleset`,
    fix: isLog
      ? `join it to what vwaudit check --json wrote, for example vwaudit merge report.json --listen-log ${shellWord(word)}`
      : `show it with vwaudit report ${shellWord(word)}; audit takes the rules, or what vwaudit collect wrote`,
    file: sourceName(word),
  });
}

function twoMachines(machines: readonly { readonly word: string; readonly host: string }[]): InputError {
  const words = machines.map(({ word }) => word);
  return new InputError({
    code: 'two-machines',
    message: 'two files of vwaudit collect are given for one host',
    value: words.join(' '),
    fix: `say whose each is, for example ${machines.map(({ word, host }) => shellWord(`${host}=${word}`)).join(' ')}`,
  });
}

/** @throws InputError where no ruleset is given, or one twice. */
export function refuseRulesetFiles(files: readonly string[]): void {
  refuseFiles(files, NO_RULESET, 'file');
}

const NO_RULESET = {
  code: 'no-ruleset',
  message: 'no ruleset is given',
  fix: `give the output of ${RULESET_TITLES}, or - for standard input`,
};
