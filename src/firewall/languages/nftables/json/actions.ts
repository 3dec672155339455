import { formatExpression } from '../syntax/format.ts';
import { resetOption } from '../lower/select/reset-option.ts';
import { REJECT_CODES } from '../lower/reject-codes.ts';
import type { Statement } from '../syntax/syntax.ts';
import { formatCondition } from './stateful-statements.ts';
import { readExpression } from './expression.ts';
import { readNat } from './nat.ts';
import { readMeter, readUpdate } from './set-update.ts';
import { isObject, textOf } from './shape.ts';
import type { Reason } from '../../../model/reason.ts';

type Reader = (content: unknown) => Statement | undefined;

const note = (text: string): Statement => ({ kind: 'note', text });
const undecided = (text: string, reason: Reason): Statement => ({ kind: 'unknown', text, reason });

/** The statements that are no test, by their key. */
export const ACTIONS: Readonly<Record<string, Reader>> = {
  reject: readReject,
  snat: (content) => readNat('snat', content),
  dnat: (content) => readNat('dnat', content),
  masquerade: (content) => readNat('masquerade', content),
  redirect: (content) => readNat('redirect', content),
  notrack: () => ({ kind: 'notrack' }),
  queue: () => ({ kind: 'queue', text: 'queue' }),
  log: readLog,
  last: (content) =>
    content === null || (isObject(content) && Object.keys(content).every((key) => key === 'used'))
      ? note('last')
      : undefined,
  counter: readCounter,
  limit: (content) => condition('limit', content),
  quota: (content) => condition('quota', content),
  'ct count': (content) => condition('ct count', content),
  'ct helper': (content) => readObject('ct helper', content),
  'ct timeout': (content) => readObject('ct timeout', content),
  'ct expectation': (content) => readObject('ct expectation', content),
  set: (content) => readUpdate('set', content),
  map: (content) => readUpdate('map', content),
  meter: readMeter,
  flow: (content) => (isObject(content) ? note(`flow add ${textOf(content.flowtable) ?? ''}`) : undefined),
  dup: (content) => (isObject(content) ? note('dup') : undefined),
  fwd: () => undecided('fwd', { code: 'other-interface' }),
  tproxy: () => undecided('tproxy', { code: 'transparent-proxy' }),
  synproxy: () => undecided('synproxy', { code: 'answers-for-server' }),
  reset: (content) => resetOption(readExpression(content)),
};

function readObject(kind: string, name: unknown): Statement | undefined {
  return typeof name === 'string' ? note(`${kind} set "${name}"`) : undefined;
}

function readReject(content: unknown): Statement | undefined {
  if (content === null) return { kind: 'reject', type: null, code: null };
  if (!isObject(content)) return undefined;
  const { type, expr } = content;
  switch (type) {
    case undefined:
      return { kind: 'reject', type: null, code: null };
    case 'tcp reset':
      return { kind: 'reject', type, code: null };
    case 'icmp':
    case 'icmpv6':
    case 'icmpx':
      return isCode(type, expr) ? { kind: 'reject', type, code: textOf(expr) ?? null } : undefined;
    default:
      return undefined;
  }
}

function isCode(type: keyof typeof REJECT_CODES, code: unknown): boolean {
  return typeof code === 'string'
    ? REJECT_CODES[type].some((known) => known === code)
    : code === undefined || typeof code === 'number';
}

function readLog(content: unknown): Statement {
  const prefix = isObject(content) ? textOf(content.prefix) : undefined;
  return note(prefix === undefined ? 'log' : `log prefix "${prefix}"`);
}

/** A named counter may be what a map gives: without an element there, the rule ends. */
function readCounter(content: unknown): Statement | undefined {
  if (typeof content === 'string') return note(`counter name "${content}"`);
  if (!isObject(content) || !('map' in content)) return note('counter');
  const map = readExpression(content);
  if (map.kind !== 'map') return undefined;
  return { kind: 'lookup', text: `counter name ${formatExpression(map)}`, key: map.key, data: map.data };
}

function condition(kind: 'limit' | 'quota' | 'ct count', content: unknown): Statement {
  return {
    kind: 'condition',
    text: formatCondition(kind, content),
    reason: kind === 'ct count' ? { code: 'connection-count' } : { code: 'earlier-packets' },
    ...ifAlone(kind, content),
  };
}

/** What a limit says of a packet that comes alone; the connection of the packet counts. */
function ifAlone(kind: 'limit' | 'quota' | 'ct count', content: unknown): { readonly ifAlone?: boolean } {
  if (kind === 'quota' || !isObject(content)) return {};
  const isOver = content.inv === true;
  if (kind === 'limit') {
    // A rate of bytes may be less than a single packet has.
    const isOfPackets = (content.rate_unit ?? 'packets') === 'packets' && 'rate' in content;
    return isOfPackets ? { ifAlone: !isOver } : {};
  }
  return typeof content.val === 'number' ? { ifAlone: content.val >= 1 !== isOver } : {};
}
