import type { Family } from '../../../../net/address.ts';
import { formatCollection, formatExpression, formatVerdict } from './format.ts';
import type { Expression, Nat, Relation, Statement } from './syntax.ts';

/** A statement as `nft list ruleset` would write it, more or less. */
export function formatStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'match':
      return formatRelation(statement);
    case 'vmap':
      return `${formatExpression(statement.key)} vmap ${formatCollection(statement.data)}`;
    case 'verdict':
      return formatVerdict(statement.verdict);
    case 'reject':
      return [
        'reject',
        ...(statement.type === null ? [] : ['with', statement.type]),
        ...(statement.code === null ? [] : [statement.code]),
      ].join(' ');
    case 'assign':
      return `${formatExpression(statement.target)} set ${formatValue(statement.target, statement.value)}`;
    case 'nat':
      return formatNat(statement);
    case 'notrack':
      return 'notrack';
    case 'queue':
    case 'update':
    case 'lookup':
    case 'note':
    case 'condition':
    case 'unknown':
      return statement.text;
  }
}

/** A rule on one line. */
export function formatStatements(statements: readonly Statement[]): string {
  return statements.map(formatStatement).join(' ');
}

function formatRelation({ left, operator, right }: Relation): string {
  const value = formatValue(left, right);
  return operator === 'implicit' || (operator === '==' && !isExactOnly(left))
    ? `${formatExpression(left)} ${value}`
    : `${formatExpression(left)} ${operator} ${value}`;
}

/** Where leaving out `==` would say something else. */
function isExactOnly(left: Relation['left']): boolean {
  return (
    left.kind === 'binary' ||
    (left.kind === 'field' && left.name === 'flags') ||
    (left.kind === 'ct' && left.key.startsWith('stat'))
  );
}

function formatValue(left: Expression, value: Expression): string {
  if (!isText(left)) return formatExpression(value);
  if (value.kind === 'range') return `${formatValue(left, value.from)}-${formatValue(left, value.to)}`;
  return value.kind === 'word' ? `"${value.text}"` : formatExpression(value);
}

/** nft prints names of this machine's things in quotes. */
function isText(left: Relation['left']): boolean {
  if (left.kind === 'meta') return TEXT_KEYS.has(left.key);
  return (
    (left.kind === 'ct' && left.key === 'helper') || (left.kind === 'opaque' && left.text.startsWith('osf'))
  );
}

const TEXT_KEYS: ReadonlySet<string> = new Set([
  'iifname',
  'oifname',
  'iifkind',
  'oifkind',
  'ibrname',
  'obrname',
  'sdifname',
  'time',
  'day',
  'hour',
]);

const FAMILY_NAMES = { 4: 'ip', 6: 'ip6' } as const satisfies Record<Family, string>;

function formatNat({ type, family, address, ports, flags }: Nat): string {
  const words: string[] = [type];
  if (family !== null) words.push(FAMILY_NAMES[family]);
  // JSON calls netmap what the text calls prefix.
  if (flags.includes('netmap')) words.push('prefix');
  if (address !== null || ports !== null) {
    const target = address === null ? '' : formatExpression(address);
    words.push('to', ports === null ? target : `${target}:${formatExpression(ports)}`);
  }
  const said = flags.filter((flag) => flag !== 'netmap');
  return [...words, ...(said.length === 0 ? [] : [said.join(',')])].join(' ');
}
