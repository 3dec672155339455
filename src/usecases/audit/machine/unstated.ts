import {
  FORWARDS_NAT,
  SEEN_AS_ANOTHER,
  SERVED_ELSEWHERE,
  SYMMETRIC_ROUTES,
} from '../../../firewall/model/assumptions.ts';
import type { Firewall } from '../../../firewall/netfilter/machine/firewall.ts';
import type { StatedInterface } from '../../../ports/stated-interfaces.ts';
import { isOfWindows, type Unstated } from '../../../verdict/advice/circumstances.ts';
import type { KnownMachine } from './known-machine.ts';
import { unsureAims, unsurePlaces, type Aims, type Asked } from './places.ts';

const ROUTED =
  'this gateway routes between the ends and does not bridge them (ip, ip6 and inet chains see what a bridge passes only with bridge-nf-call-iptables=1)';
const GATEWAY_FORWARDS =
  'this gateway forwards packets (sysctl net.ipv4.ip_forward=1, net.ipv6.conf.all.forwarding=1)';

type KnownGateway = Pick<KnownMachine, 'areLinksKnown' | 'isForwarding'>;

/** What is asked of the machine besides its gateway. */
type KnownWays = KnownGateway & Pick<KnownMachine, 'routing' | 'down' | 'emptyBridges' | 'withoutTables'>;

const isForwardingKnown = ({ isForwarding }: KnownGateway): boolean =>
  isForwarding[4] !== null || isForwarding[6] !== null;

/** What is taken for granted of a gateway that nobody collected; where its rules show a bridge, it is followed as one. */
export function gatewayAssumptions(known: KnownGateway, mayBridge: boolean): readonly string[] {
  if (known.areLinksKnown) return [];
  return [...(isForwardingKnown(known) ? [] : [GATEWAY_FORWARDS]), ...(mayBridge ? [] : [ROUTED])];
}

interface Stated {
  readonly firewall: Pick<Firewall, 'unstated' | 'backends'>;
  readonly known: KnownWays;
  readonly isCollected: boolean;
  readonly interfaces: readonly StatedInterface[];
  /** Of a gateway, the one towards the hosts; null where nobody said. */
  readonly outInterface: string | null;
  /** What is taken for granted of a gateway. */
  readonly ofGateway: readonly string[];
}

interface ReliedOn extends Asked {
  /** It is about somebody who needs the answers. */
  readonly isRoutedBack: boolean;
  /** Of a gateway, the hosts it leads to; null for other machines. */
  readonly aims: Aims | null;
  /** What the proof takes for granted. */
  readonly assumptions: readonly string[];
}

/**
 * Of what an answer takes for granted, what an ordinary machine makes false and nobody stated: nothing passes by it. The table in
 * docs/design.md says which assumptions are no more than printed, and why.
 */
export function unstatedOf(stated: Stated): (answer: ReliedOn) => readonly Unstated[] {
  const { firewall, isCollected, interfaces, known } = stated;
  const isWindows = isOfWindows(firewall);
  const always: readonly Unstated[] = [
    ...firewall.unstated.map((text) => ({
      text,
      settledBy: isWindows ? ('--complete' as const) : ('collect' as const),
    })),
    ...unstatedOfGateway(stated),
    ...(known.withoutTables === null ? [] : [{ text: known.withoutTables, settledBy: 'nft' as const }]),
  ];
  const areWaysKnown = isCollected || interfaces.length > 0;
  const ofFlows: readonly Unstated[] = [
    { text: FORWARDS_NAT.text, settledBy: '--forwarding' },
    { text: SERVED_ELSEWHERE.text, settledBy: 'check' },
    // Where nobody knows the interfaces, NAT by another one than theirs, as gateways have towards the internet, may be all there is.
    areWaysKnown
      ? { text: SEEN_AS_ANOTHER.text, settledBy: 'nat' }
      : { text: SYMMETRIC_ROUTES.text, settledBy: 'collect' },
  ];
  return ({ isRoutedBack, assumptions, aims, ...asked }) =>
    isRoutedBack
      ? [
          ...always,
          ...ofFlows.filter(({ text }) => assumptions.includes(text)),
          ...unsurePlaces(asked, known),
          ...(aims === null ? [] : unsureAims(aims, known)),
        ]
      : always;
}

/**
 * A gateway whose sysctl was forgotten looks like any other. Who says by which interface some come in, and by which one they reach the
 * hosts, says that it passes them on.
 */
function unstatedOfGateway({ ofGateway, known, interfaces, outInterface }: Stated): readonly Unstated[] {
  const isSource = ({ who, name }: StatedInterface): boolean =>
    typeof who === 'string' || name !== outInterface;
  if (isForwardingKnown(known) || (outInterface !== null && interfaces.some(isSource))) return [];
  return ofGateway.map((text) => ({ text, settledBy: '--forwarding' }));
}
