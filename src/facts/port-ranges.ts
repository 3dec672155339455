import { MAX_PORT, TRANSPORTS, type Transport } from '../net/port-range.ts';

/** Ports that the system keeps: `excluded` nobody can listen on, `dynamic` ones it gives to programs that connect. */
export interface ReservedRange {
  readonly kind: 'excluded' | 'dynamic';
  /** Both where the table does not tell. */
  readonly transports: readonly Transport[];
  readonly first: number;
  readonly last: number;
  /** An administrator reserved it (`*`), which keeps other programs away. */
  readonly isAdministered: boolean;
}

/** `netsh int ipv4 show excludedportrange protocol=tcp` and `show dynamicport tcp`, in any language: the digits and dashes tell. */
export function isPortTable(text: string): boolean {
  const head = text.slice(0, 4000);
  return EXCLUDED_HEAD.test(head) || DYNAMIC_TABLE.test(head);
}

const EXCLUDED_HEAD = /^[^\n]*\b(?:tcp|udp)\b[^\n]*\r?\n\s*[^\n]*\r?\n-{4,} +-{4,} *\r?$/im;
const DYNAMIC_TABLE = /^[^\n]*\b(?:tcp|udp)\b[^\n]*\r?\n-{10,}\r?\n[^\n]*: *\d+ *\r?\n[^\n]*: *\d+ *\r?$/im;

/** The ranges of one table, or of several one after the other. */
export function parsePortTables(text: string): readonly ReservedRange[] {
  const found: ReservedRange[] = [];
  let transports: readonly Transport[] = TRANSPORTS;
  let start: number | null = null;
  for (const line of text.split(/\r?\n/)) {
    const [, named] = /\b(tcp|udp)\b/i.exec(line) ?? [];
    if (named !== undefined) {
      transports = TRANSPORTS.filter((one) => one === named.toLowerCase());
      start = null;
    }
    const [, first, last, star] = /^\s*(\d{1,5})\s+(\d{1,5})\s*(\*?)\s*$/.exec(line) ?? [];
    if (first !== undefined && last !== undefined)
      found.push(range('excluded', transports, Number(first), Number(last), star === '*'));
    const [, number] = /:\s*(\d{1,5})\s*$/.exec(line) ?? [];
    if (number === undefined) continue;
    if (start === null) {
      start = Number(number);
      continue;
    }
    found.push(range('dynamic', transports, start, start + Number(number) - 1, false));
    start = null;
  }
  return found.filter((one) => one.first <= one.last);
}

function range(
  kind: ReservedRange['kind'],
  transports: readonly Transport[],
  first: number,
  last: number,
  isAdministered: boolean,
): ReservedRange {
  return { kind, transports, first, last: Math.min(last, MAX_PORT), isAdministered };
}
