import type { Family } from '../../net/address.ts';

/** What a machine does besides its rules, so that it may not serve somebody whom these let in. */
export type WayReason =
  /** Those who must get in have addresses of `from` only, the host those of `to` only: no rules, no routes matter. */
  | {
      readonly code: 'no-common-family';
      readonly role: string;
      readonly from: Family;
      readonly host: string;
      readonly to: Family;
    }
  /** Its routes lead nowhere, or elsewhere: towards the host `to`; null: for the answers, or of a machine that is no gateway. */
  | { readonly code: 'no-route'; readonly to: string | null }
  /** `settings`: the sysctls that are 0; none where they were not collected. */
  | { readonly code: 'not-forwarding'; readonly family: Family; readonly settings: readonly string[] }
  /** It is down or has no carrier. */
  | { readonly code: 'interface-down'; readonly interface: string }
  /** `disable_ipv6` of the interface is 1. */
  | { readonly code: 'ipv6-off'; readonly interface: string }
  /** `rule` as `ip rule` prints it. */
  | { readonly code: 'routing-rule'; readonly rule: string; readonly family: Family }
  /** `policy`: `default in`, or direction and selector as `ip xfrm policy` takes them. */
  | { readonly code: 'ipsec-policy'; readonly policy: string; readonly does: 'block' | 'require' }
  | { readonly code: 'not-its-address'; readonly address: string; readonly host: string }
  /** Strict `rp_filter` drops packets from these prefixes where they come in by another interface than that of their route. */
  | {
      readonly code: 'reverse-path';
      readonly from: readonly string[];
      readonly interface: string;
      readonly routed: string;
    }
  /** The interface has the flag NOARP. */
  | { readonly code: 'no-arp'; readonly interface: string }
  /** `arp_ignore`: what it answers ARP for; `address`: one that it may not answer for, null where it answers for none at all. */
  | {
      readonly code: 'arp-ignored';
      readonly interface: string;
      readonly address: string | null;
      readonly answers: 'nothing' | 'its-own' | 'its-networks' | 'all-but-scope-host';
    }
  /** `encap` of a route of this table. */
  | {
      readonly code: 'route-into-tunnel';
      readonly family: Family;
      readonly route: string;
      readonly table: string;
    }
  /** A route for everybody on the link of an interface, without a router. */
  | {
      readonly code: 'no-gateway';
      readonly family: Family;
      readonly route: string;
      readonly table: string;
      readonly interface: string;
    }
  /** The hop limit (TTL) of what the machine sends; `setting` as sysctl names it. */
  | { readonly code: 'own-hop-limit'; readonly limit: number; readonly setting: string }
  /** That of a route (`hoplimit`). */
  | {
      readonly code: 'route-hop-limit';
      readonly limit: number;
      readonly family: Family;
      readonly route: string;
      readonly table: string;
    }
  /** Set by hand, with so many more on the interface. */
  | {
      readonly code: 'fixed-neighbour';
      readonly address: string;
      readonly interface: string;
      readonly linkAddress: string;
      readonly more: number;
    }
  /** Routes send by a port of a bridge, bond, team or VRF. */
  | { readonly code: 'route-by-port'; readonly interface: string; readonly master: string }
  /** `isolated`, a state other than forwarding, no flooding; `fixed`: link addresses set by hand; `vlan-filtering`: of the whole bridge. */
  | {
      readonly code: 'frames-not-passed';
      readonly bridge: string;
      readonly port: string | null;
      readonly does: 'isolated' | 'not-forwarding' | 'no-flood' | 'fixed' | 'vlan-filtering';
    }
  /** An XDP program or filters of tc, with the ways these are on. */
  | {
      readonly code: 'packet-program';
      readonly interface: string;
      readonly kind: 'xdp' | 'tc';
      readonly ways?: readonly ('ingress' | 'egress')[];
    }
  /** Of arptables-legacy. */
  | { readonly code: 'arp-rules' };
