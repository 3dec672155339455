import fc from 'fast-check';
import { ADDRESS_BITS, formatAddress, parseAddress, type Family } from '../../../../src/net/address.ts';
import { FAR, OWN, PORTS, SERVER, SOURCES } from '../places.ts';
import { oneOf } from './phrase.ts';

type Text = fc.Arbitrary<string>;

/** Any address that takes part. */
export function address(family: Family): Text {
  return fc.oneof({ weight: 3, arbitrary: source(family) }, { weight: 1, arbitrary: target(family) });
}

/** Where packets go to. */
export function target(family: Family): Text {
  return fc.constantFrom(SERVER[family], SERVER[family], ...OWN[family], ...FAR[family]);
}

export function source(family: Family): Text {
  return fc.constantFrom(...SOURCES[family]);
}

const LENGTHS = {
  4: [0, 15, 16, 17, 18, 20, 22, 24, 25, 30, 31, 32],
  6: [0, 16, 64, 80, 96, 112, 120, 127, 128],
} as const;

/** A prefix without host bits, as a person writes it. */
export function network(family: Family): Text {
  return fc
    .tuple(address(family), fc.constantFrom(...LENGTHS[family]))
    .map(([text, length]) => `${formatAddress({ family, value: spanOf(`${text}/${length}`)[0] })}/${length}`);
}

export function addressRange(family: Family): Text {
  return fc.tuple(source(family), source(family)).map(([a, b]) => inOrder(a, b));
}

/** An element of an interval set of addresses. */
export function addressElement(family: Family): Text {
  return fc.oneof(source(family), source(family), network(family), addressRange(family));
}

export const port = fc.constantFrom(...PORTS).map(String);

export const portRange = fc.tuple(port, port).map(([a, b]) => inOrder(a, b));

export const portElement = fc.oneof({ weight: 3, arbitrary: port }, { weight: 1, arbitrary: portRange });

export const sourcePorts = oneOf('1024-65535', '0-1023', '1000-30000', '200-999', '53', '> 1023', '< 1024');

export const mark = oneOf('0x0', '0x1', '0x2', '0x11', '0xf0', '7', '0xffffffff');

export const mask = oneOf('0xffffffff', '0xff', '0xf0', '0x1');

/** The interface packets come by, others, patterns; `lo` among them. */
export const interfaceName = oneOf('"v1b"', 'v1b', '"v*"', '"v1*"', '"eth0"', '"eth*"', '"lo"', 'lo');

export const MAX_ELEMENTS = 6;

/** Elements of which none holds a value of another, at least one: what every nft loads. */
export function disjoint(element: Text, maxLength = MAX_ELEMENTS): fc.Arbitrary<readonly string[]> {
  return fc.array(element, { minLength: 1, maxLength }).map((elements) => {
    const kept: { readonly text: string; readonly span: Span }[] = [];
    for (const text of elements) {
      const span = spanOf(text);
      if (kept.every((other) => span[1] < other.span[0] || other.span[1] < span[0]))
        kept.push({ text, span });
    }
    return kept.map(({ text }) => text);
  });
}

/** First and last value. */
type Span = readonly [bigint, bigint];

function spanOf(text: string): Span {
  const [from = '', to = from] = text.split('-');
  const [first = '', length] = from.split('/');
  if (length === undefined) return [valueOf(from), valueOf(to)];
  const size = 1n << BigInt(ADDRESS_BITS[first.includes(':') ? 6 : 4] - Number(length));
  const value = valueOf(first);
  return [value - (value % size), value - (value % size) + size - 1n];
}

function valueOf(text: string): bigint {
  return /^\d+$/.test(text) ? BigInt(text) : parseAddress(text, 'element').value;
}

function inOrder(a: string, b: string): string {
  const [x, y] = [valueOf(a), valueOf(b)];
  return x === y ? a : x < y ? `${a}-${b}` : `${b}-${a}`;
}
