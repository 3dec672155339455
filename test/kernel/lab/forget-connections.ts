import type { LabHost } from './lab.ts';

const TIMEOUTS = [
  ...['udp_timeout', 'udp_timeout_stream'],
  ...[
    'syn_sent',
    'syn_recv',
    'established',
    'fin_wait',
    'close_wait',
    'last_ack',
    'time_wait',
    'close',
    'max_retrans',
    'unacknowledged',
  ].map((state) => `tcp_timeout_${state}`),
];

/**
 * Lets a host's conntrack forget connections after so many seconds: a source port that comes back must not meet what is left
 * of its last connection. Longer than an answer takes on a busy machine.
 */
export function forgetConnections(host: LabHost, seconds: number): void {
  // Loads connection tracking, whose settings exist only then.
  const rule = ['INPUT', '-m', 'conntrack', '--ctstate', 'NEW'];
  host.must(['iptables', '-A', ...rule]);
  host.must(['sysctl', '-qw', ...TIMEOUTS.map((name) => `net.netfilter.nf_conntrack_${name}=${seconds}`)]);
  host.must(['iptables', '-D', ...rule]);
}
