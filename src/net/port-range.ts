export const TRANSPORTS = ['tcp', 'udp'] as const;

export type Transport = (typeof TRANSPORTS)[number];

/** Ports `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export const MAX_PORT = 65535;

/** Sorted, joined runs of the given ports: 102, 103, 10100 → 102–103, 10100. */
export function toPortRanges(ports: Iterable<number>): readonly PortRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range !== undefined && range.last + 1 === port) range.last = port;
    else ranges.push({ first: port, last: port });
  }
  return ranges;
}

/** `102` or `10101–10103`; the separator is the format's (`-` for nft and Windows, `:` for iptables). */
export function formatPortRange({ first, last }: PortRange, separator = '-'): string {
  return first === last ? `${first}` : `${first}${separator}${last}`;
}
