import { boolean, custom, option, string } from '@oclif/core/flags';
import { InputError } from '../../input-error.ts';
import type { Family } from '../../net/address.ts';
import { VANTAGES, type Vantage } from '../../deployment/role.ts';
import { parseDuration } from './duration.ts';
import { numberFlag } from './number-flag.ts';
import { FAIL_ON } from '../exit/outcome.ts';

/** oclif takes digits as short flags, but its types know letters only. */
const digit = (character: '4' | '6'): 'a' => character as 'a';

/** What `vwaudit check` takes beside the site. */
export const checkFlags = {
  as: option({
    options: VANTAGES,
    default: 'all' as const,
    description: 'Role of this machine: what that role needs must be reachable, everything else blocked.',
  })(),
  timeout: numberFlag({
    name: 'timeout',
    min: 50,
    max: 60_000,
    fallback: 1200,
    helpValue: 'MS',
    description: 'Timeout of one probe, in milliseconds.',
  }),
  retries: numberFlag({
    name: 'retries',
    min: 0,
    max: 10,
    fallback: 1,
    description: 'Retries for a port that does not answer.',
  }),
  concurrency: numberFlag({
    name: 'concurrency',
    min: 1,
    max: 65_535,
    fallback: 1024,
    description: 'Maximum number of concurrent probes; the descriptor limit may lower it.',
  }),
  ipv4: boolean({ char: digit('4'), description: 'IPv4 only.' }),
  ipv6: boolean({ char: digit('6'), description: 'IPv6 only.' }),
  'udp-payload': option({
    options: ['nonce', 'empty'] as const,
    default: 'nonce' as const,
    description: 'Payload of a UDP probe.',
  })(),
  skip: string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'ENDPOINT',
    description:
      'Do not probe an endpoint (repeatable), for example server-1.config: a connection to it locks the server.',
  }),
  extra: boolean({
    description:
      'Also probe ports that should not answer: those of two more instances, of the other reading, and two random ones, without which a handshake proves nothing (the default).',
    allowNo: true,
    default: true,
  }),
  'stand-in': boolean({
    description:
      'Accept vwaudit listen in place of Viz World (the default); with --no-stand-in it is a failure.',
    allowNo: true,
    default: true,
  }),
  'listen-log': string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FILE',
    description:
      'Log of vwaudit listen (repeatable); proves that UDP probes arrived even if replies were lost.',
  }),
  'fail-on': option({
    options: FAIL_ON,
    default: 'error' as const,
    description: 'Exit 1 if a finding is at least this severe.',
  })(),
  'accept-unproven': boolean({
    description: 'Exit 0 instead of 3 for UDP silence, and for closed ports that should be blocked.',
  }),
  wait: custom<number>({
    helpValue: 'DURATION',
    description:
      'Check again until everything is proven, for at most this long (for example 5m, at most 24h); only what is not proven is probed again.',
    exclusive: ['demo'],
    parse: (text) => Promise.resolve(parseDuration(text, '--wait', 24)),
  })(),
  demo: boolean({
    aliases: ['rehearse'],
    description: 'Check a stand-in for Viz World that runs on this machine during the check.',
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
      message: '--demo checks a stand-in and does not go with --no-stand-in',
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
