import { custom, string } from '@oclif/core/flags';
import { parseAddress, type Address } from '../net/address.ts';
import { parseDuration } from './duration.ts';

/** What `vwaudit listen` takes beside the site. */
export const listenFlags = {
  bind: custom<Address>({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'ADDR',
    description: 'Listen on this address of the machine only; again for each. [default: all]',
    parse: (text) => Promise.resolve(parseAddress(text, '--bind')),
  })(),
  out: string({
    helpValue: 'FILE',
    description:
      'Write the log there, for check --listen-log and merge --listen-log. [default: stdout, unless it is a terminal]',
  }),
  for: custom<number>({
    helpValue: 'DURATION',
    description: 'Stop by itself after 30s, 10m, 2h.',
    parse: (text) => Promise.resolve(parseDuration(text, '--for')),
  })(),
};
