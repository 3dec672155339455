import type { Family } from '../../../../net/address.ts';
import { ENOUGH_HOPS } from '../../vocabulary/enough-hops.ts';
import type { Target } from '../lower/extensions.ts';
import { always, neutral, targetOptions } from './always.ts';
import { CONNMARK, HMARK, MARK } from './marks.ts';
import { DNAT, MASQUERADE, NETMAP, REDIRECT, SNAT } from './nat.ts';
import { REJECT } from './reject.ts';
import { SET_TARGET } from './set.ts';
import { TCPOPTSTRIP } from './tcp-options.ts';
import { CT, NOTRACK } from './tracking.ts';
import { parseNumber } from '../lower/values.ts';
import type { Reason } from '../../../model/reason.ts';

const opaque = (name: string, reason: Reason, counts: Readonly<Record<string, number>>): Target =>
  always({ kind: 'unknown', text: `-j ${name}`, reason }, counts);

/** A packet with few hops left may not get where it goes. */
const hops = (family: Family, set: string, decrease: string, increase: string): Target => ({
  options: targetOptions({ [set]: 1, [decrease]: 1, [increase]: 1 }),
  lower: (options, context) => {
    const counts = options.map(({ name, values: [text = ''] }) => {
      const count = parseNumber(text, context, 255);
      if (name !== set && count === 0)
        throw context.fail('not a TTL or hop limit', text, 'give a number from 1 to 255');
      return { name, count };
    });
    if (!counts.every(({ name, count }) => (name === set ? count >= ENOUGH_HOPS : name === increase)))
      return [{ kind: 'unknown', text: set, reason: { code: 'hop-limit' } }];
    if (family !== 6) return [{ kind: 'continue' }];
    const hops = counts.find(({ name }) => name === set)?.count;
    const value = hops === undefined ? null : ({ from: 'mark', and: 0, xor: hops } as const);
    return [{ kind: 'assign', field: 'hop-limit', value }];
  },
});

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
  REJECT,
  DNAT,
  REDIRECT,
  SNAT,
  MASQUERADE,
  NETMAP,
  MARK,
  CONNMARK,
  HMARK,
  CT,
  NOTRACK,
  CLUSTERIP: opaque(
    'CLUSTERIP',
    { code: 'cluster-decides' },
    {
      '--new': 0,
      '--hashmode': 1,
      '--clustermac': 1,
      '--total-nodes': 1,
      '--local-node': 1,
      '--hash-init': 1,
    },
  ),
  SYNPROXY: opaque(
    'SYNPROXY',
    { code: 'answers-for-server' },
    {
      '--mss': 1,
      '--wscale': 1,
      '--sack-perm': 0,
      '--timestamp': 0,
      '--ecn': 0,
    },
  ),
  TPROXY: opaque(
    'TPROXY',
    { code: 'transparent-proxy' },
    {
      '--on-port': 1,
      '--on-ip': 1,
      '--tproxy-mark': 1,
    },
  ),
  DNPT: opaque('DNPT', { code: 'stateless-rewrite' }, { '--src-pfx': 1, '--dst-pfx': 1 }),
  SNPT: opaque('SNPT', { code: 'stateless-rewrite' }, { '--src-pfx': 1, '--dst-pfx': 1 }),
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
  HL: hops(6, '--hl-set', '--hl-dec', '--hl-inc'),
  IDLETIMER: neutral({ '--timeout': 1, '--label': 1, '--alarm': 0, '--send_nl_msg': 0 }),
  LED: neutral({ '--led-trigger-id': 1, '--led-delay': 1, '--led-always-blink': 0 }),
  RATEEST: neutral({ '--rateest-name': 1, '--rateest-interval': 1, '--rateest-ewmalog': 1 }),
  SECMARK: neutral({ '--selctx': 1 }),
  SET: SET_TARGET,
  TCPMSS: neutral({ '--set-mss': 1, '--clamp-mss-to-pmtu': 0 }),
  TCPOPTSTRIP,
  TEE: neutral({ '--gateway': 1, '--oif': 1 }),
  TOS: neutral({ '--set-tos': 1, '--and-tos': 1, '--or-tos': 1, '--xor-tos': 1 }),
  TRACE: neutral(),
  TTL: hops(4, '--ttl-set', '--ttl-dec', '--ttl-inc'),
};
