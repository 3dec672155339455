import { describe, expect, test } from 'vitest';
import type { ProofSummary } from '../../../src/verdict/reports/audit-report.ts';
import { FORMS } from '../nft/listing-forms.ts';
import { shareOf } from '../../thorough.ts';
import { audited, type Asked } from './audited.ts';

// A listing that went through editors, mail and terminals, or that was made with other options of nft, answers as the rules
// themselves do, or leaves the answer open.

const MACHINES: Readonly<Record<string, Asked>> = {
  ufw: {},
  'docker-ufw': {
    interfaces: [
      { who: null, name: 'eth0' },
      { who: 'outsider', name: 'eth0' },
    ],
  },
  'own-iptables': {},
};

const decided = ({ allowedFrom, blockedFrom }: ProofSummary): string =>
  JSON.stringify({ allowedFrom, blockedFrom });

describe.each(Object.entries(MACHINES))('%s', (name, asked) => {
  const truth = audited([`${name}.iptables-save`, `${name}.ip6tables-save`], asked);

  // Docker's are slow to answer.
  test.each(shareOf(FORMS, name === 'docker-ufw' ? 1 : 3))('%s', async (_, inForm) => {
    const { flows } = await audited([`${name}.nft`], asked, inForm);
    const wrong = (await truth).flows.flatMap(({ id, proof }, nth) => {
      const listed = flows[nth]!.proof;
      return listed.result === 'undecided' || decided(listed) === decided(proof)
        ? []
        : [`${id}: ${decided(proof)}, listed ${decided(listed)}`];
    });
    expect(wrong).toEqual([]);
  });
});
