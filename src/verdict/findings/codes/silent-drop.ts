import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly flows: number;
}

export const silentDrop: FindingKind<Args> = {
  severity: 'note',
  title: 'Silence was taken for a drop',
  meaning:
    'A port that is silent while its host answers on other ports passes as blocked. A firewall of the machine that checks and a listener whose queue is full are silent as well.',
  message: ({ flows }) =>
    `${flows === 1 ? 'One port is silent on a host that answers' : `${flows} ports are silent on hosts that answer`} on other ports: taken as dropped by a firewall on the path. A firewall of this machine and a listener whose queue is full are silent as well.`,
  advice: () => [
    'Run vwaudit check on the host itself to see what listens, or vwaudit listen there to see what arrives (--listen-log).',
  ],
};
