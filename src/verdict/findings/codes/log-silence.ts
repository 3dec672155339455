import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly flows: number;
}

export const logSilence: FindingKind<Args> = {
  severity: 'note',
  title: 'The listener saw nothing of the datagrams that were sent',
  meaning:
    'A UDP port passes as blocked where vwaudit listen held it and no datagram of the check arrived. These come from one source port each and are of one length: rules that test either may let others through.',
  message: ({ flows }) =>
    `${flows === 1 ? 'One UDP port passes' : `${flows} UDP ports pass`} since the listener got none of the datagrams of the check. Each came from one source port and had one length: others may fare otherwise where rules test these.`,
  advice: () => ['Audit the rules of the host with vwaudit audit: it asks about every source port.'],
};
