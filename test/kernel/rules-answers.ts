import type { LabHost } from './lab/lab.ts';
import type { Agent, Probe } from './rules-agent.ts';

/** A probe and whether it must get in. */
export interface Expected {
  readonly probe: Probe;
  readonly isOpen: boolean;
}

/** The probes that did not go as expected, with what came. Silence instead of an ICMP answer is asked about again. */
export async function wrongAnswers(
  agent: Agent,
  refuse: 'reject' | 'drop',
  expected: readonly Expected[],
): Promise<readonly string[]> {
  let open = expected;
  let wrong: string[] = [];
  for (let round = 0; round < 3 && open.length > 0; round += 1) {
    const results = await agent.probe(
      open.map(({ probe }) => probe),
      refuse === 'drop' && round === 0 ? 400 : 1500,
    );
    const misses = open
      .map((one, index) => ({ ...one, result: results[index]! }))
      .filter((one) => one.result !== wanted(one, refuse));
    wrong = misses.map(
      ({ probe, result, isOpen }) =>
        `${probe.transport} ${probe.from} > ${probe.to} ${probe.port}: ${result}, not ${wanted({ probe, isOpen }, refuse)}`,
    );
    if (misses.some(({ result }) => result !== 'silent')) break;
    open = misses;
  }
  return wrong;
}

/** What Linux reports of "administratively prohibited": see icmp(7); IPv6 has an error of its own for it. */
function wanted({ probe, isOpen }: Expected, refuse: 'reject' | 'drop'): string {
  if (isOpen) return 'open';
  return refuse === 'drop' ? 'silent' : probe.to.includes(':') ? 'EACCES' : 'EHOSTUNREACH';
}

/** No limit on ICMP answers; a kernel that has it for the whole machine only is asked again instead. */
export function answerEveryTime(host: LabHost): void {
  const settings = [
    'net.ipv4.icmp_ratelimit=0',
    'net.ipv6.icmp.ratelimit=0',
    'net.ipv4.icmp_msgs_per_sec=100000',
    'net.ipv4.icmp_msgs_burst=10000',
  ];
  for (const setting of settings) host.run(['sysctl', '-qw', setting]);
}

let portRanges = 0;

/**
 * Source ports no earlier probe had: conntrack remembers a UDP exchange for minutes, and a new probe with the same ports
 * would pass as part of it, as it should.
 */
export function freshSourcePorts(host: LabHost): void {
  const first = 2000 + 400 * (portRanges++ % 140);
  host.must(['sysctl', '-qw', `net.ipv4.ip_local_port_range=${first} ${first + 399}`]);
}
