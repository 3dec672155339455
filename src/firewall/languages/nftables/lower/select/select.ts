import { ALL_BITS } from '../../../../model/action.ts';
import type { Family } from '../../../../../net/address.ts';
import { NO_OPERATION, operate } from '../bits.ts';
import type { TableContext } from '../context.ts';
import { addressOf } from '../values/collect-addresses.ts';
import { bitCount, numberOf } from '../values/collect-numbers.ts';
import { TYPES } from '../values/number-type.ts';
import { selectConntrack } from './select-conntrack.ts';
import { selectFib } from './select-fib.ts';
import { selectField } from './select-field.ts';
import { selectMeta } from './select-meta.ts';
import type { Selection } from './selector.ts';
import { familyDependencies, protocolDependencies } from '../dependencies.ts';
import type { Binary, Expression } from '../../syntax/syntax.ts';
import { anyBit, type Match } from '../../../../model/match.ts';
import {
  NO_EXTENSIONS,
  NO_OPTIONS,
  SEGMENT_SIZES,
  USUAL_SEGMENT_SIZE,
} from '../../../../model/assumptions.ts';

/** The part of a packet that an expression reads. */
export function select(expression: Expression, context: TableContext): Selection {
  const { family } = context.table;
  switch (expression.kind) {
    case 'field':
      return selectField(expression.header, expression.name, family);
    case 'meta':
      return selectMeta(expression.key, family);
    case 'ct':
      return selectConntrack(expression, family);
    case 'fib':
      return selectFib(expression.inputs, expression.result);
    case 'raw':
      return selectRaw(expression);
    case 'extension':
      return expression.name === null
        ? { ...NO_HEADER, dependencies: familyDependencies(6, family) }
        : IN_HEADER;
    case 'binary':
      return selectBinary(expression, context);
    case 'opaque': {
      if (SEGMENT_SIZE.test(expression.text)) return OFFERED_SIZE;
      const { reason, option, of } = expression;
      if (option?.header === 'ip')
        return option.tests === 'field'
          ? IN_OPTION
          : { ...NO_OPTION, dependencies: familyDependencies(4, family) };
      // The kernel finds no option in a packet of another protocol, and goes on.
      const protocol = option === undefined || option.tests === 'field' ? expression.protocol : undefined;
      const dependencies = [
        ...(protocol === undefined ? [] : protocolDependencies(protocol)),
        ...(of === undefined ? [] : dependenciesOf(of, context)),
      ];
      return { selector: { kind: 'opaque', reason }, dependencies };
    }
    default:
      return { selector: { kind: 'opaque', reason: { code: 'unsupported' } }, dependencies: [] };
  }
}

/** What a packet must be to have what the expression reads. */
function dependenciesOf(expression: Expression, context: TableContext): readonly Match[] {
  const parts = expression.kind === 'concat' ? expression.parts : [expression];
  return parts.flatMap((part) => select(part, context).dependencies);
}

/** `exthdr frag exists`; an IPv4 packet matches neither it nor `missing`. */
const NO_HEADER: Selection = {
  selector: {
    kind: 'constant',
    type: TYPES.presence,
    known: ALL_BITS,
    value: 0,
    bits: NO_OPERATION,
    assumption: NO_EXTENSIONS,
  },
  dependencies: [],
};

/** `ip option rr exists`; an IPv6 packet matches neither it nor `missing`. */
const NO_OPTION: Selection = {
  selector: {
    kind: 'constant',
    type: TYPES.presence,
    known: ALL_BITS,
    value: 0,
    bits: NO_OPERATION,
    assumption: NO_OPTIONS,
  },
  dependencies: [],
};

/** A field of an option that is not there: the rule ends. */
const IN_OPTION: Selection = {
  selector: { kind: 'opaque', reason: { code: 'header-field' } },
  dependencies: [{ kind: 'assumed', holds: false, assumption: NO_OPTIONS }],
};

const SEGMENT_SIZE = /^tcp\s+option\s+(?:maxseg|2)\s+size$/;

/** The option is there where a connection opens, and the rule ends where it is not. */
const OFFERED_SIZE: Selection = {
  selector: {
    kind: 'constant',
    type: TYPES.segmentSize,
    known: ALL_BITS,
    value: SEGMENT_SIZES[0],
    below: SEGMENT_SIZES[1],
    bits: NO_OPERATION,
    assumption: USUAL_SEGMENT_SIZE,
  },
  dependencies: [...protocolDependencies(6), anyBit('tcp-flags', 2)],
};

/** A field of a header that is not there: the rule ends. */
const IN_HEADER: Selection = {
  selector: { kind: 'opaque', reason: { code: 'header-field' } },
  dependencies: [{ kind: 'assumed', holds: false, assumption: NO_EXTENSIONS }],
};

/** Of raw header bits only the ports are read: where they lie does not depend on the family. */
function selectRaw({ base, offset, length }: Extract<Expression, { kind: 'raw' }>): Selection {
  if (base === 'th' && length === 16 && offset === 0) return selectField('th', 'sport', 'inet');
  if (base === 'th' && length === 16 && offset === 16) return selectField('th', 'dport', 'inet');
  return { selector: { kind: 'opaque', reason: { code: 'payload' } }, dependencies: [] };
}

function selectBinary({ operator, left, right }: Binary, context: TableContext): Selection {
  const { selector, dependencies } = select(left, context);
  const operated = (): Selection['selector'] => {
    switch (selector.kind) {
      case 'number':
      case 'constant': {
        const shifts = operator === '<<' || operator === '>>';
        const constant = shifts ? bitCount(right, context) : numberOf(right, selector.type, context);
        const bits = constant === undefined ? undefined : operate(selector.bits, operator, constant);
        return bits === undefined || 'translate' in selector.type ? CANNOT : { ...selector, bits };
      }
      case 'address': {
        const mask = operator === '&' ? maskOf(right, selector.family, context) : undefined;
        return mask === undefined
          ? CANNOT
          : { ...selector, mask: selector.mask === null ? mask : mask & selector.mask };
      }
      case 'opaque':
        return selector;
      case 'interface':
        return CANNOT;
    }
  };
  return { selector: operated(), dependencies };
}

const CANNOT: Selection['selector'] = { kind: 'opaque', reason: { code: 'unsupported' } };

function maskOf(expression: Expression, family: Family, context: TableContext): bigint | undefined {
  const mask = addressOf(expression, family, context);
  return mask === undefined ? undefined : BigInt(mask);
}
