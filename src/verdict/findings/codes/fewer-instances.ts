import type { FindingKind } from '../finding-kind.ts';
import { instancesFrom, instancesAs } from '../instances.ts';

interface Args {
  readonly host: string;
  readonly address: string | null;
  readonly running: number;
  readonly instances: number;
  readonly inSiteFile: boolean;
}

export const fewerInstances: FindingKind<Args> = {
  severity: 'error',
  title: 'Fewer instances run than stated',
  meaning: 'Every port of the last instances fails. Start them, or correct the number of instances.',
  message: ({ host, running, instances }) =>
    `${host}: every port of ${instancesFrom(running + 1, instances)} fails: ${running} ${running === 1 ? 'instance seems' : 'instances seem'} to run, not ${instances}.`,
  advice: ({ running, instances, inSiteFile }) => [
    `Start ${instancesFrom(running + 1, instances)}, or check what runs: ${instancesAs(running, inSiteFile)}`,
  ],
};
