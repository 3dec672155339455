import { ENOUGH_HOPS } from '../enough-hops.ts';
import { intervalSet, type Bound, type IntervalSet } from '../../net/interval-set.ts';
import type { AssignEffect, DnatEffect, Effect } from '../effect.ts';
import { WHY } from '../why.ts';
import type { GivenOption, RuleContext, Target } from './module.ts';
import {
  parseAddressBound,
  parseMasked,
  parseNetwork,
  parseNumber,
  parsePorts,
  PORT_STYLES,
} from './values.ts';

const ALL_BITS = 0xffffffff;

/** A target that changes nothing a later rule can see. */
const neutral = (options: Readonly<Record<string, number>> = {}): Target =>
  always({ kind: 'continue' }, options);

/** The effect is one object, shared by every rule that has it. */
function always(effect: Effect, options: Readonly<Record<string, number>> = {}): Target {
  const effects = [effect];
  return { options, effects: () => effects };
}

const opaque = (name: string, why: string, options: Readonly<Record<string, number>>): Target => ({
  ...always({ kind: 'unknown', text: `-j ${name}`, why }, options),
});

/** `(old & ~mask) ^ value`, the kernel's one operation behind all mark options. */
function xmark(field: AssignEffect['field'], value: number, mask: number): Effect {
  return { kind: 'assign', field, value: { from: field, and: (ALL_BITS ^ mask) >>> 0, xor: value } };
}

function markEffects(
  field: AssignEffect['field'],
  given: readonly GivenOption[],
  context: RuleContext,
): readonly Effect[] {
  return given.flatMap(({ name, values: [text = ''] }): readonly Effect[] => {
    switch (name) {
      case '--set-xmark':
      case '--set-mark': {
        const { value, mask = ALL_BITS } = parseMasked(text, context);
        return [xmark(field, value, name === '--set-mark' ? (value | mask) >>> 0 : mask)];
      }
      case '--and-mark':
        return [xmark(field, 0, (ALL_BITS ^ parseNumber(text, context)) >>> 0)];
      case '--or-mark':
        return [xmark(field, parseNumber(text, context), parseNumber(text, context))];
      case '--xor-mark':
        return [xmark(field, parseNumber(text, context), 0)];
      case '--save-mark':
        return [copyMark('mark', 'ct-mark', given, context)];
      case '--restore-mark':
        return [copyMark('ct-mark', 'mark', given, context)];
      default:
        return [];
    }
  });
}

/** With both masks full it is a plain copy; otherwise two marks mix, which is left unknown. */
function copyMark(
  from: AssignEffect['field'],
  field: AssignEffect['field'],
  given: readonly GivenOption[],
  context: RuleContext,
): Effect {
  const isWhole = given
    .filter(({ name }) => MASKS.includes(name))
    .every(({ values: [mask = ''] }) => parseNumber(mask, context) === ALL_BITS);
  return { kind: 'assign', field, value: isWhole ? { from, and: ALL_BITS, xor: 0 } : null };
}

const MASKS = ['--mask', '--nfmask', '--ctmask'];

const MARK_OPTIONS = { '--set-xmark': 1, '--set-mark': 1, '--and-mark': 1, '--or-mark': 1, '--xor-mark': 1 };

/** A packet with few hops left may not get where it goes. */
const hops = (set: string, decrease: string, increase: string): Target => ({
  options: { [set]: 1, [decrease]: 1, [increase]: 1 },
  effects: (given, context) =>
    given.every(({ name, values: [text = ''] }) =>
      name === set ? parseNumber(text, context, 255) >= ENOUGH_HOPS : name === increase,
    )
      ? [{ kind: 'continue' }]
      : [{ kind: 'unknown', text: set, why: WHY.hops }],
});

const NAT_FLAGS = { '--random': 0, '--random-fully': 0, '--persistent': 0 };

/** `[address[-address]][:port[-port[/base]]]`, IPv6 addresses in brackets when a port follows. */
function dnat(text: string, context: RuleContext): DnatEffect {
  const [, addresses = '', ports] =
    /^(\[[^\]]*\](?:-\[[^\]]*\])?|[^:[\]]*|[^[\]]*:[^[\]]*:[^[\]]*?)(?::(\d+(?:-\d+)?(?:\/\d+)?))?$/.exec(
      text,
    ) ?? [];
  const plain = addresses.replace(/[[\]]/g, '');
  if ((addresses === '' && ports === undefined) || (addresses !== '' && /^-|^$/.test(plain)))
    throw context.fail('not a destination', text, 'give ADDRESS, ADDRESS:PORT or :PORT');
  const [first, last] = plain.split('-', 2);
  return {
    kind: 'dnat',
    family: context.family,
    to:
      first === undefined || first === ''
        ? null
        : range(parseAddressBound(first, context), parseAddressBound(last ?? first, context)),
    ports: ports === undefined ? null : parsePorts(ports.split('/')[0] ?? '', context, PORT_STYLES.dashed),
  };
}

