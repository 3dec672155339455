import fc from 'fast-check';
import type { Ground } from './iptables-arbitrary.ts';
import { FAR, OWN, PORTS, SOURCES } from './places.ts';

/** What follows the matches: `-j …`, behind the protocol it cannot do without. */
export type Target = string;

export function filterTarget({ family, transport, topic }: Ground): fc.Arbitrary<Target> {
  const reject = (kind: string): Target => `-j REJECT --reject-with ${kind}`;
  return fc.constantFrom(
    ...Array<Target>(6).fill('-j ACCEPT'),
    ...Array<Target>(4).fill('-j DROP'),
    ...['-j RETURN', '-j RETURN', '-j REJECT', '', '-j LOG --log-prefix "seen "'],
    ...(family === 4
      ? [reject('icmp-admin-prohibited'), reject('icmp-host-unreachable')]
      : [reject('icmp6-adm-prohibited'), reject('icmp6-addr-unreachable')]),
    ...(transport === 'tcp' ? [`-p tcp ${reject('tcp-reset')}`, `-p tcp ${reject('tcp-reset')}`] : []),
    ...(transport === 'tcp' && topic === 'later packets' ? ['-p tcp -j SYNPROXY --mss 1460'] : []),
  );
}

export const rawTarget: fc.Arbitrary<Target> = fc.constantFrom(
  '-j CT --notrack',
  '-j DROP',
  '-j ACCEPT',
  '-j RETURN',
);

export const mask = fc.constantFrom('0xffffffff', '0xff', '0xf0', '0x1');
export const mark = fc.constantFrom('0x0', '0x1', '0x2', '0x11', '0xf0');

const markTarget: fc.Arbitrary<Target> = fc.oneof(
  fc.record({ mark, mask }).map((set) => `-j MARK --set-xmark ${set.mark}/${set.mask}`),
  fc.record({ mark, mask }).map((set) => `-j CONNMARK --set-xmark ${set.mark}/${set.mask}`),
  mark.map((bits) => `-j MARK --or-mark ${bits}`),
  mark.map((bits) => `-j MARK --and-mark ${bits}`),
  fc.constantFrom(
    '-j CONNMARK --save-mark',
    '-j CONNMARK --restore-mark',
    '-j ACCEPT',
    '-j DROP',
    '-j RETURN',
  ),
);

/** Of the table mangle; where rewriting is the topic, also what changes headers. */
export function mangleTarget({ topic, family, transport }: Ground): fc.Arbitrary<Target> {
  if (topic !== 'rewriting') return markTarget;
  const hops =
    family === 4 ? ['-j TTL --ttl-set 1', '-j TTL --ttl-set 9'] : ['-j HL --hl-set 1', '-j HL --hl-set 9'];
  const targets = [...hops, '-j DSCP --set-dscp 0x01', '-j TOS --set-tos 0x10/0xff', '-j DROP', '-j ACCEPT'];
  const ofTcp = ['-p tcp -j TCPOPTSTRIP --strip-options timestamp', '-p tcp -j ECN --ecn-tcp-remove'];
  return fc.constantFrom(...targets, ...(transport === 'tcp' ? ofTcp.slice(0, family === 4 ? 2 : 1) : []));
}

const port = fc.constantFrom(...PORTS).map(String);

/** Ports that follow each other without a gap: whichever NAT takes, somebody listens. */
const ports = fc.oneof(port, fc.constantFrom('10100-10104', '101-104', '10200-10201'));

export function dnatTarget({ family, transport, topic }: Ground): fc.Arbitrary<Target> {
  const address = fc
    .constantFrom(...OWN[family], ...FAR[family], `${FAR[family][0]!}-${FAR[family][1]!}`)
    .map((text) => ({ plain: text, withPort: family === 4 ? text : `[${text}]` }));
  const dnat = fc
    .record({ address, ports })
    .map((to) => `-p ${transport} -j DNAT --to-destination ${to.address.withPort}:${to.ports}`);
  // Whatever the last bit of the address, somebody listens there.
  const network = family === 4 ? `${FAR[4][0]!}/31` : `${FAR[6][0]!}/127`;
  return fc.oneof(
    { weight: topic === 'translation' ? 2 : 0, arbitrary: fc.constant(`-j NETMAP --to ${network}`) },
    { weight: 2, arbitrary: ports.map((to) => `-p ${transport} -j REDIRECT --to-ports ${to}`) },
    { weight: 1, arbitrary: fc.constant(`-p ${transport} -j REDIRECT`) },
    { weight: 3, arbitrary: dnat },
    { weight: 1, arbitrary: port.map((to) => `-p ${transport} -j DNAT --to-destination :${to}`) },
    { weight: 2, arbitrary: address.map(({ plain }) => `-j DNAT --to-destination ${plain}`) },
    { weight: 2, arbitrary: fc.constantFrom('-j ACCEPT', '-j RETURN') },
  );
}

export function snatTarget({ family, transport }: Ground): fc.Arbitrary<Target> {
  const address = fc.constantFrom(...OWN[family], SOURCES[family][4]!);
  return fc.oneof(
    { weight: 2, arbitrary: address.map((to) => `-j SNAT --to-source ${to}`) },
    {
      weight: 1,
      arbitrary: address.map(
        (to) => `-p ${transport} -j SNAT --to-source ${family === 4 ? to : `[${to}]`}:30000-60000`,
      ),
    },
    { weight: 3, arbitrary: fc.constantFrom('-j MASQUERADE', '-j MASQUERADE --random') },
    { weight: 2, arbitrary: fc.constantFrom('-j ACCEPT', '-j RETURN') },
  );
}
