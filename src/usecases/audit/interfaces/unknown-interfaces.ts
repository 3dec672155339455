import type { MachineFacts } from '../../../facts/machine-facts.ts';
import type { FilterHook } from '../../../firewall/model/question.ts';
import type { StatedInterface } from '../../../ports/stated-interfaces.ts';

interface Known {
  readonly hook: FilterHook;
  readonly facts: Pick<MachineFacts, 'interfaces' | 'host'> | null;
  /** Of the machine with the rules. */
  readonly stated: readonly StatedInterface[];
  readonly namesInRules: () => ReadonlySet<string>;
}

/** Interfaces that rules name and the machine does not have, as far as its own are known: perhaps a typing error. */
export function unknownInterfaces({ hook, facts, stated, namesInRules }: Known): readonly string[] {
  const collected = facts?.interfaces ?? null;
  // What is stated of a server need not be all that it has.
  const own = collected ?? (hook === 'forward' ? stated.map(({ name }) => name) : []);
  if (own.length === 0) return [];
  const known = new Set([...own, ...stated.map(({ name }) => name)]);
  const unknown = [...namesInRules()].filter((name) => !known.has(name));
  if (unknown.length === 0) return [];
  const whose = collected === null ? 'stated' : `up on ${facts?.host ?? ''}`;
  return [
    `the rules name ${unknown.join(', ')}, and no interface of that name is ${whose} (${[...known].join(', ')} are): a typing error?`,
  ];
}
