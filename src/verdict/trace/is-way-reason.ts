import type { Reason } from '../../firewall/model/reason.ts';
import type { WayReason } from '../../firewall/model/way-reason.ts';

const CODES: Readonly<Record<WayReason['code'], true>> = {
  'no-common-family': true,
  'no-route': true,
  'not-forwarding': true,
  'interface-down': true,
  'ipv6-off': true,
  'routing-rule': true,
  'ipsec-policy': true,
  'not-its-address': true,
  'reverse-path': true,
  'route-into-tunnel': true,
  'no-gateway': true,
  'own-hop-limit': true,
  'route-hop-limit': true,
  'no-arp': true,
  'arp-ignored': true,
  'fixed-neighbour': true,
  'route-by-port': true,
  'frames-not-passed': true,
  'packet-program': true,
  'arp-rules': true,
};

/** Whether it is about what the machine does besides its rules. */
export function isWayReason(reason: Reason): reason is WayReason {
  return Object.hasOwn(CODES, reason.code);
}
