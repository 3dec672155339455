import type { Collection, Element, Expression, Verdict } from './syntax.ts';

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
  const shown = collection.elements.slice(0, MOST_ELEMENTS).map(formatElement);
  if (collection.elements.length > MOST_ELEMENTS) shown.push('…');
  return shown.length === 0 ? '{ }' : `{ ${shown.join(', ')} }`;
}

function formatElement({ key, data }: Element): string {
  if (data === null) return formatExpression(key);
  return `${formatExpression(key)} : ${formatData(data)}`;
}

function formatData(data: Expression | Verdict): string {
  switch (data.kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
    case 'jump':
    case 'goto':
      return formatVerdict(data);
    default:
      return formatExpression(data);
  }
}

export function formatVerdict(verdict: Verdict): string {
  if ('chain' in verdict) return `${verdict.kind} ${verdict.chain}`;
  return 'block' in verdict
    ? `${verdict.kind} { ${verdict.block.map((rule) => `${rule.read().text};`).join(' ')} }`
    : verdict.kind;
}

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

const MOST_ELEMENTS = 12;
