import { string } from '@oclif/core/flags';
import { rulesetFlags } from './audit-flags.ts';

/** What `vwaudit trace` takes. */
export const traceFlags = {
  ...rulesetFlags,
  packet: string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'PACKET',
    description:
      'For example "tcp 10.30.0.5:40000 > 10.20.0.11:10102"; either address may be a prefix, the source needs no port, ' +
      '"in INTERFACE" (on a gateway "out INTERFACE" too) and "state NEW|ESTABLISHED|INVALID|UNTRACKED" may follow; again for each.',
  }),
  packets: string({ helpValue: 'LIST', description: 'A file with one packet a line; - is standard input.' }),
};
