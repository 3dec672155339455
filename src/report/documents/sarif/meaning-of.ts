import { FINDINGS } from '../../../verdict/findings/registry.ts';

/** What a code means, whatever the case. */
interface Meaning {
  /** Without a full stop. */
  readonly title: string;
  readonly meaning: string;
}

/** Of a code of the registry, of one that issues have beside findings, or of a newer version. */
export function meaningOf(code: string): Meaning {
  const known: Readonly<Record<string, Meaning>> = { ...FINDINGS, ...BESIDE };
  return (Object.hasOwn(known, code) ? known[code] : undefined) ?? UNKNOWN;
}

const BESIDE: Readonly<Record<string, Meaning>> = {
  failed: { title: 'A flow failed', meaning: 'What was seen is not what is expected.' },
  unproven: {
    title: 'A flow is unproven',
    meaning: 'What was seen does not prove what is expected, nor the opposite.',
  },
  'nothing-asked': { title: 'Nothing was checked', meaning: 'The report has no flow, so nothing is proven.' },
};

const UNKNOWN: Meaning = {
  title: 'Finding of another version of vwaudit',
  meaning: 'The message says what was found.',
};
