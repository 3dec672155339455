import { boolean, string } from '@oclif/core/flags';
import { InputError } from '../../input-error.ts';
import { rulesetFlags } from './audit-flags.ts';

/** What `vwaudit trace` takes. */
export const traceFlags = {
  ...rulesetFlags,
  packet: string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'PACKET',
    description:
      'Packet to trace (repeatable), for example "tcp 10.30.0.5:40000 > 10.20.0.11:10102"; an address may be a prefix, the source port is optional, ' +
      '"in INTERFACE" (on a gateway also "out INTERFACE"; with Windows rules neither, give --profile) and "state NEW|ESTABLISHED|INVALID|UNTRACKED" may follow.',
  }),
  'packet-file': string({
    aliases: ['packets'],
    helpValue: 'LIST',
    description: 'File with one packet per line; - is standard input.',
  }),
  verbose: boolean({
    helpGroup: 'WINDOWS',
    description:
      'Name every stronger rule that does not match, and why, not only the five that come nearest (for up to 64 packets).',
  }),
};

/** @throws InputError: a packet where the files belong */
export function refusePacketAsFile(files: readonly string[]): void {
  const packet = files.find((file) => /^(?:tcp|udp|sctp|icmp\w*) \S/.test(file));
  if (packet === undefined) return;
  throw new InputError({
    code: 'unexpected-argument',
    message: `"${packet}" is a packet, not a file`,
    value: packet,
    fix: `give it as --packet "${packet}"`,
  });
}
