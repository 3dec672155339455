import { z } from 'zod';
import { tryParseAddress, type Family } from '../../net/address.ts';
import { blockOf, prefixOf, type Prefix } from '../../net/prefix.ts';
import { printable } from '../../printable.ts';

/** What becomes of packets that a rule of `ip rule` matches. */
export type RuleAction =
  /** Routes with a prefix no longer than `ignoresUpTo` don't count (`suppress_prefixlength`); null: none, and a table nobody knows. */
  | { readonly kind: 'table'; readonly table: string | null; readonly ignoresUpTo: number | null }
  /** `blackhole`, `prohibit`, `unreachable`. */
  | { readonly kind: 'deny' }
  | { readonly kind: 'goto'; readonly priority: number }
  | { readonly kind: 'nop' };

/** Which packets it is for, and what becomes of them. */
export interface RoutingRule {
  readonly priority: number;
  /** As `ip rule` prints it. */
  readonly text: string;
  /** Packets from there; null is any. */
  readonly from: Prefix | null;
  /** Packets to there; null is any. */
  readonly to: Prefix | null;
  /** It is for all other packets (`not`). */
  readonly isInverted: boolean;
  /** It asks for nothing else (`fwmark`, `iif`, `tos`, ...). */
  readonly isFollowed: boolean;
  readonly action: RuleAction;
}

/** What `ip -j rule show` prints: in the order of their priorities. */
export function parseRules(output: string, family: Family): readonly RoutingRule[] {
  return z
    .array(z.looseObject({ priority: z.number(), src: z.string().default('all') }))
    .parse(JSON.parse(output))
    .sort((a, b) => a.priority - b.priority)
    .map((rule) => {
      const from = endOf(rule.src, rule.srclen, family);
      const to = endOf(rule.dst ?? 'all', rule.dstlen, family);
      return {
        priority: rule.priority,
        text: textOf(rule),
        from: from ?? null,
        to: to ?? null,
        isInverted: 'not' in rule,
        isFollowed:
          from !== undefined && to !== undefined && Object.keys(rule).every((key) => FOLLOWED.has(key)),
        action: actionOf(rule),
      };
    });
}

type Fields = Readonly<Record<string, unknown>>;

/** Null is any, undefined is not read. */
function endOf(address: unknown, length: unknown, family: Family): Prefix | null | undefined {
  if (address === 'all') return null;
  if (typeof address !== 'string') return undefined;
  return parsePrefix(`${address}${typeof length === 'number' ? `/${length}` : ''}`, family) ?? undefined;
}

function actionOf({ action, goto, table, suppress_prefixlen: ignoresUpTo, ...rule }: Fields): RuleAction {
  if (typeof goto === 'number') return { kind: 'goto', priority: goto };
  if ('nop' in rule || action === 'nop') return { kind: 'nop' };
  if (typeof action === 'string' && DENYING.has(action)) return { kind: 'deny' };
  return {
    kind: 'table',
    table: typeof table === 'string' || typeof table === 'number' ? String(table) : null,
    ignoresUpTo: typeof ignoresUpTo === 'number' ? ignoresUpTo : null,
  };
}

/** Actions, of a rule as of a route. */
export const DENYING: ReadonlySet<string> = new Set(['blackhole', 'prohibit', 'unreachable']);

const FOLLOWED: ReadonlySet<string> = new Set([
  ...['priority', 'not', 'src', 'srclen', 'dst', 'dstlen', 'protocol'],
  ...['table', 'suppress_prefixlen', 'action', 'goto', 'nop', 'unresolved'],
]);

/** `10: not from 10.62.0.0/16 fwmark 0x1 lookup 7` */
function textOf({ priority, not, src, srclen, dst, dstlen, table, action, ...rest }: Fields): string {
  const more = Object.entries(rest).filter(([key]) => key !== 'protocol');
  const words = [
    ...(not === undefined ? [] : ['not']),
    ...['from', [src, srclen].flatMap(wordOf).join('/')],
    ...(dst === undefined ? [] : ['to', [dst, dstlen].flatMap(wordOf).join('/')]),
    ...more.flatMap(([key, value]) => [key, ...wordOf(value)]),
    ...(table === undefined ? [] : ['lookup', ...wordOf(table)]),
    ...wordOf(action),
  ];
  return printable(`${wordOf(priority).join('')}: ${words.join(' ')}`);
}

function wordOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return value === undefined || value === null ? [] : [JSON.stringify(value)];
}

/** As `ip` writes one; null for what is none of the family. */
export function parsePrefix(word: string, family: Family): Prefix | null {
  if (word === 'default') return { family, first: 0n, length: 0 };
  const [host = '', bits] = word.split('/');
  const address = tryParseAddress(host);
  if (address?.family !== family) return null;
  return bits === undefined ? prefixOf(address) : blockOf(address, Number(bits));
}