function range(first: Bound, last: Bound): IntervalSet {
  return intervalSet([first, typeof last === 'number' ? last + 1 : last + 1n]);
}

/** What a refusal answers with; iptables takes beginnings of the names, too. */
function refusal(name: string | undefined, context: RuleContext): string | null {
  if (name === undefined) return null;
  const known = REFUSALS[context.family];
  if (name !== '' && known.some((full) => full.startsWith(name.toLowerCase()))) return name;
  throw context.fail(
    'not an answer of REJECT',
    name,
    `use ${known[0]}, or another that iptables -j REJECT -h lists`,
  );
}

const REFUSALS: Readonly<Record<4 | 6, readonly [string, ...string[]]>> = {
  4: [
    'icmp-port-unreachable',
    ...['icmp-net-unreachable', 'icmp-host-unreachable', 'icmp-proto-unreachable', 'icmp-net-prohibited'],
    ...[
      'icmp-host-prohibited',
      'icmp-admin-prohibited',
      'tcp-reset',
      'tcp-rst',
      'net-unreach',
      'host-unreach',
    ],
    ...['proto-unreach', 'port-unreach', 'net-prohib', 'host-prohib', 'admin-prohib'],
  ],
  6: [
    'icmp6-port-unreachable',
    ...['icmp6-no-route', 'icmp6-adm-prohibited', 'icmp6-addr-unreachable', 'icmp6-policy-fail'],
    ...['icmp6-reject-route', 'tcp-reset', 'no-route', 'adm-prohibited', 'addr-unreach', 'port-unreach'],
    ...['policy-fail', 'reject-route'],
  ],
};

function valueOf(given: readonly GivenOption[], option: string): string | undefined {
  return given.find(({ name }) => name === option)?.values[0];
}

