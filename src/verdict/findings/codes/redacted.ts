import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

export const redacted: FindingKind<At> = {
  severity: 'note',
  title: 'The addresses in the file are not the real ones',
  meaning:
    'The file was collected with --redact, which replaces addresses. What its rules do with the addresses that were stated says nothing of the machine.',
  message: (at) => `${place(at)}: unproven, since collect --redact replaced the addresses in the file.`,
  advice: () => [
    'Audit the file that was collected without --redact, or state the addresses that the redacted file shows.',
  ],
};
