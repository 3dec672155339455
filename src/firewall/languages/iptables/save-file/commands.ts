import type { InputError } from '../../../../input-error.ts';
import { badRuleset, type SourceLocation } from '../../../model/source-location.ts';
import { clear, declareChain, isEmpty, noChain, undeclaredChain, type OpenTable } from './table-builder.ts';
import { TABLES } from './tables.ts';
import { wordPlace } from '../syntax/tokenize.ts';

/**
 * `-N CHAIN`, `-P CHAIN POLICY`, and what people empty a table with before they fill it. Where the back ends do not agree on
 * what a command does to what came before it, it is refused.
 */
export function readOtherCommand(
  table: OpenTable,
  words: readonly string[],
  { line, place }: { readonly line: string; readonly place: SourceLocation },
): void {
  const [command = '', chainName, policy] = words;
  const { chains } = table;
  const isFirst = chains.size === 0 && words.length === 1;
  switch (command) {
    case '-N':
    case '--new-chain':
      if (words.length > 2) throw notALine(line, place);
      declareChain(table, `${chainName ?? ''} -`, wordPlace(line, 1, place));
      return;
    case '-P':
    case '--policy':
      if (words.length !== 3 || !Object.hasOwn(TABLES[table.name] ?? {}, chainName ?? ''))
        throw notALine(line, place);
      declareChain(table, `${chainName ?? ''} ${policy ?? ''}`, wordPlace(line, 1, place));
      return;
    case '-F':
    case '--flush': {
      if (isFirst || (words.length === 1 && [...chains.values()].every(isEmpty))) return;
      if (chainName === undefined || words.length > 2) throw notALine(line, place);
      const chain = chains.get(chainName) ?? undeclaredChain(table, chainName, place.line);
      if (chain === undefined) throw noChain(table, chainName, line, place);
      clear(chain);
      return;
    }
    case '-X':
    case '--delete-chain':
    case '-Z':
    case '--zero':
      if (isFirst) return;
  }
  throw notALine(line, place);
}

export function notALine(line: string, place: SourceLocation): InputError {
  return badRuleset(place, 'not a line of iptables-save', line, 'give the output of iptables-save');
}
