import { lookUp } from '../../vocabulary/own-property.ts';
import { failAt, type ParserState } from './parser-state.ts';

/** `-m NAME` */
export function loadModule(state: ParserState, name: string): void {
  const module = lookUp(state.table.grammar.modules, name);
  if (module === undefined && !/^[\w-]{1,29}$/.test(name))
    throw failAt(state, 'not a match module', name, 'give a module name after -m');
  state.modules.push({ name, grammar: module?.options ?? null, options: [] });
}
