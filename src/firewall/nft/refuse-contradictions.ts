import type { Family } from '../../net/address.ts';
import { badRule, type TableContext } from './context.ts';
import { numberOf } from './gather-numbers.ts';
import { TYPES } from './number-type.ts';
import { transportOf } from './select-field.ts';
import type { Expression, Nat, Relation, Statement } from './syntax.ts';

/**
 * nft keeps account of what the headers a rule has named so far say of a packet, and refuses one that no such packet has. It
 * also refuses a port to translate to where nothing before tells the transport.
 */
export function refuseContradictions(statements: readonly Statement[], context: TableContext): void {
  const { family } = context.table;
  const told: Told = {
    network: family === 'ip' ? 4 : family === 'ip6' ? 6 : null,
    transport: null,
    hasTransport: false,
  };
  for (const statement of statements) addStatement(statement, told, context);
}

interface Told {
  network: Family | null;
  /** The header that was named and its protocol. */
  transport: { readonly name: string; readonly protocol: number } | null;
  /** Something speaks of the transport, if only of its ports. */
  hasTransport: boolean;
}

function addStatement(statement: Statement, told: Told, context: TableContext): void {
  switch (statement.kind) {
    case 'match':
      addExpression(statement.left, told, context);
      addExpression(statement.right, told, context);
      addProtocol(statement, told, context);
      return;
    case 'vmap':
    case 'lookup':
    case 'update':
      addExpression(statement.key, told, context);
      return;
    case 'assign':
      addExpression(statement.target, told, context);
      addExpression(statement.value, told, context);
      return;
    case 'nat':
      addNat(statement, told, context);
      return;
    case 'reject':
      if (statement.type === 'icmp' || statement.type === 'icmpv6')
        addNetwork(statement.type === 'icmp' ? 4 : 6, told, context);
      if (statement.type === 'tcp reset') addTransport('tcp', told, context);
      return;
    case 'unknown':
      told.hasTransport = true;
      return;
    default:
  }
}

function addNat({ family, address, ports }: Nat, told: Told, context: TableContext): void {
  if (family !== null) addNetwork(family, told, context);
  if (address !== null) addExpression(address, told, context);
  if (ports === null) return;
  addExpression(ports, told, context);
  if (told.hasTransport) return;
  throw badRule(
    context,
    ports,
    'a port for packets of any protocol',
    undefined,
    'write the protocol before, such as meta l4proto tcp',
  );
}

function addExpression(expression: Expression, told: Told, context: TableContext): void {
  switch (expression.kind) {
    case 'field': {
      addField(expression.header, told, context);
      if (expression.name === 'protocol' || expression.name === 'nexthdr') told.hasTransport = true;
      return;
    }
    case 'extension':
      addNetwork(6, told, context);
      return;
    case 'meta':
      if (expression.key === 'l4proto') told.hasTransport = true;
      return;
    case 'raw':
    case 'ct':
      told.hasTransport ||= expression.kind === 'raw' || expression.key.startsWith('proto');
      return;
    case 'opaque':
      told.hasTransport ||= expression.protocol !== undefined;
      if (expression.of !== undefined) addExpression(expression.of, told, context);
      return;
    case 'binary':
      addExpression(expression.left, told, context);
      addExpression(expression.right, told, context);
      return;
    case 'concat':
      for (const part of expression.parts) addExpression(part, told, context);
      return;
    case 'map':
      addExpression(expression.key, told, context);
      return;
    default:
  }
}

function addField(header: string, told: Told, context: TableContext): void {
  if (header === 'ip') addNetwork(4, told, context);
  else if (header === 'ip6') addNetwork(6, told, context);
  else if (header === 'th') told.hasTransport = true;
  else addTransport(header, told, context);
  // Either may be tested for beside the other network, but not before it.
  if (header === 'icmp') told.network ??= 4;
  if (header === 'icmpv6') told.network ??= 6;
}

function addNetwork(network: Family, told: Told, context: TableContext): void {
  if (told.network !== null && told.network !== network)
    throw contradiction(network === 4 ? 'ip' : 'ip6', network === 4 ? 'ip6' : 'ip', context);
  told.network = network;
}

function addTransport(name: string, told: Told, context: TableContext): void {
  const protocol = transportOf(name);
  if (protocol === undefined) return;
  told.hasTransport = true;
  // They stand before the header of the transport; nft 1.0.6 falls over another one behind them.
  if (name === 'ah' || name === 'comp') return;
  if (told.transport !== null && told.transport.protocol !== protocol)
    throw contradiction(name, told.transport.name, context);
  told.transport = { name, protocol };
}

/** `meta l4proto tcp` tells as much as a header of TCP, and `meta nfproto ipv4` as one of IPv4; behind another one nothing is told. */
function addProtocol({ left, operator, right }: Relation, told: Told, context: TableContext): void {
  if (right.kind !== 'word' || (operator !== 'implicit' && operator !== '==')) return;
  if (left.kind === 'meta' && left.key === 'nfproto') {
    const network = right.text === 'ipv4' ? 4 : right.text === 'ipv6' ? 6 : null;
    if (network !== null) told.network = (told.network ?? network) === network ? network : null;
    return;
  }
  const isProtocol =
    (left.kind === 'meta' && left.key === 'l4proto') ||
    (left.kind === 'field' && (left.name === 'protocol' || left.name === 'nexthdr'));
  if (!isProtocol) return;
  const protocol = numberOf(right, TYPES.protocol, context);
  const name = HEADERS.find((header) => transportOf(header) === protocol);
  if (protocol === undefined || name === undefined) return;
  const isSame = (told.transport?.protocol ?? protocol) === protocol;
  told.transport = isSame ? { name, protocol } : null;
}

/** Of these protocols every version of nft knows the header. */
const HEADERS = ['icmp', 'igmp', 'tcp', 'udp', 'udplite', 'sctp', 'dccp', 'esp', 'icmpv6'];

function contradiction(name: string, before: string, context: TableContext): ReturnType<typeof badRule> {
  return badRule(
    context,
    null,
    `a header of ${name} where the rule is for ${before}`,
    undefined,
    'write a rule for each',
  );
}
