import type { Rule } from '../../../model/ruleset.ts';
import { append, undeclaredChain, type OpenTable } from './table-builder.ts';
import { TABLES } from './tables.ts';
import type { Reason } from '../../../model/reason.ts';

/**
 * A chain that is not declared keeps the policy it had: ACCEPT, unless somebody set another. A table of user-defined chains
 * alone is a part of a ruleset (ufw keeps its rules so): what calls them is in another file.
 */
export function addDefaultPolicies(table: OpenTable): void {
  const { name, line, chains, before } = table;
  const isPart = chains.size > 0 && [...chains.values()].every(({ base }) => base === null);
  // Older kernels have fewer chains in the other tables, and nobody filters there.
  if (name === 'filter' && chains.size > 0)
    for (const builtIn of Object.keys(TABLES.filter ?? {}))
      if (!chains.has(builtIn)) undeclaredChain(table, builtIn, line);
  for (const chain of chains.values())
    if (chain.isUndeclared) {
      const isDroppedBefore = before?.chains.get(chain.name)?.base?.policy === 'drop';
      const policy = isDroppedBefore ? policyOfEither : isPart ? declaredElsewhere : usualPolicy;
      append(chain, policy(chain.name, line));
    }
}

function policyOfEither(chain: string, line: number): Rule {
  const text = `policy of chain ${chain}`;
  return placeholder(line, text, { code: 'policy-of-earlier-block' });
}

function usualPolicy(chain: string, line: number): Rule {
  const text = `chain ${chain}: default policy ACCEPT (not in the file)`;
  return {
    kind: 'policy',
    line,
    text: 'policy accept',
    matches: [{ kind: 'assumed', holds: true, assumption: { text } }],
    effects: [{ kind: 'accept' }],
  };
}

function declaredElsewhere(chain: string, line: number): Rule {
  const text = `chain ${chain}`;
  return placeholder(line, text, { code: 'declared-elsewhere' });
}

function placeholder(line: number, text: string, reason: Reason): Rule {
  return { kind: 'placeholder', line, text, matches: [], effects: [{ kind: 'unknown', text, reason }] };
}
