import type { RuleRef } from '../../../firewall/model/rule-ref.ts';
import type { Firewall } from '../../../firewall/netfilter/machine/firewall.ts';
import { interfacesOfRules } from '../../../firewall/proof/named-interfaces.ts';
import { portForwards, type PortForward } from '../../../firewall/netfilter/machine/port-forwards.ts';
import { accessProver } from '../../../firewall/proof/prove-access.ts';
import type { ListeningProgram, MachineFacts } from '../../../facts/machine-facts.ts';
import type { System } from '../../../system/system.ts';
import type { Prover } from '../audit-host.ts';
import type { AuditOptions } from '../audit-options.ts';
import { readRulesets } from '../read-rulesets.ts';
import { refuseUnspokenHook } from '../refuse-unspoken-hook.ts';
import { NOTHING_STATED } from '../windows-options.ts';

/** What the files of one machine say. */
export interface Machine {
  readonly firewall: Firewall;
  /** Null where nobody collected them. */
  readonly facts: MachineFacts | null;
  /** Proves what the rules do where this program listens; null: any ordinary one. */
  readonly proverOf: (program: ListeningProgram | null) => Prover;
  /** Rules for other programs than any that was asked about so far. */
  readonly setAside: () => readonly RuleRef[];
  /** The interfaces that the rules name. */
  readonly namesInRules: () => ReadonlySet<string>;
  /** Where its NAT leads what others send. */
  readonly forwards: () => readonly PortForward[];
}

export interface Machines {
  /** @throws InputError for rules that can't be read, or say nothing of the hook */
  readonly read: (files: readonly string[]) => Promise<Machine>;
  /** Every one read so far. */
  readonly all: () => Promise<readonly Machine[]>;
}

/** The rules that are in every list. */
function ofAll([first = [], ...others]: readonly (readonly RuleRef[])[]): readonly RuleRef[] {
  const keyOf = ({ file, line, table, text }: RuleRef): string => `${file}\0${line}\0${table}\0${text}`;
  const keys = others.map((list) => new Set(list.map(keyOf)));
  return first.filter((rule) => keys.every((known) => known.has(keyOf(rule))));
}

/** Reads the files of machines, those of each once. */
export function machinesOf(
  { dialects, hook, windows = NOTHING_STATED }: Pick<AuditOptions, 'dialects' | 'hook' | 'windows'>,
  system: System,
): Machines {
  const machines = new Map<string, Promise<Machine>>();
  const readOne = async (files: readonly string[]): Promise<Machine> => {
    const { firewall, firewallOf, facts } = await readRulesets(files, dialects, system, { ...windows, hook });
    refuseUnspokenHook(firewall, hook, files, facts !== null);
    const provers = new Map<Firewall, Prover>();
    const proverOf = (program: ListeningProgram | null): Prover => {
      const own = firewallOf(program);
      const prove = provers.get(own) ?? accessProver(own);
      provers.set(own, prove);
      return prove;
    };
    const setAside = (): readonly RuleRef[] => ofAll([...provers.keys()].map((own) => own.setAside(hook)));
    let found: ReadonlySet<string> | undefined;
    const namesInRules = (): ReadonlySet<string> => (found ??= interfacesOfRules(firewall));
    let led: readonly PortForward[] | undefined;
    const forwards = (): readonly PortForward[] => (led ??= portForwards(firewall));
    return { firewall, facts, proverOf, setAside, namesInRules, forwards };
  };
  const read = (files: readonly string[]): Promise<Machine> => {
    const key = files.join('\0');
    const machine = machines.get(key) ?? readOne(files);
    machines.set(key, machine);
    return machine;
  };
  return { read, all: () => Promise.all(machines.values()) };
}
