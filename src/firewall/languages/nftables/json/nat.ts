import type { Expression, Nat } from '../syntax/syntax.ts';
import { readExpression } from './expression.ts';
import { isObject, listOf, textOf } from './shape.ts';

/** `{"dnat": {"family": "ip", "addr": …, "port": …, "flags": …}}` */
export function readNat(type: Nat['type'], content: unknown): Nat | undefined {
  if (content !== null && !isObject(content)) return undefined;
  const { family, addr, port, flags } = content ?? {};
  const wantsTarget = type === 'snat' || type === 'dnat';
  if (wantsTarget && addr === undefined && port === undefined) return undefined;
  const target = addr === undefined ? null : readExpression(addr);
  const ports = port === undefined ? null : readExpression(port);
  return {
    kind: 'nat',
    type,
    family: family === 'ip' ? 4 : family === 'ip6' ? 6 : null,
    ...split(target, ports),
    flags: listOf(flags).flatMap((flag) => textOf(flag) ?? []),
  };
}

/** `addr . port to 10.0.0.1 . 80` */
function split(address: Expression | null, ports: Expression | null): Pick<Nat, 'address' | 'ports'> {
  if (address?.kind !== 'concat') return { address, ports };
  const [first = null, second = null] = address.parts;
  return { address: first, ports: second };
}