/** Every target that ships with iptables 1.8. Chains of the table are looked up first. */
export const TARGETS: Readonly<Record<string, Target>> = {
  ACCEPT: always({ kind: 'accept' }),
  DROP: always({ kind: 'drop' }),
  RETURN: always({ kind: 'return' }),
  QUEUE: always({ kind: 'queue' }),
  NFQUEUE: always(
    { kind: 'queue' },
    { '--queue-num': 1, '--queue-balance': 1, '--queue-bypass': 0, '--queue-cpu-fanout': 0 },
  ),
  REJECT: {
    options: { '--reject-with': 1 },
    effects: (given, context) => [
      { kind: 'reject', with: refusal(valueOf(given, '--reject-with'), context) },
    ],
  },
  DNAT: {
    options: { '--to-destination': 1, ...NAT_FLAGS },
    effects: (given, context) => [dnat(valueOf(given, '--to-destination') ?? '', context)],
  },
  REDIRECT: {
    options: { '--to-ports': 1, ...NAT_FLAGS },
    effects: (given, context) => {
      const ports = valueOf(given, '--to-ports');
      return [
        {
          kind: 'redirect',
          ports: ports === undefined ? null : parsePorts(ports, context, PORT_STYLES.dashed),
        },
      ];
    },
  },
  SNAT: {
    options: { '--to-source': 1, ...NAT_FLAGS },
    effects: (given, context) => {
      const { to } = dnat(valueOf(given, '--to-source') ?? '', context);
      return [{ kind: 'snat', family: context.family, to }];
    },
  },
  MASQUERADE: always({ kind: 'snat', family: null, to: null }, { '--to-ports': 1, ...NAT_FLAGS }),
  NETMAP: {
    options: { '--to': 1 },
    effects: (given, context) => {
      const isSourceSide = context.chain === 'POSTROUTING' || context.chain === 'INPUT';
      const to = parseNetwork(valueOf(given, '--to') ?? '', context) ?? null;
      return [
        isSourceSide
          ? { kind: 'snat', family: context.family, to: null }
          : { kind: 'dnat', family: context.family, to, ports: null },
      ];
    },
  },
  MARK: { options: MARK_OPTIONS, effects: (given, context) => markEffects('mark', given, context) },
  CONNMARK: {
    options: {
      ...MARK_OPTIONS,
      '--save-mark': 0,
      '--restore-mark': 0,
      '--mask': 1,
      '--nfmask': 1,
      '--ctmask': 1,
    },
    effects: (given, context) => markEffects('ct-mark', given, context),
  },
  HMARK: {
    options: Object.fromEntries(
      [
        'tuple',
        'mod',
        'offset',
        'src-prefix',
        'dst-prefix',
        'sport-mask',
        'dport-mask',
        'spi-mask',
        'sport',
        'dport',
        'spi',
        'proto-mask',
        'rnd',
      ].map((name) => [`--hmark-${name}`, 1]),
    ),
    effects: () => [{ kind: 'assign', field: 'mark', value: null }],
  },
  CT: {
    options: {
      '--notrack': 0,
      '--helper': 1,
      '--ctevents': 1,
      '--expevents': 1,
      '--zone': 1,
      '--zone-orig': 1,
      '--zone-reply': 1,
      '--timeout': 1,
    },
    effects: (given) => {
      if (given.some(({ name }) => name.startsWith('--zone')))
        return [{ kind: 'unknown', text: '-j CT --zone', why: WHY.zone }];
      return [{ kind: given.some(({ name }) => name === '--notrack') ? 'untrack' : 'continue' }];
    },
  },
  NOTRACK: always({ kind: 'untrack' }),
  CLUSTERIP: opaque('CLUSTERIP', 'a cluster decides which node takes the packet', {
    '--new': 0,
    '--hashmode': 1,
    '--clustermac': 1,
    '--total-nodes': 1,
    '--local-node': 1,
    '--hash-init': 1,
  }),
  SYNPROXY: opaque('SYNPROXY', 'the kernel answers in place of the server', {
    '--mss': 1,
    '--wscale': 1,
    '--sack-perm': 0,
    '--timestamp': 0,
    '--ecn': 0,
  }),
  TPROXY: opaque('TPROXY', 'the packet goes to a local proxy', {
    '--on-port': 1,
    '--on-ip': 1,
    '--tproxy-mark': 1,
  }),
  DNPT: opaque('DNPT', 'rewrites the address without a connection', { '--src-pfx': 1, '--dst-pfx': 1 }),
  SNPT: opaque('SNPT', 'rewrites the address without a connection', { '--src-pfx': 1, '--dst-pfx': 1 }),
  LOG: neutral({
    '--log-level': 1,
    '--log-prefix': 1,
    '--log-tcp-sequence': 0,
    '--log-tcp-options': 0,
    '--log-ip-options': 0,
    '--log-uid': 0,
    '--log-macdecode': 0,
  }),
  NFLOG: neutral({
    '--nflog-group': 1,
    '--nflog-range': 1,
    '--nflog-size': 1,
    '--nflog-threshold': 1,
    '--nflog-prefix': 1,
  }),
  ULOG: neutral({ '--ulog-nlgroup': 1, '--ulog-cprange': 1, '--ulog-qthreshold': 1, '--ulog-prefix': 1 }),
  AUDIT: neutral({ '--type': 1 }),
  CHECKSUM: neutral({ '--checksum-fill': 0 }),
  CLASSIFY: neutral({ '--set-class': 1 }),
  CONNSECMARK: neutral({ '--save': 0, '--restore': 0 }),
  DSCP: neutral({ '--set-dscp': 1, '--set-dscp-class': 1 }),
  ECN: neutral({ '--ecn-tcp-remove': 0, '--ecn-tcp-cwr': 1, '--ecn-tcp-ece': 1, '--ecn-ip-ect': 1 }),
  HL: hops('--hl-set', '--hl-dec', '--hl-inc'),
  IDLETIMER: neutral({ '--timeout': 1, '--label': 1, '--alarm': 0, '--send_nl_msg': 0 }),
  LED: neutral({ '--led-trigger-id': 1, '--led-delay': 1, '--led-always-blink': 0 }),
  RATEEST: neutral({ '--rateest-name': 1, '--rateest-interval': 1, '--rateest-ewmalog': 1 }),
  SECMARK: neutral({ '--selctx': 1 }),
  SET: {
    options: {
      '--add-set': 2,
      '--del-set': 2,
      '--map-set': 2,
      '--timeout': 1,
      '--exist': 0,
      '--map-mark': 0,
      '--map-prio': 0,
      '--map-queue': 0,
    },
    effects: (given) => [
      given.some(({ name }) => name === '--map-mark')
        ? { kind: 'assign', field: 'mark', value: null }
        : { kind: 'continue' },
    ],
  },
  TCPMSS: neutral({ '--set-mss': 1, '--clamp-mss-to-pmtu': 0 }),
  TCPOPTSTRIP: neutral({ '--strip-options': 1 }),
  TEE: neutral({ '--gateway': 1, '--oif': 1 }),
  TOS: neutral({ '--set-tos': 1, '--and-tos': 1, '--or-tos': 1, '--xor-tos': 1 }),
  TRACE: neutral(),
  TTL: hops('--ttl-set', '--ttl-dec', '--ttl-inc'),
};
