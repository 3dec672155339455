import type { WayReason } from '../../../firewall/model/way-reason.ts';

/** What the machine does besides its rules: a clause that goes on after "the rules let it in, but". */
export function wayText(reason: WayReason): string {
  switch (reason.code) {
    case 'no-common-family':
      return `${reason.role} has only IPv${reason.from} addresses, ${reason.host} only IPv${reason.to}: no packet can go between them`;
    case 'no-route':
      return reason.to === null
        ? 'the machine has no route for it or for the answers'
        : `the machine has no route to ${reason.to}`;
    case 'not-forwarding':
      return reason.settings.length === 0
        ? `it is not known whether every interface forwards IPv${reason.family} (--forwarding states that they do)`
        : `the machine does not forward IPv${reason.family} by every interface (sysctl ${reason.settings.map((name) => `${name}=0`).join(', ')})`;
    case 'interface-down':
      return `${reason.interface} is down or has no carrier`;
    case 'ipv6-off':
      return `${reason.interface} takes and sends no IPv6 (disable_ipv6)`;
    case 'routing-rule':
      return `its routing rule "${reason.rule}" may drop it or lead it, or the answers, elsewhere`;
    case 'ipsec-policy':
      return `its IPsec policy "${reason.policy}" ${reason.does === 'block' ? 'drops it or the answers' : 'lets it and the answers pass with IPsec only'}`;
    case 'not-its-address':
      return `${reason.host} did not have the address ${reason.address} when it was collected`;
    case 'reverse-path':
      return `rp_filter=1 drops packets from ${reason.from.join(', ')} that come in by ${reason.interface}: the route to them leads by ${reason.routed}`;
    case 'no-arp':
      return `${reason.interface} has the flag NOARP: neighbours find each other only by link addresses set by hand`;
    case 'arp-ignored':
      return `${reason.interface} ${arpText(reason)}`;
    case 'route-into-tunnel':
      return `${routeText(reason)} may put packets into a tunnel (encap)`;
    case 'no-gateway':
      return `${routeText(reason)} leads by ${reason.interface} without a gateway: whoever is not on that link is found only where a router answers for him (proxy ${reason.family === 4 ? 'ARP' : 'NDP'})`;
    case 'own-hop-limit':
      return `what the machine sends passes ${reason.limit - 1} routers at most (sysctl ${reason.setting}=${reason.limit})`;
    case 'route-hop-limit':
      return `what the machine sends passes ${reason.limit - 1} routers at most (hoplimit ${reason.limit} of ${routeText(reason)})`;
    case 'fixed-neighbour': {
      const more = reason.more > 0 ? ` and ${reason.more} more` : '';
      return `the link address of neighbour ${reason.address} on ${reason.interface} was set by hand (${reason.linkAddress}${more}), and may be wrong`;
    }
    case 'route-by-port':
      return `${reason.interface} is a port of ${reason.master}: routes send by ${reason.interface}, but what it receives counts as received by ${reason.master}`;
    case 'frames-not-passed':
      return `${reason.port === null ? '' : `port ${reason.port} of `}the bridge ${reason.bridge} ${BRIDGE_DOES[reason.does]}`;
    case 'packet-program':
      return `${reason.kind === 'xdp' ? 'an XDP program' : 'a filter of tc'} on ${reason.interface} may drop it or the answers`;
    case 'arp-rules':
      return 'its rules of arptables-legacy may drop ARP, without which no IPv4 packet is delivered';
  }
}

function routeText({ route, table }: { readonly route: string; readonly table: string }): string {
  const named = route === 'default' ? 'its default route' : `its route to ${route}`;
  return table === 'main' ? named : `${named} in table ${table}`;
}

function arpText({ address, answers }: Extract<WayReason, { readonly code: 'arp-ignored' }>): string {
  switch (answers) {
    case 'nothing':
      return 'answers no ARP (arp_ignore is 8)';
    case 'its-own':
      return `answers no ARP for ${address}, an address of another interface (arp_ignore)`;
    case 'its-networks':
      return `answers ARP for ${address} only to neighbours in the network of that address (arp_ignore is 2)`;
    case 'all-but-scope-host':
      return `answers no ARP for ${address}, an address of scope host (arp_ignore is 3)`;
  }
}

type BridgeDoes = Extract<WayReason, { readonly code: 'frames-not-passed' }>['does'];

const BRIDGE_DOES: Readonly<Record<BridgeDoes, string>> = {
  isolated: 'is isolated: frames of another isolated port do not pass',
  'not-forwarding': 'is not in the state forwarding: no frame passes it',
  'no-flood': 'gets no frames to link addresses that the bridge has not learned (flood off)',
  fixed: 'has link addresses set by hand: frames to them leave by it alone',
  'vlan-filtering': 'has vlan_filtering: frames pass between ports of one VLAN only',
};
