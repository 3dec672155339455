import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const icmpRateLimited: FindingKind<At> = {
  severity: 'note',
  title: 'Refusals may be hidden by an ICMP rate limit',
  meaning:
    'The host limits how many ICMP messages it sends, so silent ports may be refused ones. Nothing is known about them.',
  message: (args) =>
    `${place(args)}: silent, while other ports of this host were refused by ICMP: the host limits its ICMP rate, so these may be refused as well.`,
  advice: () => ['Check again in a minute, or with fewer ports at a time (--skip).'],
};
