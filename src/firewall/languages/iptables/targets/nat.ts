import { EVERY_ADDRESS } from '../../../../net/address-set.ts';
import type { Bound, IntervalSet } from '../../../../net/interval-set.ts';
import type { DnatEffect } from '../../../model/action.ts';
import type { RuleContext } from '../lower/context.ts';
import type { Target } from '../lower/extensions.ts';
import { parseAddressBound, parseNetwork, parsePorts, PORT_STYLES } from '../lower/values.ts';
import { targetOptions, valueOf } from './always.ts';

interface DestinationParts {
  readonly addresses: string;
  readonly ports: string | undefined;
}

/** `[address[-address]][:port[-port[/base]]]`, IPv6 addresses in brackets when a port follows. */
function destinationParts(text: string): DestinationParts | undefined {
  const parts = /^(\[[^\]]*\](?:-\[[^\]]*\])?|[^:[\]]*|[^[\]]*:[^[\]]*:[^[\]]*?)(?::([^:[\]]+))?$/.exec(text);
  return parts === null ? undefined : { addresses: parts[1] ?? '', ports: parts[2] };
}

function translation(text: string, context: RuleContext): DnatEffect {
  const { addresses, ports } = destinationParts(text) ?? { addresses: '', ports: undefined };
  const plain = addresses.replace(/[[\]]/g, '');
  const isBracketed = addresses.startsWith('[');
  if (
    (isBracketed && context.family === 4) ||
    (addresses === '' && ports === undefined) ||
    (addresses !== '' && /^-|^$/.test(plain))
  )
    throw context.fail('not a destination', text, 'give for example 10.20.0.12, 10.20.0.12:102 or :102');
  const dash = plain.indexOf('-');
  const [first, last] = dash < 0 ? [plain, plain] : [plain.slice(0, dash), plain.slice(dash + 1)];
  return {
    kind: 'dnat',
    family: context.family,
    to:
      first === ''
        ? null
        : range(parseAddressBound(first, context), parseAddressBound(last, context), context),
    ports: ports === undefined ? null : portRange(ports, context),
  };
}

/** A range that runs backwards wraps in the kernel: any address may come out. */
function range(first: Bound, last: Bound, { family }: RuleContext): IntervalSet {
  if (last < first) return EVERY_ADDRESS[family];
  return [first, typeof last === 'number' ? last + 1 : last + 1n];
}

/** `80`, `http`, `80-90`, and `80-90/1000` or `80-90/http`, which counts from another port. */
function portRange(text: string, context: RuleContext): IntervalSet {
  const [ports = '', base] = text.split('/');
  if (base !== undefined) {
    const [from = 0] = parsePorts(base, context, PORT_STYLES.dashed);
    if (from === 0 || !ports.includes('-'))
      throw context.fail('not ports', text, 'give for example 102, 102-110 or 102-110/8102');
  }
  return parsePorts(ports, context, PORT_STYLES.dashed);
}

export const DNAT: Target = {
  options: targetOptions({ '--to-destination': 1, '--random': 0, '--persistent': 0 }),
  lower: (options, context) => [translation(valueOf(options, '--to-destination') ?? '', context)],
};

export const REDIRECT: Target = {
  options: targetOptions({ '--to-ports': 1, '--random': 0 }),
  lower: (options, context) => {
    const ports = valueOf(options, '--to-ports');
    return [
      {
        kind: 'redirect',
        ports: ports === undefined ? null : parsePorts(ports, context, PORT_STYLES.dashed),
      },
    ];
  },
};

export const SNAT: Target = {
  options: targetOptions({ '--to-source': 1, '--random': 0, '--random-fully': 0, '--persistent': 0 }),
  lower: (options, context) => {
    const { to } = translation(valueOf(options, '--to-source') ?? '', context);
    return [{ kind: 'snat', family: context.family, to }];
  },
};

export const MASQUERADE: Target = {
  options: targetOptions({ '--to-ports': 1, '--random': 0, '--random-fully': 0 }),
  lower: (options, context) => {
    const ports = valueOf(options, '--to-ports');
    if (ports !== undefined) portRange(ports, context);
    return [ANY_SOURCE];
  },
};

const ANY_SOURCE = { kind: 'snat', family: null, to: null } as const;

export const NETMAP: Target = {
  options: targetOptions({ '--to': 1 }),
  lower: (options, context) => {
    const text = valueOf(options, '--to') ?? '';
    const to = parseNetwork(text, context) ?? null;
    if (to === null && /[g-z]/i.test(text)) throw context.fail('not a network', text, 'give ADDRESS/LENGTH');
    switch (context.chain) {
      case 'PREROUTING':
      case 'OUTPUT':
        return [{ kind: 'dnat', family: context.family, to, ports: null }];
      case 'POSTROUTING':
      case 'INPUT':
        return [{ kind: 'snat', family: context.family, to }];
      default:
        return [{ kind: 'unknown', text: '-j NETMAP', reason: { code: 'caller-decides-rewrite' } }];
    }
  },
};
