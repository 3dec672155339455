import type { Effect } from '../model/action.ts';
import { isInterfaceName } from '../model/interface-name.ts';
import { expandMerged } from '../model/merge-rules.ts';
import type { InterfaceMatch, Match } from '../model/match.ts';
import { eachTest } from '../model/visit-matches.ts';
import type { Rule } from '../model/ruleset.ts';
import type { Firewall } from '../netfilter/machine/firewall.ts';
import type { TraceEntry } from '../netfilter/trace/trace-entry.ts';

/** The interfaces the rule of a trace entry asks for by their whole names, in its order: not those it asks to be another. */
export function namedInterfaces(
  { tables }: Firewall,
  { file, table: name, chain, line, rule: text }: TraceEntry,
  field: InterfaceMatch['field'],
): readonly string[] {
  const rules = tables
    .filter((table) => table.file === file && table.name === name)
    .flatMap((table) => table.chains.get(chain)?.rules ?? [])
    .flatMap(expandMerged)
    .filter((rule) => rule.line === line && rule.text === text);
  return [...new Set(rules.flatMap((rule) => namesOfRule(rule, field)))].filter(isWholeName);
}

/** Every interface packets come in by that a rule speaks of by its whole name, also those it excludes. */
export function interfacesOfRules({ tables }: Pick<Firewall, 'tables'>): ReadonlySet<string> {
  const rules = tables.flatMap(({ chains }) => [...chains.values()].flatMap((chain) => chain.rules));
  const names = rules.flatMap(({ matches }) =>
    matches.flatMap((match) => [true, false].flatMap((isWanted) => namesOf(match, 'in-interface', isWanted))),
  );
  return new Set(names.filter((name) => isWholeName(name) && name !== 'lo'));
}

/** Every interface that a test of the rules is about, but `lo`: whole names, and beginnings with a `*` after them. */
export function interfacesTested(
  firewall: Pick<Firewall, 'tables'>,
  field: InterfaceMatch['field'],
): ReadonlySet<string> {
  const found = new Set<string>();
  eachTest(firewall, (match) => {
    if (match.kind === 'interface' && match.field === field) match.in.forEach((name) => found.add(name));
  });
  return new Set([...found].filter((name) => !['lo', '', '*'].includes(name)));
}

/** `ppp+` of iptables is `ppp*` here. */
function isWholeName(name: string): boolean {
  return isInterfaceName(name) && !name.endsWith('*');
}

function namesOfRule({ matches, effects }: Rule, field: InterfaceMatch['field']): readonly string[] {
  return [
    ...matches.flatMap((match) => namesOf(match, field, true)),
    ...effects.flatMap((effect) => namesOfEffect(effect, field)),
  ];
}

function namesOfEffect(effect: Effect, field: InterfaceMatch['field']): readonly string[] {
  switch (effect.kind) {
    case 'only-if':
      return effect.matches.flatMap((match) => namesOf(match, field, true));
    case 'choose':
      return effect.cases.flatMap(({ match, effects }) => [
        ...namesOf(match, field, true),
        ...effects.flatMap((each) => namesOfEffect(each, field)),
      ]);
    default:
      return [];
  }
}

/** @param isWanted whether the rule applies where the match holds, or where it does not */
function namesOf(match: Match, field: InterfaceMatch['field'], isWanted: boolean): readonly string[] {
  switch (match.kind) {
    case 'interface':
      return isWanted && match.field === field ? match.in : [];
    case 'not':
      return namesOf(match.of, field, !isWanted);
    case 'all':
    case 'any':
      return match.of.flatMap((each) => namesOf(each, field, isWanted));
    default:
      return [];
  }
}
