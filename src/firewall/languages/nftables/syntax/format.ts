import type { Collection, Element, Expression, Verdict } from './syntax.ts';
import { isVerdict } from './verdict.ts';

/** An expression as `nft list ruleset` would write it, more or less; of a long set only the beginning. */
export function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'word':
      return PLAIN.test(expression.text) ? expression.text : `"${expression.text}"`;
    case 'field':
      return `${expression.header} ${expression.name}`;
    case 'raw':
      return `@${expression.base},${expression.offset},${expression.length}`;
    case 'meta':
      return UNQUALIFIED.has(expression.key) ? expression.key : `meta ${expression.key}`;
    case 'ct': {
      const family = expression.family === null ? [] : [expression.family === 4 ? 'ip' : 'ip6'];
      return [
        'ct',
        ...(expression.direction === null ? [] : [expression.direction]),
        ...family,
        expression.key,
      ].join(' ');
    }
    case 'fib':
      return `fib ${expression.inputs.join(' . ')} ${expression.result}`;
    case 'extension':
      return expression.name === null
        ? `exthdr ${expression.header}`
        : `${expression.header} ${expression.name}`;
    case 'opaque':
      return expression.text;
    case 'binary':
      return `${formatExpression(expression.left)} ${expression.operator} ${formatOperand(expression.right)}`;
    case 'prefix':
      return `${formatExpression(expression.address)}/${expression.length}`;
    case 'range':
      return `${formatExpression(expression.from)}-${formatExpression(expression.to)}`;
    case 'concat':
      return expression.parts.map(formatExpression).join(' . ');
    case 'list':
      return expression.parts.map(formatExpression).join(',');
    case 'map':
      return `${formatExpression(expression.key)} map ${formatCollection(expression.data)}`;
    case 'set':
    case 'reference':
      return formatCollection(expression);
  }
}

function formatOperand(expression: Expression): string {
  const text = formatExpression(expression);
  if (expression.kind === 'list') return `(${text.replaceAll(',', ' | ')})`;
  return expression.kind === 'binary' ? `(${text})` : text;
}

export function formatCollection(collection: Collection): string {
  if (collection.kind === 'reference') return `@${collection.name}`;
  const shown = collection.elements.slice(0, MAX_ELEMENTS).map(formatElement);
  if (collection.elements.length > MAX_ELEMENTS) shown.push('…');
  return shown.length === 0 ? '{ }' : `{ ${shown.join(', ')} }`;
}

function formatElement({ key, data }: Element): string {
  if (data === null) return formatExpression(key);
  return `${formatExpression(key)} : ${isVerdict(data) ? formatVerdict(data) : formatExpression(data)}`;
}

export function formatVerdict(verdict: Verdict): string {
  if ('chain' in verdict) return `${verdict.kind} ${verdict.chain}`;
  return 'block' in verdict
    ? `${verdict.kind} { ${verdict.block.map((rule) => `${rule.read().text};`).join(' ')} }`
    : verdict.kind;
}

/** A value as nft lists it beside the part of the packet that it is compared with or given to. */
export function formatValue(left: Expression, value: Expression): string {
  if (!isText(left)) return formatExpression(value);
  if (value.kind === 'range') return `${formatValue(left, value.from)}-${formatValue(left, value.to)}`;
  return value.kind === 'word' ? `"${value.text}"` : formatExpression(value);
}

/** Whether nft lists its values in quotes: names of interfaces, times. */
function isText(left: Expression): boolean {
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

/** What nft reads as one word without quotes. */
const PLAIN = /^(?:\*|[\w.:/\\-]+\*?)$/;

/** Keys that nft prints without `meta`. */
const UNQUALIFIED: ReadonlySet<string> = new Set([
  'iif',
  'iifname',
  'iifgroup',
  'oif',
  'oifname',
  'oifgroup',
]);

const MAX_ELEMENTS = 12;
