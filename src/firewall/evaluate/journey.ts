import { formatAddressSet } from '../../net/address-set.ts';
import { isWithin, overlaps } from '../../net/interval-set.ts';
import { ADDRESS_TYPE } from '../match.ts';
import type { Hook } from '../ruleset.ts';
import { LOOPBACK } from './address-space.ts';
import type { Case } from './case.ts';
import type { Firewall } from './firewall.ts';
import { replyPacket, requestPacket } from './first-packet.ts';
import { namedWayOut } from './named-way-out.ts';
import { withNumber, type InterfaceValue, type Packet } from './packet.ts';
import { among } from './remaining.ts';
import { runFirstHook, runHook } from './run-hook.ts';
import { drop, type Branch, type Run } from './run.ts';
import type { IntervalSet } from '../../net/interval-set.ts';

/** Everything one packet's way over the hooks needs. */
interface Way {
  readonly run: Run;
  readonly firewall: Firewall;
  readonly asked: Case;
}

/** Sends the opening packet over every hook on its way and returns the branches that may arrive. */
export function sendRequest(
  run: Run,
  firewall: Firewall,
  asked: Case,
  peers: IntervalSet,
): readonly Branch[] {
  const way = { run, firewall, asked };
  const packet = requestPacket(asked);
  switch (asked.hook) {
    case 'input':
    case 'forward':
      return deliver(way, first(way, 'prerouting', packet, peers));
    case 'output':
      return sendOff(way, first(way, 'output', packet, peers));
    case 'loopback':
      return loop(way, packet, peers);
  }
}

/** Sends the answer to each branch that arrived, and returns the branches whose peers may get it. */
export function sendReply(
  run: Run,
  firewall: Firewall,
  asked: Case,
  arrived: readonly Branch[],
): readonly Branch[] {
  const way = { run, firewall, asked };
  return arrived
    .flatMap((branch) => answerTo(way, branch))
    .map((branch) => {
      // What the answer's rules take out of conntrack goes back untranslated: to the client it is a stranger's.
      const { isUntracked, isDestinationTranslated, isSourceTranslated } = branch.packet;
      if (isUntracked && (isDestinationTranslated || isSourceTranslated))
        drop(run, among(branch.peers, 'all'));
      return branch;
    });
}

function answerTo(way: Way, branch: Branch): readonly Branch[] {
  const { asked } = way;
  const packet = replyPacket(asked, branch.packet);
  const peers = among(branch.peers, 'all');
  if (asked.hook === 'loopback') return branch.packet.place === 'here' ? loop(way, packet, peers) : [branch];
  if (asked.hook !== 'output' && branch.packet.place === 'here')
    return sendOff(way, first(way, 'output', packet, peers));
  const back = first(way, 'prerouting', packet.isSourceTranslated ? hidePeers(packet) : packet, peers).map(
    showPeers,
  );
  return asked.hook === 'output' ? next(way, 'input', back) : sendOff(way, next(way, 'forward', back));
}

function deliver(way: Way, branches: readonly Branch[]): readonly Branch[] {
  return branches.flatMap((branch) => {
    switch (routeOf(way, branch.packet)) {
      case 'here':
        return next(way, 'input', [changed(branch, { place: 'here' })]);
      case 'elsewhere':
        return sendOff(
          way,
          next(way, 'forward', [
            changed(branch, { place: 'elsewhere', wayOut: wayOutOf(way, branch.packet) }),
          ]),
        );
      case 'unknown':
        drop(way.run, among(branch.peers, 'all'));
        return next(way, 'input', [changed(branch, { place: 'here' })]);
    }
  });
}

function sendOff(way: Way, branches: readonly Branch[]): readonly Branch[] {
  return next(way, 'egress', next(way, 'postrouting', branches));
}

