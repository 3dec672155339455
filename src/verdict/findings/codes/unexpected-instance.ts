import type { FindingKind } from '../finding-kind.ts';
import { instancesAs } from '../instances.ts';

interface Args {
  readonly host: string;
  readonly address: string;
  readonly instance: number;
  readonly ports: string;
  readonly inSiteFile: boolean;
}

export const unexpectedInstance: FindingKind<Args> = {
  severity: 'warning',
  title: 'An instance is running that is not part of the site',
  meaning: 'Ports of an additional instance answer. Rules made for fewer instances leave it out.',
  message: ({ host, address, instance, ports }) =>
    `${host}${address === host ? '' : ` (${address})`}: ${ports} ${ports.includes(' and ') ? 'answer' : 'answers'}: instance ${instance} is running but not part of the site.`,
  advice: ({ instance, inSiteFile }) => [
    `Check it too: ${instancesAs(instance, inSiteFile)}. Rules made for fewer instances leave it out.`,
  ],
};
