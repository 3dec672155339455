import { INTERFACE_KEYS, nearestField } from './header-fields.ts';
import { EXTENSION_HEADERS, FIB_RESULTS } from '../syntax/packet-words.ts';
import type { Expression } from '../syntax/syntax.ts';
import type { Lexer } from './scan/lexer.ts';
import type { ParserState } from './scan/parser-state.ts';
import { readOption } from './opaque.ts';
import { STRUCTURE_WORDS } from './scan/reserved-words.ts';
import { readNumber } from './values.ts';

const HEADERS: ReadonlySet<string> = new Set([
  ...['ether', 'vlan', 'arp', 'ip', 'ip6', 'icmp', 'icmpv6', 'igmp', 'tcp', 'udp', 'udplite', 'sctp', 'dccp'],
  ...['ah', 'esp', 'comp', 'th', 'gre', 'gretap', 'vxlan', 'geneve'],
]);

/** Headers of tunnels: `vxlan ip saddr` is of the packet within, which later versions of nft can test. */
const TUNNELS: ReadonlySet<string> = new Set(['gre', 'gretap', 'vxlan', 'geneve']);

/** `rt` is an extension header, and also the routing decision. */
const ROUTING: ReadonlySet<string> = new Set(['classid', 'nexthop', 'mtu', 'tcpmss', 'ipsec', 'ip', 'ip6']);

/** `ipsec in reqid` is of the policy, `ipsec exists` is a key of meta. */
const DIRECTIONS: ReadonlySet<string> = new Set(['in', 'out']);

/** Keys that may be written without `meta`. */
const META_KEYS: ReadonlySet<string> = new Set([
  ...INTERFACE_KEYS,
  ...['mark', 'skuid', 'skgid', 'nftrace', 'rtclassid', 'pkttype', 'cpu', 'cgroup'],
  ...['ibriport', 'ibrname', 'obriport', 'obrname'],
]);

const LEADS: ReadonlySet<string> = new Set([
  ...HEADERS,
  ...EXTENSION_HEADERS,
  ...META_KEYS,
  'meta',
  'ct',
  'fib',
  'exthdr',
  'ipsec',
]);

/** Protocol names are values too: only before the name of a field is `tcp` a header. */
export function startsFixed(lexer: Lexer): boolean {
  if (lexer.kind !== 'word' || !LEADS.has(lexer.text)) return false;
  if (META_KEYS.has(lexer.text)) return true;
  return lexer.isBeforeWord();
}

/** A part of the packet; `undefined` where none begins here. */
export function readFixed(state: ParserState): Expression | undefined {
  const { lexer } = state;
  if (lexer.is('@')) return readRaw(state);
  const lead = lexer.text;
  if (!LEADS.has(lead)) return undefined;
  if (lead === 'ct') return readConntrack(state);
  if (lead === 'fib') return readFib(state);
  if (lead === 'ipsec' && DIRECTIONS.has(lexer.peek().text)) return undefined;
  if (lead === 'rt' && ROUTING.has(lexer.peek().text)) return undefined;
  const { start } = lexer;
  lexer.next();
  if (lexer.is('option') || lexer.is('chunk')) return readOption(state, lead, start);
  if (lead === 'meta') return { kind: 'meta', key: keyOf(lexer, 'meta') };
  if (META_KEYS.has(lead) || lead === 'ipsec') return { kind: 'meta', key: lead };
  if (lead === 'exthdr') return { kind: 'extension', header: oneOf(lexer, EXTENSION_HEADERS), name: null };
  if (TUNNELS.has(lead) && HEADERS.has(lexer.text) && lexer.isBeforeWord()) {
    lexer.next();
    fieldName(lexer, 'a field of the packet within');
    return {
      kind: 'opaque',
      text: lexer.textFrom(start),
      reason: { code: 'unsupported' },
    };
  }
  refuseMistyped(lexer, lead, 'field');
  const name = fieldName(lexer, `a field of ${lead}`);
  // `arp saddr ether`, `arp daddr ip`: the one header whose fields have names of two words.
  if (lead === 'arp' && name.endsWith('addr'))
    return { kind: 'field', header: lead, name: arpAddress(lexer, name) };
  return EXTENSION_HEADERS.has(lead)
    ? { kind: 'extension', header: lead, name: `${name}${readIndex(state)}` }
    : { kind: 'field', header: lead, name };
}

/** The `[1]` of `srh sid[1]`, one address of several. */
function readIndex(state: ParserState): string {
  const { lexer } = state;
  const { start } = lexer;
  if (!lexer.skip('[')) return '';
  readNumber(state, 'which of the addresses');
  lexer.expect(']');
  return lexer.textFrom(start);
}

function arpAddress(lexer: Lexer, name: string): string {
  if (lexer.skip('ether')) return `${name} ether`;
  lexer.expect('ip');
  return `${name} ip`;
}

/** The name of a part of the packet, of this version of nft or a later one. */
function fieldName(lexer: Lexer, what: string): string {
  if (!/^[a-z][a-z\d-]*$/.test(lexer.text) || STRUCTURE_WORDS.has(lexer.text))
    throw lexer.fail(`expected ${what}`, 'write it as nft(8) names it');
  return lexer.name(what);
}

function keyOf(lexer: Lexer, lead: 'meta' | 'ct'): string {
  refuseMistyped(lexer, lead, 'key');
  return fieldName(lexer, `a key of ${lead}`);
}

/** @throws InputError where the next word is almost one that is known */
function refuseMistyped(lexer: Lexer, lead: string, what: 'field' | 'key'): void {
  const near = nearestField(lead, lexer.text);
  if (near !== undefined) throw lexer.fail(`not a ${what} of ${lead}`, `did you mean ${near}?`);
}

/** `ct [original|reply] [ip|ip6] KEY` */
function readConntrack({ lexer }: ParserState): Expression {
  lexer.next();
  const direction = lexer.is('original') ? 'original' : lexer.is('reply') ? 'reply' : null;
  if (direction !== null) lexer.next();
  const family = lexer.is('ip') ? 4 : lexer.is('ip6') ? 6 : null;
  if (family !== null) lexer.next();
  return { kind: 'ct', key: keyOf(lexer, 'ct'), direction, family };
}

/** `fib saddr . iif oif` */
function readFib({ lexer }: ParserState): Expression {
  lexer.next();
  const at = lexer.start;
  const inputs = [oneOf(lexer, FIB_INPUTS)];
  while (lexer.skip('.')) inputs.push(oneOf(lexer, FIB_INPUTS));
  if (inputs.includes('saddr') === inputs.includes('daddr'))
    throw lexer.fail('fib looks up one address', 'write saddr or daddr', at);
  return { kind: 'fib', inputs, result: oneOf(lexer, FIB_RESULTS) };
}

const FIB_INPUTS: ReadonlySet<string> = new Set(['saddr', 'daddr', 'mark', 'iif', 'oif']);

function oneOf(lexer: Lexer, known: ReadonlySet<string>): string {
  const { text } = lexer;
  if (lexer.kind !== 'word' || !known.has(text))
    throw lexer.fail('unexpected token', `use ${[...known].join(', ')}`);
  lexer.next();
  return text;
}

/** `@th,16,16` */
function readRaw(state: ParserState): Expression {
  const { lexer } = state;
  lexer.next();
  const base = lexer.name('ll, nh, th or ih');
  lexer.expect(',');
  const offset = readNumber(state, 'an offset in bits');
  lexer.expect(',');
  return { kind: 'raw', base, offset, length: readNumber(state, 'a length in bits') };
}
