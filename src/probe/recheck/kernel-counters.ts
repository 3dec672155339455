import type { Family } from '../../net/address.ts';
import type { System } from '../../system/system.ts';

/** Linux' counters of this network namespace that tell a TCP reset from an ICMP message. */
export interface KernelCounters {
  /** TCP segments received, IPv4 and IPv6 together. */
  readonly tcpIn: number;
  /** ICMP destination-unreachable messages received. */
  readonly icmpIn: Readonly<Record<Family, number>>;
  /** ICMP destination-unreachable messages this machine sent, to itself included. */
  readonly icmpOut: Readonly<Record<Family, number>>;
}

/** Null where the system keeps no such files. */
export async function readKernelCounters(system: System): Promise<KernelCounters | null> {
  if (system.platform !== 'linux') return null;
  try {
    const [snmp, snmp6] = await Promise.all([
      system.readText('/proc/net/snmp'),
      // Absent where IPv6 is switched off: then none can arrive.
      system.readText('/proc/net/snmp6').catch(() => ''),
    ]);
    return parseKernelCounters(snmp, snmp6);
  } catch {
    return null;
  }
}

/** The texts of /proc/net/snmp and /proc/net/snmp6; null when a needed counter is missing. */
export function parseKernelCounters(snmp: string, snmp6: string): KernelCounters | null {
  const tcp = table(snmp, 'Tcp');
  const icmp = table(snmp, 'Icmp');
  const icmp6 = new Map(
    snmp6.split('\n').map((line) => {
      const [name = '', value] = line.trim().split(/\s+/);
      return [name, Number(value)] as const;
    }),
  );
  const [tcpIn, in4, out4] = [tcp.get('InSegs'), icmp.get('InDestUnreachs'), icmp.get('OutDestUnreachs')];
  if (tcpIn === undefined || in4 === undefined || out4 === undefined) return null;
  return {
    tcpIn,
    icmpIn: { 4: in4, 6: icmp6.get('Icmp6InDestUnreachs') ?? 0 },
    icmpOut: { 4: out4, 6: icmp6.get('Icmp6OutDestUnreachs') ?? 0 },
  };
}

/** What was counted between two readings. */
export function countersSince(before: KernelCounters, after: KernelCounters): KernelCounters {
  const grown = (key: 'icmpIn' | 'icmpOut'): Record<Family, number> => ({
    4: after[key][4] - before[key][4],
    6: after[key][6] - before[key][6],
  });
  return { tcpIn: after.tcpIn - before.tcpIn, icmpIn: grown('icmpIn'), icmpOut: grown('icmpOut') };
}

/** One of the pairs of lines "Tcp: names…" and "Tcp: numbers…". */
function table(snmp: string, name: string): ReadonlyMap<string, number> {
  const [names = [], values = []] = snmp
    .split('\n')
    .filter((line) => line.startsWith(`${name}: `))
    .map((line) => line.split(/\s+/).slice(1));
  return new Map(names.map((key, index) => [key, Number(values[index])]));
}
