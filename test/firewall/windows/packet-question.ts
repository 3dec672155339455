import { flowQuestion, type FlowQuestion } from '../../../src/firewall/model/question.ts';
import { prefixOf } from '../../../src/net/prefix.ts';
import type { NaivePacket } from './naive.ts';
import { PROFILES } from './random-policy.ts';

/** What the evaluator is asked about one packet of the naive interpreter. */
export function packetQuestion(packet: NaivePacket): FlowQuestion {
  const isIn = packet.dir === 'In';
  const [source, target] = isIn ? [packet.remote, packet.local] : [packet.local, packet.remote];
  const [sourcePort, port] = isIn
    ? [packet.remotePort, packet.localPort]
    : [packet.localPort, packet.remotePort];
  return flowQuestion({
    sources: [prefixOf({ family: 4, value: BigInt(source) })],
    destination: { family: 4, value: BigInt(target) },
    transport: packet.protocol === 6 ? 'tcp' : 'udp',
    ...{ port, sourcePorts: [sourcePort, sourcePort + 1], hook: isIn ? 'input' : 'output' },
    profile: PROFILES.indexOf(packet.profile),
  });
}
