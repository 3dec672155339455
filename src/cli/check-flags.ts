import { boolean, option, string } from '@oclif/core/flags';
import { InputError } from '../input-error.ts';
import type { Family } from '../net/address.ts';
import { VANTAGES, type Vantage } from '../ports/vantage.ts';
import { numberFlag } from './number-flag.ts';
import { FAIL_ON } from './outcome.ts';

/** oclif takes digits as short flags, but its types know letters only. */
const digit = (character: '4' | '6'): 'a' => character as 'a';

/** What `vwaudit check` takes beside the site. */
export const checkFlags = {
  as: option({
    options: VANTAGES,
    default: 'all' as const,
    description: 'Who this machine is: what that role needs must be reachable, the rest must not.',
  })(),
  timeout: numberFlag({
    name: 'timeout',
    min: 50,
    max: 60_000,
    fallback: 1200,
    helpValue: 'MS',
    description: 'How long one probe waits, in milliseconds.',
  }),
  retries: numberFlag({
    name: 'retries',
    min: 0,
    max: 10,
    fallback: 1,
    description: 'How often a port that stayed silent is asked again.',
  }),
  concurrency: numberFlag({
    name: 'concurrency',
    min: 1,
    max: 65_535,
    fallback: 1024,
    description: 'Probes under way at once; shrinks to the descriptor limit.',
  }),
  ipv4: boolean({ char: digit('4'), description: 'IPv4 only.' }),
  ipv6: boolean({ char: digit('6'), description: 'IPv6 only.' }),
  'udp-payload': option({
    options: ['nonce', 'empty'] as const,
    default: 'nonce' as const,
    description: 'What a UDP probe carries.',
  })(),
  skip: string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'ENDPOINT',
    description:
      'Leave an endpoint alone, for example server-1.config: a server is locked while somebody is connected to it.',
  }),
  extra: boolean({
    description:
      'Also ask ports nobody expects to answer: of two more instances, of the other reading, and two random ones, without which a handshake proves nothing (the default).',
    allowNo: true,
    default: true,
  }),
  'stand-in': boolean({
    description:
      'vwaudit listen may answer in place of Viz World (the default); with --no-stand-in that is a failure.',
    allowNo: true,
    default: true,
  }),
  'listen-log': string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FILE',
    description:
      'What vwaudit listen writes on a host: proves UDP whose answer is lost; again for each host.',
  }),
  'fail-on': option({
    options: FAIL_ON,
    default: 'error' as const,
    description: 'The least severe finding that makes the exit code 1.',
  })(),
  'accept-unproven': boolean({
    description: 'Exit 0 instead of 3 for UDP silence, and for closed where blocked was expected.',
  }),
  demo: boolean({
    aliases: ['rehearse'],
    description: 'Start a stand-in for Viz World on this machine, check it, stop it.',
    exclusive: ['host'],
  }),
};

/** Null where neither or both were asked for: then each host decides. */
export function familiesOf({
  ipv4,
  ipv6,
}: {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}): readonly Family[] | null {
  return ipv4 === ipv6 ? null : [ipv4 ? 4 : 6];
}

/** @throws InputError: the demo claims every role and needs the stand-in. */
export function refuseDemoAs({
  demo,
  as,
  'stand-in': standIn,
}: {
  readonly demo: boolean;
  readonly as: Vantage;
  readonly 'stand-in': boolean;
}): void {
  if (demo && !standIn)
    throw new InputError({
      code: 'demo-without-stand-in',
      message: '--demo starts a stand-in, which --no-stand-in refuses',
      fix: 'leave out one of them',
    });
  if (!demo || as === 'all') return;
  throw new InputError({
    code: 'demo-as',
    message: `--demo claims every role at once and does not go with --as "${as}"`,
    value: as,
    fix: 'leave out --as',
  });
}
