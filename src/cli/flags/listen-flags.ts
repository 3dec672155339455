import { custom, string } from '@oclif/core/flags';
import { parseAddress, type Address } from '../../net/address.ts';
import { parseDuration } from './duration.ts';

/** What `vwaudit listen` takes beside the site. */
export const listenFlags = {
  bind: custom<Address>({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'ADDR',
    description: 'Listen on this local address only (repeatable). [default: all]',
    parse: (text) => Promise.resolve(parseAddress(text, '--bind')),
  })(),
  out: string({
    helpValue: 'FILE',
    description:
      'Write the log to this file, for --listen-log of check and merge. [default: stdout, unless it is a terminal]',
  }),
  for: custom<number>({
    helpValue: 'DURATION',
    description: 'Stop after this time, for example 30s, 10m or 2h.',
    parse: (text) => Promise.resolve(parseDuration(text, '--for')),
  })(),
};