/** Out of the machine and in again: both halves of the rules see the packet, NAT only the first. */
function loop(way: Way, packet: Packet, peers: IntervalSet): readonly Branch[] {
  const out = next(way, 'postrouting', first(way, 'output', packet, peers));
  return out.flatMap((branch) => {
    if (branch.packet.moved === 'to-address') {
      drop(way.run, among(branch.peers, 'all'));
      return [changed(branch, { place: 'elsewhere' })];
    }
    const again = [changed(branch, { isKnownToConntrack: true, place: 'here' })];
    return next(way, 'input', next(way, 'prerouting', again));
  });
}

/** Whether a packet is for this machine, after what destination NAT made of it. */
function routeOf(
  { run, asked }: Way,
  { moved, addresses, family }: Packet,
): 'here' | 'elsewhere' | 'unknown' {
  if (moved === 'no') return asked.hook === 'input' ? 'here' : 'elsewhere';
  if (moved === 'to-this-machine') return 'here';
  const { destination } = addresses;
  if (destination === null || destination === 'peers' || overlaps(destination, LOOPBACK[family]))
    return 'unknown';
  if (asked.selfAddresses !== null && isWithin(destination, asked.selfAddresses)) return 'here';
  run.notes.assumptions.add(
    "DNAT leads to another machine where it does not lead to one of the host's known addresses",
  );
  return asked.selfAddresses !== null && overlaps(destination, asked.selfAddresses) ? 'unknown' : 'elsewhere';
}

/** Where DNAT led away, the rules may say by which interface. */
function wayOutOf({ run, firewall }: Way, { moved, addresses, family }: Packet): string | null {
  const { destination } = addresses;
  if (moved !== 'to-address' || destination === null || destination === 'peers') return null;
  const name = namedWayOut(firewall, family, destination);
  if (name !== null) {
    const to = formatAddressSet(destination, family);
    run.notes.assumptions.add(`packets to ${to} leave by ${name}, as the rules that accept them there say`);
  }
  return name;
}

function first(
  way: Way,
  hook: 'prerouting' | 'output',
  packet: Packet,
  peers: IntervalSet,
): readonly Branch[] {
  return runFirstHook(way.run, way.firewall, hook, seenAt(way, hook, packet), peers);
}

function next(way: Way, hook: Hook, branches: readonly Branch[]): readonly Branch[] {
  if (branches.length === 0) return [];
  return runHook(
    way.run,
    way.firewall,
    hook,
    branches.map(({ packet, peers }) => ({ packet: seenAt(way, hook, packet), peers })),
  );
}

/** What the hook shows of the interfaces and of the kind of destination. */
function seenAt({ asked }: Way, hook: Hook, packet: Packet): Packet {
  const isRequest = packet.direction === 'request';
  const far = asked.outInterface ?? packet.wayOut;
  const [came, leaves] = isRequest ? [asked.inInterface, far] : [far, asked.inInterface];
  const inInterface: InterfaceValue =
    hook === 'output' || hook === 'egress' ? '' : hook === 'postrouting' ? null : came;
  const outInterface: InterfaceValue =
    hook === 'prerouting' || hook === 'input' || hook === 'ingress' ? '' : leaves;
  const faced = { ...packet, inInterface, outInterface };
  if (packet.moved === 'no' || !isRequest) return faced;
  return withNumber(
    faced,
    'destination-type',
    hook === 'input' ? ADDRESS_TYPE.local : hook === 'forward' ? ADDRESS_TYPE.unicast : null,
  );
}

function changed({ packet, peers }: Branch, change: Partial<Packet>): Branch {
  return { packet: { ...packet, ...change }, peers };
}

/** The answer to a masqueraded connection comes to the gateway's own address until NAT turns it back. */
function hidePeers(packet: Packet): Packet {
  const hidden = withNumber(withNumber(packet, 'destination-type', null), 'destination-port', null);
  return { ...hidden, addresses: { ...hidden.addresses, destination: null } };
}

function showPeers({ packet, peers }: Branch): Branch {
  if (packet.addresses.destination === 'peers') return { packet, peers };
  const shown = withNumber(withNumber(packet, 'destination-type', null), 'destination-port', null);
  return { packet: { ...shown, addresses: { ...shown.addresses, destination: 'peers' } }, peers };
}
