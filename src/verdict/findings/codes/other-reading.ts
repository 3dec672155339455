import type { FindingKind } from '../finding-kind.ts';

interface Args {
  readonly host: string;
  readonly address: string | null;
  readonly reading: string;
  readonly ports: string;
}

export const otherReading: FindingKind<Args> = {
  severity: 'error',
  title: 'The ports follow the other reading of the guide',
  meaning: 'HTTP answers on the numbers of the other reading of the guide. Check with that reading.',
  message: ({ host, reading, ports }) =>
    `${host}: HTTP answers on ${ports}, the numbers of the guide's ${reading}.`,
  advice: ({ reading }) => [`Check with that reading: --reading ${reading}`],
};
