import type { DecidedBy, OnlyBy } from '../decided-by.ts';

/** Which of the connections of an address fare so: `from port 53`, `with ECN, to 10.20.0.11`. */
export function onlyText({ sourcePort, isEcn = false, to }: OnlyBy): string {
  const clauses = [
    ...(sourcePort === undefined ? [] : [`from port ${sourcePort}`]),
    ...(isEcn ? ['with ECN'] : []),
    ...(to === undefined ? [] : [`to ${to}`]),
  ];
  return clauses.length === 0 ? 'some connections' : clauses.join(', ');
}

/** The same of all of these; null where it differs, or where all connections fare so. */
export function onlyOfAll(decided: readonly DecidedBy[]): OnlyBy | null {
  const [first, ...others] = decided.map(({ only }) => only ?? null);
  const isSame = others.every((only) => keyOf(only) === keyOf(first ?? null));
  return isSame ? (first ?? null) : null;
}

function keyOf(only: OnlyBy | null): string {
  return only === null ? '' : onlyText(only);
}
