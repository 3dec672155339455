import { lookUp } from '../../vocabulary/own-property.ts';
import { anyBit, numberIn, unknown, type Match } from '../../../model/match.ts';
import { isWithin, overlaps } from '../../../../net/interval-set.ts';
import { SEGMENT_SIZES, USUAL_SEGMENT_SIZE } from '../../../model/assumptions.ts';
import type { RuleContext } from '../lower/context.ts';
import type { MatchModule, MatchOption } from '../lower/extensions.ts';
import { parsePortList, parsePorts, PORT_STYLES } from '../lower/values.ts';

type PortStyle = (typeof PORT_STYLES)['tcp' | 'udp'];

function portOptions(style: PortStyle): Readonly<Record<string, MatchOption>> {
  const option = (field: 'source-port' | 'destination-port'): MatchOption => ({
    values: 1,
    slot: field,
    lower: ([ports = ''], context) => numberIn(field, parsePorts(ports, context, style)),
  });
  const [source, destination] = [option('source-port'), option('destination-port')];
  return {
    '--source-port': source,
    '--sport': source,
    '--destination-port': destination,
    '--dport': destination,
  };
}

const TCP_PORTS = portOptions(PORT_STYLES.tcp);
const UDP_PORTS = portOptions(PORT_STYLES.udp);

const FLAG_BITS: Readonly<Record<string, number>> = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ALL: 63,
  NONE: 0,
};
const SYN = 2;
const SYN_RST_ACK_FIN = 2 | 4 | 16 | 1;

export const TCP: MatchModule = {
  options: {
    ...TCP_PORTS,
    '--tcp-flags': {
      values: 2,
      slot: 'flags',
      lower: ([mask = '', flags = ''], context) =>
        flagsMatch(flagBits(mask, context), flagBits(flags, context)),
    },
    '--syn': { values: 0, slot: 'flags', lower: () => flagsMatch(SYN_RST_ACK_FIN, SYN) },
    '--tcp-option': {
      values: 1,
      lower: ([option = '']) => unknown(`--tcp-option ${option}`, { code: 'tcp-options' }),
    },
  },
};

/** Without the option, which only packets with SYN have, `! --mss` matches too. */
export const TCPMSS: MatchModule = {
  options: {
    '--mss': {
      values: 1,
      lower: ([sizes = ''], context) => {
        if (!/^[\da-fx:]+$/i.test(sizes))
          throw context.fail('not segment sizes', sizes, 'give NUMBER or NUMBER:NUMBER');
        const set = parsePorts(sizes, context, PORT_STYLES.tcp);
        const size = isWithin(SEGMENT_SIZES, set)
          ? segmentSize(true)
          : overlaps(SEGMENT_SIZES, set)
            ? unknown(`--mss ${sizes}`, { code: 'tcp-options' })
            : segmentSize(false);
        return { kind: 'all', of: [anyBit('tcp-flags', SYN), size] };
      },
    },
  },
};

const segmentSize = (holds: boolean): Match => ({ kind: 'assumed', holds, assumption: USUAL_SEGMENT_SIZE });

export const UDP: MatchModule = { options: UDP_PORTS };

const chunkTypes = (option: string, values: number): MatchOption => ({
  values,
  lower: (given) => unknown([option, ...given].join(' '), { code: 'payload' }),
});

export const SCTP: MatchModule = {
  options: { ...TCP_PORTS, '--chunk-types': chunkTypes('--chunk-types', 2) },
};

export const DCCP: MatchModule = {
  options: {
    ...UDP_PORTS,
    '--dccp-types': chunkTypes('--dccp-types', 1),
    '--dccp-option': chunkTypes('--dccp-option', 1),
  },
};

const listOf = (...fields: readonly ('source-port' | 'destination-port')[]): MatchOption => ({
  values: 1,
  slot: 'ports',
  lower: ([ports = ''], context): Match => {
    const set = parsePortList(ports, context);
    const tests = fields.map((field) => numberIn(field, set));
    return tests.length === 1 ? (tests[0] as Match) : { kind: 'any', of: tests };
  },
});

export const MULTIPORT: MatchModule = {
  options: {
    '--source-ports': listOf('source-port'),
    '--sports': listOf('source-port'),
    '--destination-ports': listOf('destination-port'),
    '--dports': listOf('destination-port'),
    '--ports': listOf('source-port', 'destination-port'),
  },
};

const ECE = 64;
const CWR = 128;

/** The IP part of `ecn` is not known of a packet; the TCP part is a flag. */
export const ECN: MatchModule = {
  options: {
    '--ecn-tcp-cwr': { values: 0, lower: () => anyBit('tcp-flags', CWR) },
    '--ecn-tcp-ece': { values: 0, lower: () => anyBit('tcp-flags', ECE) },
    '--ecn-ip-ect': {
      values: 1,
      lower: ([value = '']) => unknown(`--ecn-ip-ect ${value}`, { code: 'header-field' }),
    },
  },
};

function flagsMatch(mask: number, flags: number): Match {
  return numberIn('tcp-flags', [flags, flags + 1], mask);
}

function flagBits(text: string, context: RuleContext): number {
  // Nothing between two commas is nothing to the tools.
  return text.split(',').reduce((bits, name) => {
    if (name === '') return bits;
    const bit = lookUp(FLAG_BITS, name.toUpperCase());
    if (bit === undefined)
      throw context.fail('not a TCP flag', name, 'use SYN, ACK, FIN, RST, URG, PSH, ALL or NONE');
    return bits | bit;
  }, 0);
}
