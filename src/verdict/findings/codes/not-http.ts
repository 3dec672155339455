import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const notHttp: FindingKind<At> = {
  severity: 'error',
  title: 'An HTTP port does not speak HTTP',
  meaning:
    'The port accepts connections but does not answer HTTP requests, so it is not the one of the guide.',
  message: (args) => `${place(args)}: accepts connections but does not speak HTTP.`,
  advice: () => ['Another program uses the port, or the other reading applies: try --reading table.'],
};
