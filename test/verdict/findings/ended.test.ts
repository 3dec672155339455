import { describe, expect, test } from 'vitest';
import { exposed } from '../../../src/verdict/findings/codes/exposed.ts';
import { undecided } from '../../../src/verdict/findings/codes/undecided.ts';

const AT = { host: 'maps-a', address: null, ports: '103/tcp', instances: 1, inSiteFile: true } as const;
const BY = {
  ...{ from: ['10.0.0.0/8'], more: 0, except: [], moreExcept: 0, witness: '10.0.0.1', witnessPort: null },
  rule: 'line 3 Active=TRUE|Nam...',
} as const;

describe('a sentence that ends with a text that was cut does not end twice', () => {
  test('before the packet', () => {
    const args = { ...AT, ...BY, as: 'outsider', audience: ['client'] };
    const packet = 'tcp 10.0.0.1:40000 > 10.20.0.11:103';
    expect(exposed.message({ ...args, packet })).toContain(`|Nam... Packet: ${packet}`);
    expect(exposed.message({ ...args, rule: 'line 3 accept', packet })).toContain(
      'Rule: line 3 accept. Packet: ',
    );
    expect(exposed.message({ ...args, packet: null })).toMatch(/\|Nam\.\.\.$/);
  });

  test('before the rule', () => {
    const args = { ...AT, ...BY, role: 'client', reasons: [], isPlaceless: false };
    expect(undecided.message({ ...args, why: 'it depends on "meta mark...' })).toContain(
      'mark... Rule: line 3',
    );
    expect(undecided.message({ ...args, why: 'it depends' })).toContain('depends. Rule: line 3');
  });
});
