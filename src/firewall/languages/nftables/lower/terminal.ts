import type { Statement } from '../syntax/syntax.ts';

/** What decides on every packet that comes this far: the kernel runs nothing after it. */
export function isTerminal(statement: Statement): boolean {
  switch (statement.kind) {
    case 'verdict':
      return statement.verdict.kind !== 'continue';
    case 'reject':
    case 'nat':
    case 'queue':
      return true;
    default:
      return false;
  }
}
